import base64
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..unit.banking.bank_files import camt, detail, entry, statement
from .common import IBAN, BankingCommon

CSV = """Date;Amount;Description;Name
2026-10-05;{currency}1234.56;First;Ann
2026-10-06;-45.10;Second;Bob
2026-10-06;-45.10;Second;Bob
"""
STRANGE = """A;B;C
03/04/2026;12.5;Thanks
04/04/2026;13.5;Bye
"""


@tagged("post_install", "-at_install")
class TestBankingFiles(BankingCommon):
    """Bank files come in by the wizard: looked at first, and never twice."""

    def look(self, content, **vals):
        """Return the wizard after *Read*."""
        content = content.encode() if isinstance(content, str) else content
        wizard = self.wizard(content, **vals)
        wizard.action_read()
        return wizard

    def bring_in(self, content, **vals):
        wizard = self.look(content, **vals)
        self.assertFalse(wizard.problem)
        wizard.action_import()
        return wizard

    def camt(self, *entries, account=IBAN, version=2):
        content = camt(statement(*entries, account=account), version=version)
        return content.replace(b"EUR", self.currency.name.encode())

    def test_never_twice(self):
        """4.38: the same line of overlapping files comes in once; equal ones both."""
        csv = CSV.format(currency="")
        self.bring_in(csv)
        self.assertEqual(self.lines().mapped("amount"), [1234.56, -45.1, -45.1])
        longer = self.look(csv + "2026-10-07;7;Third;Cid\n")
        self.assertEqual((longer.new_count, longer.known_count), (1, 3))
        self.assertEqual(longer.new_amount, 7)
        longer.action_import()
        self.assertEqual(len(self.lines()), 4)
        again = self.look(csv)
        self.assertEqual((again.new_count, again.known_count), (0, 3))
        with self.assertRaises(UserError):
            again.action_import()
        self.assertEqual(len(self.lines()), 4)

    def test_both_versions_of_camt(self):
        """4.38: CAMT.053 of 2009 and 2019: day, payer, account, text, amount."""
        for version in (2, 8):
            content = self.camt(
                entry(
                    "120.00",
                    day=f"2026-10-{version:02}",
                    version=version,
                    details=detail("Thanks", "Ann Nöel", version=version),
                ),
                entry("7.50", "DBIT", day=f"2026-10-{version:02}", version=version),
                version=version,
            )
            self.bring_in(content)
            came, went = self.lines()[-2:]
            self.assertEqual(came.date, date(2026, 10, version))
            self.assertEqual((came.amount, went.amount), (120, -7.5))
            self.assertEqual(came.partner_name, "Ann Nöel")
            self.assertEqual(came.account_number, "BE68539007547034")
            self.assertIn("Thanks", came.payment_ref)
            self.assertEqual(came.state, "posted")

    def test_columns_are_chosen_and_remembered(self):
        """4.38: columns that nobody knows are chosen once for a bank."""
        wizard = self.look(STRANGE)
        self.assertTrue(wizard.problem)
        self.assertEqual(wizard.column_ids.mapped("name"), ["A", "B", "C"])
        self.assertIn("Thanks", wizard.column_ids[2].sample)
        for column, role in zip(
            wizard.column_ids, ("date", "amount", "text"), strict=True
        ):
            column.role = role
        wizard.action_read()
        self.assertTrue(wizard.problem)  # the third of April, or the fourth of March
        wizard.date_order = "mdy"
        wizard.action_read()
        self.assertFalse(wizard.problem)
        self.assertEqual(wizard.line_ids[0].date, date(2026, 3, 4))
        wizard.action_import()
        later = self.look("A;B;C\n05/04/2026;5;Third\n")
        self.assertFalse(later.problem)
        self.assertEqual(later.line_ids.date, date(2026, 5, 4))
        self.assertEqual(later.line_ids.text, "Third")

    def test_another_kind_of_file_than_remembered(self):
        """What is remembered of one file keeps no other from being read."""
        self.test_columns_are_chosen_and_remembered()
        wizard = self.look(CSV.format(currency=""))
        self.assertFalse(wizard.problem)
        self.assertEqual(wizard.new_count, 3)
        self.bring_in("Date;Amount;Memo\n2026-11-05;5;Third\n")
        wizard = self.look(CSV.format(currency=""))
        self.assertEqual(wizard.line_ids[0].text, "First")
        self.assertEqual(wizard.line_ids[0].payer, "Ann")
        wizard = self.look(CSV.format(currency="").encode("utf-16"))
        self.assertFalse(wizard.problem)
        self.assertEqual(wizard.new_count, 3)

    def test_of_another_account(self):
        """A file of another account, or currency, does not come in."""
        own = self.su["res.partner.bank"].create(
            {"acc_number": IBAN, "partner_id": self.company.partner_id.id}
        )
        self.bank.bank_account_id = own
        content = self.camt(entry(details=detail()), account="DE89370400440532013000")
        self.assertIn("DE89370400440532013000", self.look(content).problem)
        content = self.camt(entry(details=detail()), account=IBAN[4:])
        self.assertFalse(self.look(content).problem)
        wrong = self.camt(entry(details=detail())).replace(
            self.currency.name.encode(), b"XTS"
        )
        self.assertIn("XTS", self.look(wrong).problem)
        other = self.bank.copy({"name": "Other", "code": "OTH"})
        other.bank_account_id = False
        same = self.camt(entry(details=detail()))
        self.assertIn(IBAN, self.look(same, journal_id=other.id).problem)
        several = camt(
            statement(entry()), statement(entry(), account="DE89370400440532013000")
        ).replace(b"EUR", self.currency.name.encode())
        self.assertTrue(self.look(several, journal_id=other.id).problem)
        wizard = self.look(several)
        self.assertFalse(wizard.problem)
        self.assertEqual(wizard.new_count, 1)
        self.assertIn("DE89", wizard.hint)

    def test_entered_otherwise(self):
        """A line that somebody entered, or another importer made, is not doubled."""
        self.receive(1234.56, "By hand", date=date(2026, 10, 5))
        wizard = self.look(CSV.format(currency=""))
        self.assertEqual((wizard.new_count, wizard.similar_count), (2, 1))
        wizard.action_import()
        self.assertEqual(len(self.lines()), 3)
        wizard = self.look(CSV.format(currency=""))
        wizard.takes_similar = True
        wizard.action_import()
        self.assertEqual(len(self.lines()), 4)

    def test_locked_period(self):
        """What is of a locked period is left out: Odoo would give it another day."""
        self.company.fiscalyear_lock_date = date(2026, 10, 5)
        wizard = self.look(CSV.format(currency=""))
        self.assertEqual(wizard.line_ids.mapped("state"), ["locked", "new", "new"])
        self.assertIn("locked", wizard.hint)
        wizard.takes_similar = True
        wizard.action_import()
        self.assertEqual(self.lines().mapped("date"), [date(2026, 10, 6)] * 2)
        asked = self.su["billing.bank.line"].with_user(self.approver)
        entered = asked.create(
            {
                "journal_id": self.bank.id,
                "date": date(2026, 10, 5),
                "amount": 1,
                "text": "x",
            }
        )
        with self.assertRaises(UserError):
            entered.action_create()

    def test_csv_after_camt(self):
        """4.38: nor does the same movement come in by a file of another kind."""
        self.bring_in(
            self.camt(entry(details=detail()), entry(details=detail("Other")))
        )
        wizard = self.look("Date;Amount;Memo\n2026-10-05;120.00;INV/2026/00031\n")
        self.assertEqual((wizard.new_count, wizard.similar_count), (0, 1))
        with self.assertRaises(UserError):
            wizard.action_import()
        more = "Date;Amount;Memo\n" + "2026-10-05;120.00;INV/2026/00031\n" * 3
        wizard = self.look(more)
        self.assertEqual((wizard.new_count, wizard.similar_count), (1, 2))

    def test_hostile_files(self):
        """What is no statement is refused in words, and nothing comes in."""
        files = {
            "nothing": b"",
            "zeros": b"\0" * 1000,
            "pdf": b"%PDF-1.7 " + b"\0\1\2" * 99,
            "entity": b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM'
            b' "file:///etc/passwd">]><Document>&x;</Document>',
            "other xml": b"<rss><channel/></rss>",
            "not closed": camt(statement(entry()))[:-40],
            "words": b"Dear bank, where is my money?",
            "header": b"Date;Amount\n",
            "no day": b"Date;Amount\n2026-02-31;1.5\n",
            "huge": b"Date;Amount\n2026-10-05;999999999999999999\n",
            "columns": b";" * 100_000,
            "too large": b"Date;Amount\n" + b"2026-10-05;1.00\n" * 1_400_000,
            "finer than cents": b"Date;Amount\n2026-10-05;1.005\n",
            "less than a cent": self.camt(entry("0.001")),
            "the year 1": self.camt(entry(day="0001-01-01")),
            "the year 9999": self.camt(entry(day="9999-12-31")),
        }
        for name, content in files.items():
            with self.subTest(name):
                if not content:
                    with self.assertRaises(UserError):
                        self.look(content)
                    continue
                wizard = self.look(content)
                self.assertTrue(wizard.problem)
                self.assertEqual("too large" in wizard.problem, name == "too large")
                with self.assertRaises(UserError):
                    wizard.action_import()
        wizard = self.wizard(b"x")
        wizard.file = b"%%%"
        with self.assertRaises(UserError):
            wizard.action_import()
        self.assertFalse(self.lines())

    def test_words_from_outside(self):
        """Markup, controls and endless texts of a file are but text."""
        text = "&lt;b onclick='x'&gt;&amp;lt;" + "x" * 5_000
        self.bring_in(
            self.camt(entry(details=detail(text, name="<Nm/>%s" % ("y" * 400))))
        )
        [line] = self.lines()
        self.assertIn("<b onclick='x'>", line.payment_ref)
        self.assertLessEqual(len(line.payment_ref), 2_000)
        self.assertLessEqual(len(line.partner_name or ""), 140)
        self.suggest()
        line.billing_payer, line.billing_why  # noqa: B018

    def test_entered_by_hand(self):
        """*New*: a line is entered, and what it pays is looked for at once."""
        move = self.owe(33.0)
        wizard = (
            self.su["billing.bank.line"]
            .with_user(self.approver)
            .create(
                {
                    "journal_id": self.bank.id,
                    "date": self.today - timedelta(days=1),
                    "amount": 33.0,
                    "text": move.name,
                    "payer": "Customer\x07",
                }
            )
        )
        wizard.action_create()
        [line] = self.lines()
        self.assertEqual(line.partner_name, "Customer")
        self.assertEqual(line.billing_match_state, "certain")
        for name, value in (
            ("amount", 0),
            ("amount", 1e300),
            ("date", "0001-01-01"),
            ("date", "9999-12-31"),
        ):
            asked = wizard.copy()
            with self.subTest(name, value=value), self.assertRaises(UserError):
                asked[name] = value
                asked.action_create()
        self.assertEqual(len(self.lines()), 1)
        wizard.payer = "x" * 9_999
        wizard.action_create()
        self.assertEqual(len(self.lines()[1].partner_name), 140)

    def test_in_pieces(self):
        """What is not done in time comes in with the same file, and nothing twice."""
        rows = "".join(f"2026-10-05;{n}.25;Row {n};Ann\n" for n in range(1, 151))
        wizard = self.look("Date;Amount;Description;Name\n" + rows)
        self.assertEqual(wizard.new_count, 150)
        found = wizard._read_file().rows
        wizard._import_rows(found[:40])
        wizard._import_rows(found[20:60])
        self.assertEqual(len(self.lines()), 60)
        wizard.action_import()
        self.assertEqual(len(self.lines()), 150)
        content = base64.b64encode(b"Date;Amount\n")
        wizard.write({"file": content})
        with self.assertRaises(UserError):
            wizard.action_import()

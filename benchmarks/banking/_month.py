"""A month of a bank account, made up, of which is known what every line pays.

It has what people do: numbers in any spelling, swapped digits, numbers of last month,
several invoices at once, somebody else of the family who pays, part of an amount,
charges, early payment, twice the same payment, refunds, a provider's payouts, and lines
that have nothing to do with invoices. Plain Python; amounts are in cents.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

FIRST_DAY = date(2026, 10, 1)
DAYS = 30
CURRENCY = "EUR"
PROVIDER = "stripe"
PROVIDER_NAME = "Stripe"

# How often each of them is in a thousand lines
KINDS = {
    "reference": 220,
    "number": 370,
    "order": 85,
    "unnamed": 55,
    "swapped": 30,
    "old_number": 12,
    "several": 60,
    "several_unnamed": 15,
    "family": 30,
    "partial": 25,
    "charges": 20,
    "discount": 25,
    "overpaid": 8,
    "twice": 5,
    "refund": 10,
    "nothing": 30,
}
PAYOUT_EVERY = 7

_FIRST = (
    "Jean Marie Pierre Sophie Luc Claire Paul Anna Hans Greta Karl Julia Marc Emma Hugo"
    " Léa Noël Inès Yves Zoé André Chloé Éric Aïcha Mehdi Nadia Piotr Ewa Jan Sofie Wim"
    " Lotte Gilles Agnès René Odile Bruno Alice Victor Jeanne"
).split()
_LAST = (
    "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon"
    " Laurent Lefebvre Michel Garcia David Bertrand Roux Vincent Fournier Morel"
    " Girard Lefèvre Mercier Dupont Lambert Bonnet François Müller Schmidt Schneider"
    " Fischer Weber Meyer Wagner Becker Hoffmann Peeters Janssens Maes Jacobs"
    " Mertens Willems Claes Goossens Kowalski Nowak Wiśniewska Zieliński Szymańska"
    " Çelik Öztürk O'Brien Núñez Løvås"
).split()
# Of which more names are made
_BEGINNINGS = "Mar Ber Dub Lef Mor Gau Char Del Per Rou Fon Cha Bel Gir Ver Mau".split()
_ENDINGS = (
    "rand tier dois mont lard chet nault vigne teau sson quin bert ral dier".split()
)
_TRADE = (
    "Boulangerie Librairie Fleurs Café Garage Pharmacie Épicerie Atelier Brasserie"
    " Cabinet Clinique Menuiserie Imprimerie Traiteur Bistro Optique Bäckerei Werkstatt"
).split()
_PLACE = (
    "du Canal|de la Gare|Saint-Michel|des Halles|du Marché|de l'Étoile|Bellevue|du Pont"
    "|des Tilleuls|du Lac|Montplaisir|de la Poste|du Château|des Carmes|Am Markt"
).split("|")
_FORM = ("SARL", "SAS", "GmbH", "BV", "SA", "")
_PRICES = (2990, 4900, 9900, 1990)
_NOTHING = (
    ("LOYER {month} BUREAUX", "SCI DES LILAS", -145000),
    ("PRLV EDF FACTURE 20{n}", "EDF", -18734),
    ("FRAIS BANCAIRES {month}", "", -1250),
    ("INTERETS CREDITEURS {month}", "", 312),
    ("REMBOURSEMENT TVA {n}", "DGFIP", 48210),
    ("SALAIRE {month}", "CLAIRE MOREAU", -231055),
    ("VIREMENT INTERNE EPARGNE", "", 250000),
    ("CARTE 4971XXXXXXXX{n} STATION", "TOTAL", -6480),
)


@dataclass(frozen=True)
class Customer:
    """A customer, and whether Odoo knows his account."""

    id: int
    name: str
    iban: str
    is_firm: bool
    is_known: bool


@dataclass
class Invoice:
    """An open invoice, or a credit note, of which less than nothing is left."""

    id: int
    customer: Customer
    number: str
    order: str
    shop: str
    reference: str
    amount: int
    date: date
    due: date
    discounted: int | None = None
    provider: str | None = None

    @property
    def discount_until(self):
        """Return the last day of the discount for early payment."""
        return self.date + timedelta(days=10) if self.discounted else None


@dataclass(frozen=True)
class Payment:
    """A line of the bank, and what it truly pays."""

    id: int
    kind: str
    amount: int
    date: date
    text: str
    name: str = ""
    iban: str = ""
    pays: frozenset[int] = frozenset()


@dataclass
class Month:
    """What was open, and what came."""

    customers: list[Customer] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)


def make(lines, items, seed=1):
    """Return a month.

    :param int lines: how many lines the bank has
    :param int items: how many invoices are open
    :rtype: Month
    """
    return _Maker(Random(seed), lines, items).make()


class _Maker:
    def __init__(self, random, lines, items):
        self.random = random
        self.lines, self.items = lines, items
        self.month = Month()
        self.left = []

    def make(self):
        count = max(20, self.items // 3)
        self.month.customers = [self._customer(number) for number in range(count)]
        for _number in range(self.items):
            self._invoice(self.random.choice(self.month.customers))
        self.left = [*self.month.invoices]
        self.random.shuffle(self.left)
        self._payouts()
        by_chance = self.random.choices([*KINDS], [*KINDS.values()], k=self.lines)
        for kind in [*KINDS, *by_chance]:
            if len(self.month.payments) < self.lines:
                getattr(self, f"_pay_{kind}")()
        self.month.payments.sort(key=lambda payment: payment.date)
        return self.month

    # What is open

    def _customer(self, number):
        random = self.random
        is_firm = random.random() < 0.4
        if is_firm:
            name = f"{random.choice(_TRADE)} {random.choice(_PLACE)}"
            name = f"{name} {self._last_name()} {random.choice(_FORM)}".strip()
        else:
            name = f"{random.choice(_FIRST)} {self._last_name()}"
        iban = _iban("FR", f"{random.randrange(10**23):023}")
        return Customer(number, name, iban, is_firm, random.random() < 0.5)

    def _last_name(self):
        random = self.random
        if random.random() < 0.4:
            return random.choice(_LAST)
        return random.choice(_BEGINNINGS) + random.choice(_ENDINGS)

    def _invoice(self, customer, sign=1, provider=None):
        random = self.random
        number = len(self.month.invoices) + 1
        is_common = random.random() < 0.15
        amount = random.choice(_PRICES) if is_common else _amount(random)
        day = FIRST_DAY - timedelta(days=random.randrange(1, 45))
        prefix = "INV" if sign > 0 else "RINV"
        invoice = Invoice(
            id=number,
            customer=customer,
            number=f"{prefix}/2026/{number:05}",
            order=f"S{number + 1200:05}",
            shop=f"{number + 300:09}" if random.random() < 0.4 else "",
            reference=random.choices(
                ["", _creditor(number), _belgian(number)], [55, 25, 20]
            )[0],
            amount=sign * amount,
            date=day,
            due=day + timedelta(days=random.choice((15, 30))),
            provider=provider,
        )
        if sign > 0 and customer.is_firm and random.random() < 0.3:
            invoice.date = FIRST_DAY - timedelta(days=random.randrange(3))
            invoice.due = invoice.date + timedelta(days=30)
            invoice.discounted = amount - round(amount * 0.02)
        self.month.invoices.append(invoice)
        return invoice

    # What is paid

    def _payouts(self):
        """Have customers pay by card, whose provider pays out once a week."""
        random = self.random
        for start in range(0, DAYS, PAYOUT_EVERY):
            paid = []
            for offset in range(PAYOUT_EVERY):
                for _number in range(max(1, self.lines // 600)):
                    customer = random.choice(self.month.customers)
                    invoice = self._invoice(customer, provider=PROVIDER)
                    invoice.date = invoice.due = FIRST_DAY + timedelta(start + offset)
                    invoice.discounted, invoice.reference = None, ""
                    paid.append(invoice)
            total = sum(invoice.amount for invoice in paid)
            fee = round(total * 0.014) + 25 * len(paid)
            text = f"STRIPE PAYMENTS EUROPE VIREMENT {random.randrange(10**8)}"
            day = FIRST_DAY + timedelta(start + PAYOUT_EVERY - 1)
            self._pay("payout", paid, total - fee, text, None, day=day)

    def _pay_reference(self):
        invoice = self._next(lambda each: each.reference)
        text = self._spell_reference(invoice.reference)
        self._pay("reference", [invoice], invoice.amount, text, invoice.customer)

    def _pay_number(self):
        invoice = self._next()
        text = self._spell(invoice)
        self._pay("number", [invoice], invoice.amount, text, invoice.customer)

    def _pay_order(self):
        invoice = self._next()
        number = invoice.shop or invoice.order
        text = self.random.choice(("Commande {}", "order {}", "{}", "Best.Nr. {}"))
        text = text.format(number)
        self._pay("order", [invoice], invoice.amount, text, invoice.customer)

    def _pay_unnamed(self):
        invoice = self._next()
        text = self.random.choice(("facture", "Merci", "Rechnung", "votre facture", ""))
        self._pay("unnamed", [invoice], invoice.amount, text, invoice.customer)

    def _pay_swapped(self):
        invoice = self._next()
        digits = list(invoice.number)
        place = self.random.choice((-2, -3))
        digits[place], digits[place + 1] = digits[place + 1], digits[place]
        text = f"facture {''.join(digits)}"
        self._pay("swapped", [invoice], invoice.amount, text, invoice.customer)

    def _pay_old_number(self):
        invoice = self._next()
        text = f"INV/2026/{90000 + self.random.randrange(9999)}"
        self._pay("old_number", [invoice], invoice.amount, text, invoice.customer)

    def _pay_several(self):
        invoices = self._of_one_customer()
        text = self.random.choice((" ", " + ", ", ", " et ")).join(
            self._spell(invoice, is_short=bool(place))
            for place, invoice in enumerate(invoices)
        )
        amount = sum(invoice.amount for invoice in invoices)
        self._pay("several", invoices, amount, text, invoices[0].customer)

    def _pay_several_unnamed(self):
        invoices = self._of_one_customer()
        amount = sum(invoice.amount for invoice in invoices)
        customer = invoices[0].customer
        self._pay("several_unnamed", invoices, amount, "factures", customer)

    def _pay_family(self):
        invoice = self._next(lambda each: not each.customer.is_firm)
        payer = Customer(
            0,
            f"{self.random.choice(_FIRST)} {invoice.customer.name.split()[-1]}",
            _iban("DE", f"{self.random.randrange(10**18):018}"),
            False,
            False,
        )
        self._pay("family", [invoice], invoice.amount, self._spell(invoice), payer)

    def _pay_partial(self):
        invoice = self._next()
        amount = max(1, invoice.amount * self.random.choice((30, 50, 60)) // 100)
        self._pay("partial", [invoice], amount, self._spell(invoice), invoice.customer)

    def _pay_charges(self):
        invoice = self._next(lambda each: each.amount > 20000)
        amount = invoice.amount - self.random.choice((150, 250, 390))
        self._pay("charges", [invoice], amount, self._spell(invoice), invoice.customer)

    def _pay_discount(self):
        invoice = self._next(lambda each: each.discounted)
        day = invoice.date + timedelta(days=self.random.randrange(4, 10))
        self._pay(
            "discount",
            [invoice],
            invoice.discounted,
            self._spell(invoice),
            invoice.customer,
            day=day,
        )

    def _pay_overpaid(self):
        invoice = self._next()
        amount = invoice.amount + self.random.choice((100, 1000, 2000))
        self._pay("overpaid", [invoice], amount, self._spell(invoice), invoice.customer)

    def _pay_twice(self):
        """Have a customer pay once, and again some days later, which pays nothing."""
        invoice = self._next()
        text, day = self._spell(invoice), FIRST_DAY + timedelta(self._day())
        customer = invoice.customer
        self._pay("number", [invoice], invoice.amount, text, customer, day=day)
        later = day + timedelta(days=3)
        self._pay("twice", [], invoice.amount, text, customer, day=later)

    def _pay_refund(self):
        customer = self.random.choice(self.month.customers)
        note = self._invoice(customer, sign=-1)
        text = f"REMBOURSEMENT {note.number}"
        self._pay("refund", [note], note.amount, text, customer)

    def _pay_nothing(self):
        text, name, amount = self.random.choice(_NOTHING)
        text = text.format(month="10/2026", n=self.random.randrange(1000, 9999))
        amount += self.random.randrange(-99, 99)
        payer = Customer(0, name, "", True, False)
        self._pay("nothing", [], amount, text, payer)

    def _pay(self, kind, invoices, amount, text, payer, day=None):
        random = self.random
        day = day or FIRST_DAY + timedelta(days=self._day())
        name = payer.name if payer else ""
        if random.random() < 0.6:  # many banks have capitals without accents only
            name, text = _plain(name), _plain(text)
        if name and random.random() < 0.3:
            name = " ".join(reversed(name.split(maxsplit=1)))
        if random.random() < 0.25:  # all in one text
            text, name = f"VIR SEPA RECU /DE {name} /MOTIF {text}", ""
        self.month.payments.append(
            Payment(
                id=len(self.month.payments) + 1,
                kind=kind,
                amount=amount,
                date=day,
                text=text[:140],
                name=name[:70],
                iban=payer.iban if payer and random.random() < 0.8 else "",
                pays=frozenset(invoice.id for invoice in invoices),
            )
        )

    def _day(self):
        return self.random.randrange(DAYS)

    # Which, and how it is written

    def _next(self, suits=lambda invoice: True):
        """Return an invoice that nobody paid yet."""
        for place in range(len(self.left) - 1, -1, -1):
            if not self.left[place].provider and suits(self.left[place]):
                return self.left.pop(place)
        while True:
            invoice = self._invoice(self.random.choice(self.month.customers))
            if suits(invoice):
                return invoice

    def _of_one_customer(self):
        first = self._next()
        own = [each for each in self.left if each.customer is first.customer]
        chosen = own[: self.random.randrange(1, 4)]
        paid = {invoice.id for invoice in chosen}
        self.left = [each for each in self.left if each.id not in paid]
        if not chosen:
            chosen = [self._invoice(first.customer)]
        return [first, *chosen]

    def _spell(self, invoice, is_short=False):
        number = invoice.number
        prefix, year, last = number.split("/")
        ways = [
            number,
            number.lower(),
            number.replace("/", " "),
            number.replace("/", "-"),
            number.replace("/", ""),
            f"{prefix} {year} {int(last)}",
            f"Facture {year}/{last}",
            f"Rechnung Nr. {number} vom {invoice.date:%d.%m.%Y}",
            f"n°{number} du {invoice.date:%d/%m/%Y}",
            f"{prefix}/{year}/{last[:1]} {last[1:]}",
            f"{number} {invoice.order}",
        ]
        return self.random.choice(ways[:5] if is_short else ways)

    def _spell_reference(self, reference):
        ways = [reference, reference.replace(" ", ""), reference.replace("+", "")]
        if reference.startswith("RF"):
            ways.append(f"/{reference}/")
        return self.random.choice(ways)


def _amount(random):
    return max(500, min(2_000_000, round(random.lognormvariate(9.6, 1.0))))


def _iban(country, account):
    letters = "".join(str(int(letter, 36)) for letter in country)
    return f"{country}{98 - int(f'{account}{letters}00') % 97:02}{account}"


def _creditor(number):
    body = f"{number:08}"
    text = f"RF{98 - int(f'{body}271500') % 97:02}{body}"
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _belgian(number):
    body = f"{9_000_000_000 + number}"
    digits = f"{body}{int(body) % 97 or 97:02}"
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def _plain(text):
    accents = str.maketrans("éèêëàâçîïôöùûüñøåśńčź", "eeeeaaciioouuunoasncz")
    return text.lower().translate(accents).upper()

"""Words for what is wrong with a bank's file."""

from odoo import _


def describe_error(env, error):
    """Return what a user reads of a `BankFileError`."""
    data = {name: str(value)[:100] for name, value in error.data.items()}
    return Words(env).get_texts()[error.code] % data


class Words:
    """What is wrong with files, in the language of an environment."""

    def __init__(self, env):
        self.env = env

    def get_texts(self):
        """Return {code: words}, with what is named in each."""
        return {
            "file_unreadable": _(
                "The file cannot be read: it is no CAMT.053 and no CSV (%(kind)s)."
                " Resolution: export it as one of these."
            ),
            "file_empty": _("The file has no lines."),
            "not_a_statement": _(
                "The file is XML, but no statement of the kind CAMT.053 (%(name)s)."
                " Resolution: export statements, not orders or notifications."
            ),
            "xml_unsafe": _(
                "The file has entities, which no bank writes. It is not read."
            ),
            "xml_broken": _(
                "The file is broken: %(reason)s. Resolution: export it again."
            ),
            "account_missing": _("The file does not say of which account it is."),
            "columns_unknown": _(
                "Nobody can tell the columns of the day and the amount."
                " Resolution: choose them below."
            ),
            "dates_ambiguous": _(
                "%(value)s may be two days. Resolution: choose the order of days."
            ),
            "amounts_ambiguous": _(
                "%(value)s may be two amounts. Resolution: choose the decimal sign."
            ),
            "date_unreadable": _("Row %(row)s: “%(value)s” is no day."),
            "amount_unreadable": _("Row %(row)s: “%(value)s” is no amount."),
            "direction_unknown": _(
                "Row %(row)s: “%(value)s” does not say whether money came or went."
            ),
            "row_unreadable": _("Row %(row)s cannot be read: %(value)s."),
        }

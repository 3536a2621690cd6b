"""Why a bank file is not read: a code and values, to be worded by who shows them."""


class BankFileError(Exception):
    """A file that is not read, or a line of it that nobody could.

    :param code: ``file_unreadable`` (``kind``), ``file_empty``, ``not_a_statement``
        (``name``), ``xml_unsafe``, ``xml_broken`` (``reason``), ``account_missing``,
        ``columns_unknown`` (``header``, ``missing``), ``dates_ambiguous`` (``value``),
        ``amounts_ambiguous`` (``value``), and of a row or entry, with ``row`` and
        ``value``: ``date_unreadable``, ``amount_unreadable``, ``direction_unknown``,
        ``row_unreadable``
    :param data: what the words need
    """

    def __init__(self, code: str, **data: object) -> None:
        super().__init__(code, data)
        self.code = code
        self.data = data

"""A bank file of whichever kind."""

from . import camt, table
from .columns import GUESSED, Columns
from .errors import BankFileError
from .statement import Statement
from .xml import is_xml


def read(content: bytes, columns: Columns = GUESSED) -> list[Statement]:
    """Return the statements of a file.

    :param columns: of a CSV, as somebody chose them
    :raise BankFileError: it cannot be read
    """
    if not content.strip(b" \t\r\n\0"):
        raise BankFileError("file_empty")
    if is_xml(content):
        return camt.read(content)
    return table.read(content, columns)

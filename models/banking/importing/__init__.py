from . import account_bank_statement_line
from .statements import BankFile
from .words import describe_error

__all__ = ["BankFile", "describe_error"]

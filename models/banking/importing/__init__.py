from . import account_bank_statement_line
from .statements import BankFile

__all__ = ["BankFile"]

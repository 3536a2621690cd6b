from . import billing_match, account_bank_statement_line

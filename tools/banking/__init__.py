"""Bank files, read into plain statements.

`reader.py` has the one function that others call. `camt.py` reads CAMT.053 (its entries
in `entries.py`, its XML by `xml.py`), `table.py` the CSV of any bank (its columns by
`columns.py`, its cells by `cells.py`; `looking.py` shows it to whoever corrects how it
is read). Both make `statement.py`'s records, and `identity.py` gives each line the key
by which it is the same in overlapping files.

A file is read whole or not at all: whatever is wrong is a `BankFileError`, with a code
and what the words for it need.
"""

"""Which open items a bank line pays. Plain Python: records in, suggestions out.

In the order in which it happens:

1. `records.py`: what is known of open items, customers and bank lines, and what comes
   back. Amounts are whole numbers of the currency's smallest unit.
2. `index.py`: all open items are read once: by what may be written of them
   (`numbers.py`, `references.py`), by customer and by amount.
3. `hints.py`: what a line says: references, numbers, and who pays (`customers.py`).
4. `candidates.py`: what the line may pay, and how the amount is explained: by one item
   (`amounts.py`), by several (`sums.py`).
5. `scoring.py`: points and doubts, by `rules.py`.
6. `matcher.py`: the best three of each line, and how sure they are. No item is certain
   for two lines. What a payment provider pays out is found by `payouts.py`.

It would rather find nothing than something wrong: only an amount that is explained to
the cent, by evidence without a doubt and well ahead of anything else, is certain.
"""

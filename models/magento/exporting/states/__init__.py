"""In SQL, for lists of a hundred thousand: which records are in which export state.

It starts at what is rare: the documents that are not done, and the parts that have no
document. What is done is all the rest that has one.
"""

from .columns import fill_orders
from .documents import query_sources
from .open_parts import OpenParts
from .states import BY_URGENCY, States, query_others

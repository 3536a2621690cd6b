"""Reading lists of the shop: what changed since the last run, or what somebody names.

`Window` is the door; `keys` tells one thing of the shop from another.
"""

from .keys import WITHOUT_ID, key_of, last_record, only_ids, plain
from .window import Window

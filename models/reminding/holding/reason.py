from typing import NamedTuple


class Reason(NamedTuple):
    """What holds an invoice or a letter.

    :param words: what it is, and what to do
    :param which: what tells it from another one of its kind, which holds anew once a
        person has released this one
    """

    words: str
    which: str = ""

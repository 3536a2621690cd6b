"""Numbers in the value of a finding, which is the same in all languages."""


def to_text(number):
    """Return a number without needless zeros."""
    return f"{number:.6f}".rstrip("0").rstrip(".")

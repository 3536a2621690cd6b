"""Breaking a record of the shop: what extensions, imports and attackers write."""

import json
from collections.abc import Iterator

# What a field becomes, as JSON; None leaves it out
BREAKAGES: dict[str, str | None] = {
    "NUL": r'"a\u0000b"',
    "lone surrogate": r'"a\ud800b"',
    "control characters": r'"\u0001\u001b[2J"',
    "beyond a float": "1e400",
    "beyond a decimal": "1e999999999",
    "tiny": "1e-999999999",
    "giant integer": "9" * 60,
    "endless integer": "9" * 5000,
    "large integer": "9223372036854775808",
    "negative": "-5",
    "fraction": "0.5",
    "text of a number": '"1e999999999"',
    "text": '"odd"',
    "empty text": '""',
    "null": "null",
    "true": "true",
    "list": "[]",
    "list of texts": '["x", null, 3]',
    "object": '{"a": {"b": 1}}',
    "list of objects": '[{"a": 1}, null]',
    "nested": "[" * 300 + "]" * 300,
    "huge text": json.dumps("é" * 200_000),
    "HTML": json.dumps('<a href="https://x.example">Sign in</a><script>x</script>'),
    "SQL and formats": json.dumps("%(name)s %s {0} '; DROP TABLE x; --"),
    "commas": '"1,2,3"',
    "path": '"1/hold?"',
    "no date": '"0000-00-00 00:00:00"',
    "NaN": "NaN",
    "missing": None,
}
_MARK = "this field is broken"


def fields_of(value: object, path: tuple = ()) -> Iterator[tuple]:
    """Yield the paths of all fields of a record, of one element of each list."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield (*path, name)
            yield from fields_of(each, (*path, name))
    elif isinstance(value, list) and value:
        yield (*path, 0)
        yield from fields_of(value[0], (*path, 0))


def break_field(record: dict, path: tuple, text: str | None) -> str:
    """Return the JSON of a record with one of its fields broken.

    :param text: what the field becomes, as JSON; None leaves it out
    """
    return break_fields(record, [(path, text)])


def break_fields(record: dict, breakages: list[tuple[tuple, str | None]]) -> str:
    """Return the JSON of a record with several fields broken, none within another.

    :param breakages: of each field its path, and what it becomes: see `break_field`
    """
    broken = json.loads(json.dumps(record))
    texts = {}
    for number, (path, text) in enumerate(breakages):
        place = broken
        for name in path[:-1]:
            place = place[name]
        if text is None:
            del place[path[-1]]
        else:
            place[path[-1]] = mark = f"{_MARK}: {number}."
            texts[json.dumps(mark)] = text
    found = json.dumps(broken)
    for mark, text in texts.items():
        found = found.replace(mark, text)
    return found

"""Comparing an answer with a recorded one: keys and types, and values that follow."""

from collections.abc import Iterator

# Differ from shop to shop and from run to run.
VOLATILE = frozenset(
    """
    created_at updated_at protect_code quote_id remote_ip transaction_id url base_url
    base_link_url base_static_url base_media_url secure_base_url secure_base_link_url
    secure_base_static_url secure_base_media_url
    """.split()
)


def differences(
    recorded: object, answered: object, ignored: frozenset[str], place: str = ""
) -> Iterator[str]:
    """Yield where the answer differs from the recorded one.

    :param ignored: names of which only the shape must be the same; "" is the whole
    """
    if "" in ignored:
        yield from _shape_differences(recorded, answered, place)
    elif _type(recorded) != _type(answered):
        yield f"{place}: {_said(recorded)} recorded, {_said(answered)} answered"
    elif isinstance(recorded, dict):
        for name in recorded.keys() - answered.keys():
            yield f"{place}.{name}: {_said(recorded[name])} recorded, missing"
        for name in answered.keys() - recorded.keys():
            yield f"{place}.{name}: {_said(answered[name])} answered, not recorded"
        for name in recorded.keys() & answered.keys():
            if name in ignored:
                yield from _shape_differences(
                    recorded[name], answered[name], f"{place}.{name}"
                )
            else:
                yield from differences(
                    recorded[name], answered[name], ignored, f"{place}.{name}"
                )
    elif isinstance(recorded, list):
        yield from _list_differences(recorded, answered, ignored, place)
    elif recorded != answered:
        yield f"{place}: {_said(recorded)} recorded, {_said(answered)} answered"


def _list_differences(
    recorded: list, answered: list, ignored: frozenset[str], place: str
) -> Iterator[str]:
    if len(recorded) != len(answered):
        yield f"{place}: {len(recorded)} recorded, {len(answered)} answered"
        return
    pairs = zip(recorded, answered, strict=True)
    for index, (one, other) in enumerate(pairs):
        yield from differences(one, other, ignored, f"{place}[{index}]")


def _shape_differences(recorded: object, answered: object, place: str) -> Iterator[str]:
    """Yield where keys or types differ; lists may have other lengths."""
    known, given = _shape(recorded), _shape(answered)
    if known != given:
        yield f"{place}: {known} recorded, {given} answered"


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {name: _shape(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_shape(value[0])] if value else []
    return _type(value)


def _type(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return str(type(value).__name__)
    return "number" if isinstance(value, int | float) else type(value).__name__


def _said(value: object) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:57]}…"

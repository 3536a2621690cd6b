"""The ``fields=items[entity_id,items[sku]],total_count`` parameter."""

import re

from .answers import RestError

_TOKENS = re.compile(r"[^\[\],]+|[\[\],]")


def parse_fields(text: str) -> dict:
    """Return the wanted names; None is all of it, a dict the names within it."""
    tokens = _TOKENS.findall(text.replace(" ", ""))
    wanted, rest = _parse(tokens, 0)
    if rest != len(tokens):
        raise RestError(400, "The fields parameter is malformed.")
    return wanted


def _parse(tokens: list[str], position: int) -> tuple[dict, int]:
    wanted: dict = {}
    name = ""
    while position < len(tokens):
        token = tokens[position]
        position += 1
        if token == "]":
            break
        if token == "[":
            wanted[name], position = _parse(tokens, position)
        elif token != ",":
            name = token
            wanted[name] = None
    return wanted, position


def trim(value: object, wanted: dict) -> object:
    """Return only what is wanted. A list that is empty becomes null, as in Magento."""
    if isinstance(value, list):
        return [trim(element, wanted) for element in value] or None
    if not isinstance(value, dict):
        return value
    return {
        name: content if wanted[name] is None else trim(content, wanted[name])
        for name, content in value.items()
        if name in wanted
    }

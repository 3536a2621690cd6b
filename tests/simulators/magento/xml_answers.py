"""The same answers as XML, for who asks for ``application/xml``."""

import json
from xml.sax.saxutils import escape

from ..serving.answers import Answer

XML = "application/xml; charset=utf-8"


def xml_answer(answer: Answer) -> Answer:
    """Return the JSON answer as Magento writes it in XML."""
    lines = "\n".join(_elements(json.loads(answer.text), 1))
    text = f'<?xml version="1.0"?>\n<response>\n{lines}\n</response>\n'
    return Answer(answer.status, text, XML, answer.headers)


def _elements(value: object, depth: int) -> list[str]:
    indent = "  " * depth
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = [("item", element) for element in value]
    else:
        return [indent + escape(str(value))]
    lines = []
    for name, content in pairs:
        if isinstance(content, dict | list):
            inner = _elements(content, depth + 1)
            lines += [f"{indent}<{name}>", *inner, f"{indent}</{name}>"]
        else:
            text = "" if content is None else escape(str(content))
            lines.append(f"{indent}<{name}>{text}</{name}>")
    return lines

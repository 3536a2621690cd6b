"""``/_simulator/``: how other processes look into the book and act as the shop."""

from .answers import Answer, json_answer

CONTROL = "/_simulator/"


def control(simulator, method: str, path: str, raw: bytes) -> Answer:
    """Answer a request to the simulator itself."""
    return json_answer({})

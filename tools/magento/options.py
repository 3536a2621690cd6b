"""What a customer chose of a product's custom options, and wrote for somebody."""

from dataclasses import dataclass

from .amounts import text


@dataclass(frozen=True)
class GiftMessage:
    """What the customer wrote to whom it is given; `item` is what it comes with."""

    sender: str
    recipient: str
    message: str
    item: str


def read_options(item: dict) -> tuple[tuple[str, str], ...]:
    """Return what was chosen of custom options, as (option id, value).

    The value is the text that was typed in, the ids of values, or a file's name; that
    of a date is a list with the same date twice.
    """
    chosen = _extension(item.get("product_option") or {}).get("custom_options")
    return tuple(
        (text(option, "option_id"), _value(option))
        for option in chosen or ()
        if isinstance(option, dict)
    )


def _value(option: dict) -> str:
    file_info = _extension(option).get("file_info")
    if isinstance(file_info, dict):
        return text(file_info, "name") or text(option, "option_value")
    value = option.get("option_value")
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(str(each) for each in value if each))
    return text(option, "option_value")


def read_gift_messages(raw: dict) -> tuple[GiftMessage, ...]:
    """Return the messages of an order, and of its items."""
    items = raw.get("items")
    things = [raw, *(items if isinstance(items, list) else ())]
    messages = []
    for thing in filter(lambda each: isinstance(each, dict), things):
        gift = _extension(thing).get("gift_message")
        if isinstance(gift, dict) and text(gift, "message"):
            messages.append(
                GiftMessage(
                    sender=text(gift, "sender"),
                    recipient=text(gift, "recipient"),
                    message=text(gift, "message"),
                    item=text(thing, "name") if thing is not raw else "",
                )
            )
    return tuple(messages)


def _extension(thing: dict) -> dict:
    found = thing.get("extension_attributes")
    return found if isinstance(found, dict) else {}

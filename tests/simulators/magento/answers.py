"""What a request is answered with, and the errors that Magento words."""

import json
from dataclasses import dataclass, field

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=UTF-8"


@dataclass
class Answer:
    """A complete HTTP answer; its text may be bytes that are none."""

    status: int = 200
    text: str | bytes = ""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


class RestError(Exception):
    """An error that Magento answers as ``{"message": …, "parameters": …}``.

    :param parameters: what the client puts into the message: a list or an object
    """

    def __init__(self, status: int, message: str, parameters: object = None):
        super().__init__(message)
        self.status = status
        self.message = message
        self.parameters = parameters

    @property
    def answer(self) -> Answer:
        """Return the error as an HTTP answer."""
        body = {"message": self.message}
        if self.parameters is not None:
            body["parameters"] = self.parameters
        return json_answer(body, self.status)


class RawJson(str):
    """JSON text that needs no encoding any more."""


def json_text(value: object) -> str:
    """Return compact JSON, as PHP writes it."""
    if isinstance(value, RawJson):
        return value
    return json.dumps(value, separators=(",", ":"))


def json_answer(value: object, status: int = 200) -> Answer:
    """Return the value as an HTTP answer."""
    return Answer(status, json_text(value))


def no_such_entity() -> RestError:
    """Return the 404 of an id that nothing has."""
    return RestError(
        404,
        "The entity that was requested doesn't exist. Verify the entity and try again.",
    )


def required(field_name: str) -> RestError:
    """Return the 400 of a parameter that is missing."""
    return RestError(
        400,
        '"%fieldName" is required. Enter and try again.',
        {"fieldName": field_name},
    )


def unsupported(field_name: str) -> RestError:
    """Return the 400 of a field that the API does not have."""
    return RestError(
        400,
        '"%fieldName" is not supported. Correct the field name and try again.',
        {"fieldName": field_name},
    )


def wrong_type(value: object, expected: str) -> RestError:
    """Return the 400 of a value that cannot be converted."""
    return RestError(
        400,
        f'The "{value}" value\'s type is invalid. The "{expected}" type was expected. '
        "Verify and try again.",
    )


def unauthorized(resource: str) -> RestError:
    """Return the 401 that stands for every lack of sign-in or right."""
    return RestError(
        401,
        "The consumer isn't authorized to access %resources.",
        {"resources": resource},
    )


def internal_error() -> RestError:
    """Return the 500 that says nothing."""
    return RestError(
        500,
        "Internal Error. Details are available in Magento log file. "
        "Report ID: webapi-6b00f5edb1e4c",
    )


def invalid(kind: str, messages: list[str]) -> RestError:
    """Return the 400 of a document that fails its validation."""
    return RestError(
        400, "\n".join([f"{kind} Document Validation Error(s):", *messages])
    )

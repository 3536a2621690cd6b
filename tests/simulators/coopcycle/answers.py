"""The shapes of answers: lists, errors, files.

``config/packages/api_platform.yaml`` (pages of at most a hundred, 30 if nobody asks),
``features/invoicing.feature``, ``features/webhooks.feature``,
``features/authentication.feature``.
"""

from ..serving.answers import Answer, json_answer

JSON_LD = "application/ld+json; charset=utf-8"
MOST_PER_PAGE = 100


class ApiError(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, body: dict):
        super().__init__(body)
        self.answer = json_answer(body, status)


def signed_out(message: str) -> ApiError:
    """Return the 401 of lexik/jwt-authentication."""
    return ApiError(401, {"code": 401, "message": message})


def error(status: int, words: str) -> ApiError:
    """Return an error of API Platform."""
    return ApiError(
        status,
        {
            "@context": "/api/contexts/Error",
            "@type": "hydra:Error",
            "hydra:title": "An error occurred",
            "hydra:description": words,
        },
    )


def violations(*found: tuple[str, str]) -> ApiError:
    """Return the 400 of a body that does not pass.

    :param found: (path of the property, message)
    """
    return ApiError(
        400,
        {
            "@context": "/api/contexts/ConstraintViolationList",
            "@type": "ConstraintViolationList",
            "hydra:title": "An error occurred",
            "hydra:description": "\n".join(f"{path}: {text}" for path, text in found),
            "violations": [
                {"propertyPath": path, "message": text, "code": None}
                for path, text in found
            ],
        },
    )


def page(path: str, query: dict[str, list[str]], members: list, size: int) -> Answer:
    """Return one page of a list.

    :param size: of a page, where nobody asks for another
    """
    size = min(int(query.get("itemsPerPage", [size])[0]), MOST_PER_PAGE)
    number = int(query.get("page", ["1"])[0])
    shown = members[(number - 1) * size : number * size]
    return json_answer(
        {
            "@context": "/api/contexts/Order",
            "@id": path,
            "@type": "hydra:Collection",
            "hydra:member": shown,
            "hydra:totalItems": len(members),
            "hydra:view": {
                "@id": f"{path}?page={number}",
                "@type": "hydra:PartialCollectionView",
            },
        }
    )

"""Lists: what ``searchCriteria`` finds on a shelf or among ready documents."""

from collections.abc import Iterable

from ..serving.answers import RawJson, json_text
from .book import Shelf
from .field_filter import parse_fields, trim
from .routes import Call
from .search_criteria import SearchCriteria


def list_shelf(call: Call, shelf: Shelf, columns: frozenset[str]) -> object:
    """Return a page of the shelf's documents, from their kept texts if possible."""
    criteria = SearchCriteria(call.query, call.server.input_limits)
    if call.previous_page:
        criteria.forget_where_it_begins()
    found = criteria.apply(shelf.all(), columns)
    page = criteria.page(found, call.previous_page)
    if "fields" in call.query:
        items = [shelf.listed(one) for one in page]
        return _result(items, criteria, len(found))
    texts = ",".join(shelf.text(one) for one in page)
    return RawJson(
        f'{{"items":[{texts}],"search_criteria":{json_text(criteria.echo())},'
        f'"total_count":{len(found)}}}'
    )


def list_documents(
    call: Call, documents: Iterable[dict], columns: frozenset[str]
) -> dict:
    """Return a page of ready documents."""
    criteria = SearchCriteria(call.query, call.server.input_limits)
    found = criteria.apply(documents, columns)
    return _result(criteria.page(found, call.previous_page), criteria, len(found))


def comments_of(document: dict, comments: list[dict]) -> dict:
    """Return the comments of one document, as Magento lists them."""
    by_parent = {
        "field": "parent_id",
        "value": str(document["entity_id"]),
        "condition_type": "eq",
    }
    return {
        "items": comments,
        "search_criteria": {"filter_groups": [{"filters": [by_parent]}]},
        "total_count": len(comments),
    }


def trimmed(call: Call, value: object) -> object:
    """Return the answer with only the ``fields`` that were asked for."""
    if "fields" not in call.query or isinstance(value, RawJson):
        return value
    return trim(value, parse_fields(call.query["fields"]))


def _result(items: list[dict], criteria: SearchCriteria, total: int) -> dict:
    return {
        "items": items,
        "search_criteria": criteria.echo(),
        "total_count": total,
    }

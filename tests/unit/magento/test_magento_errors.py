"""What an answer means: every error that a real Magento gave, and those of others."""

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tools.http.errors import LONGEST_MESSAGE
from tools.magento import (
    MagentoConnectionError,
    MagentoDocumentError,
    MagentoError,
    MagentoPermissionError,
    MagentoUnknownOutcome,
)
from tools.magento.answers import Answer, Call, read_answer
from tools.magento.messages import fill_in, missing_right, words

RECORDINGS = Path(__file__).parents[2] / "data" / "magento" / "recordings"
URL = "http://shop.example/rest/V1/orders"
HTML = b"<!doctype html><html><body>Sign in</body></html>"
JSON = b'{"message":"No."}'
GET, POST, PUT = (Call(method, "orders") for method in ("GET", "POST", "PUT"))


def recorded_answers():
    files = sorted(RECORDINGS.glob("*.json"))
    recordings = {file.stem: json.loads(file.read_text()) for file in files}
    return [
        pytest.param(recording, id=name)
        for name, recording in recordings.items()
        if "request" in recording
    ]


def answer(status, content, **headers):
    return Answer(URL, status, headers, content)


def answer_of(recording):
    response = recording["response"]
    content = response["body"]
    if response["headers"].get("Content-Type", "").startswith("application/json"):
        content = json.dumps(content)
    return answer(response["status"], content.encode(), **response["headers"])


def error_of(call, status, content, **headers):
    with pytest.raises(MagentoError) as caught:
        read_answer(call, answer(status, content, **headers))
    return caught.value


def recorded_error(name):
    recording = json.loads((RECORDINGS / f"{name}.json").read_text())
    with pytest.raises(MagentoError) as caught:
        read_answer(Call(recording["request"]["method"], "x"), answer_of(recording))
    return caught.value


def meaning(error):
    return type(error), error.code, error.status


@pytest.mark.parametrize("recording", recorded_answers())
def test_every_recorded_answer_is_data_or_the_error_of_its_status(recording):
    call = Call(recording["request"]["method"], "x")
    response = recording["response"]
    kinds = {
        400: MagentoDocumentError,
        401: MagentoPermissionError,
        404: MagentoDocumentError,
        500: MagentoDocumentError,
        503: MagentoConnectionError,
    }
    try:
        data = read_answer(call, answer_of(recording))
    except MagentoError as error:
        if response["headers"].get("Content-Type", "").startswith("application/json"):
            assert type(error) is kinds[response["status"]]
            assert error.message and "%" not in error.message
        else:
            assert type(error) is MagentoConnectionError
        assert error.status == response["status"]
    else:
        assert response["status"] in (200, 202)
        assert data == json.loads(json.dumps(response["body"]), parse_float=Decimal)


@pytest.mark.parametrize(
    ("name", "kind", "code", "message"),
    [
        ("bad_json", MagentoDocumentError, "refused", "Decoding error."),
        (
            "bad_json_array",
            MagentoDocumentError,
            "refused",
            '"statusHistory" is required. Enter and try again.',
        ),
        (
            "oauth1_sha1",
            MagentoDocumentError,
            "refused",
            "Signature method HMAC-SHA1 is not supported",
        ),
        (
            "bad_route",
            MagentoDocumentError,
            "not_found",
            "Request does not match any route.",
        ),
        (
            "orders_list_bad_field",
            MagentoDocumentError,
            "server_error",
            "Internal Error. Details are available in Magento log file. Report ID: "
            "webapi-6b00f5edb1e4c",
        ),
        ("maintenance_mode", MagentoConnectionError, "unavailable", ""),
        ("maintenance_mode_post", MagentoConnectionError, "unavailable", ""),
        ("accept_html", MagentoConnectionError, "server_error", ""),
        ("accept_xml", MagentoConnectionError, "not_magento", ""),
    ],
)
def test_recorded_errors(name, kind, code, message):
    error = recorded_error(name)
    assert (type(error), error.code, error.message) == (kind, code, message)


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("auth_none", "Magento_Sales::actions_view"),
        ("auth_no_acl_invoice", "Magento_Sales::invoice"),
        ("auth_no_acl_storeconfigs", "Magento_Backend::store"),
        ("admin_token_expired", "Magento_Sales::actions_view"),
        ("token_admin_bad", ""),
    ],
)
def test_a_401_names_the_missing_right(name, right):
    error = recorded_error(name)
    assert meaning(error) == (MagentoPermissionError, "unauthorized", 401)
    assert error.right == right


def test_only_a_401_is_about_a_right():
    body = b'{"message":"%resources","parameters":{"resources":"a::b"}}'
    assert error_of(GET, 400, body).right == ""


@pytest.mark.parametrize("call", [GET, POST, PUT], ids=lambda call: call.method)
@pytest.mark.parametrize(
    ("status", "content", "kind", "code"),
    [
        (400, JSON, MagentoDocumentError, "refused"),
        (403, JSON, MagentoDocumentError, "refused"),
        (404, JSON, MagentoDocumentError, "not_found"),
        (401, JSON, MagentoPermissionError, "unauthorized"),
        (400, HTML, MagentoConnectionError, "not_magento"),
        (401, HTML, MagentoConnectionError, "not_magento"),
        (403, HTML, MagentoConnectionError, "not_magento"),
        (404, HTML, MagentoConnectionError, "not_magento"),
        (404, b"", MagentoConnectionError, "not_magento"),
        (404, b'"404"', MagentoConnectionError, "not_magento"),
        (404, b"[]", MagentoConnectionError, "not_magento"),
        (429, JSON, MagentoConnectionError, "rate_limited"),
        (429, HTML, MagentoConnectionError, "rate_limited"),
        (503, JSON, MagentoConnectionError, "unavailable"),
        (503, HTML, MagentoConnectionError, "unavailable"),
        (301, HTML, MagentoConnectionError, "redirected"),
        (302, b"", MagentoConnectionError, "redirected"),
        (307, JSON, MagentoConnectionError, "redirected"),
        (304, b"", MagentoConnectionError, "redirected"),
    ],
)
def test_answers_that_mean_the_same_for_every_method(call, status, content, kind, code):
    assert meaning(error_of(call, status, content)) == (kind, code, status)


@pytest.mark.parametrize(
    ("status", "content", "kind", "code"),
    [
        (200, HTML, MagentoConnectionError, "not_magento"),
        (200, b"", MagentoConnectionError, "not_magento"),
        (204, b"", MagentoConnectionError, "not_magento"),
        (101, b"", MagentoConnectionError, "not_magento"),
        (500, JSON, MagentoDocumentError, "server_error"),
        (500, HTML, MagentoConnectionError, "server_error"),
        (502, JSON, MagentoConnectionError, "server_error"),
        (504, HTML, MagentoConnectionError, "server_error"),
        (599, HTML, MagentoConnectionError, "server_error"),
    ],
)
def test_a_get_is_never_of_unknown_outcome(status, content, kind, code):
    assert meaning(error_of(GET, status, content)) == (kind, code, status)


@pytest.mark.parametrize("call", [POST, PUT], ids=lambda call: call.method)
@pytest.mark.parametrize(
    ("status", "content", "code"),
    [
        (200, HTML, "improper_answer"),
        (200, b"", "improper_answer"),
        (200, b'{"id": 1', "improper_answer"),
        (202, b"OK", "improper_answer"),
        (204, b"", "improper_answer"),
        (101, b"", "improper_answer"),
        (500, JSON, "server_error"),
        (500, HTML, "server_error"),
        (502, HTML, "server_error"),
        (504, b"", "server_error"),
    ],
)
def test_what_was_sent_without_a_proper_answer(call, status, content, code):
    error = error_of(call, status, content)
    assert meaning(error) == (MagentoUnknownOutcome, code, status)


def test_scopes():
    kinds = [
        MagentoConnectionError,
        MagentoPermissionError,
        MagentoDocumentError,
        MagentoUnknownOutcome,
    ]
    scopes = ["connection", "permission", "document", "unknown"]
    assert [kind("x").scope for kind in kinds] == scopes


def test_an_error_tells_what_was_asked_and_what_came_back():
    body = b'{"message":"Not %1.","parameters":["now"]}'
    error = error_of(Call("POST", "order/1/invoice"), 400, body)
    assert str(error) == "POST order/1/invoice: refused (HTTP 400): Not now."
    assert (error.method, error.path) == ("POST", "order/1/invoice")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        (" ", None),
        ("Wed, 21 Oct 2015 07:28:00 +99999999999999999999", None),
        ("٣", None),
        ("9" * 40, None),
        ("9" * 9, 86_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 2015 07:28:00", 0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after(status, text, seconds):
    assert error_of(GET, status, b"", **{"Retry-After": text}).retry_after == seconds


def test_retry_after_a_date_to_come():
    later = datetime.now(timezone.utc) + timedelta(days=1)
    text = format_datetime(later, usegmt=True)
    seconds = error_of(POST, 429, b"", **{"Retry-After": text}).retry_after
    assert 80_000 < seconds <= 86_400


@pytest.mark.parametrize(
    ("location", "kept"),
    [
        (
            "https://www.shop.example/rest/V1/orders?token=1#x",
            "https://www.shop.example",
        ),
        ("https://me:secret@www.shop.example:8443/", "https://www.shop.example:8443"),
        ("//www.shop.example/", "http://www.shop.example"),
        ("/login?token=secret", "http://shop.example"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
        ("http://[", ""),
        ("http://x:port/", ""),
        ("", ""),
    ],
)
def test_of_a_redirect_the_host_is_kept(location, kept):
    error = error_of(GET, 301, b"", Location=location)
    assert error.location == kept
    assert error_of(GET, 404, b"", Location=location).location == ""


@pytest.mark.parametrize(
    ("content", "data"),
    [
        (b"true", True),
        (b"null", None),
        (b'"15"', "15"),
        (b"15", 15),
        (b"[]", []),
        ("\ufeff15".encode(), 15),
        ("\ufeff\ufeff15".encode(), 15),
        (b" 15\r\n", 15),
        ('{"é":"\\u20ac"}'.encode(), {"é": "€"}),
    ],
)
@pytest.mark.parametrize("call", [GET, POST], ids=lambda call: call.method)
def test_any_json_is_data(call, content, data):
    found = read_answer(call, answer(200, content))
    assert (found, type(found)) == (data, type(data))


@pytest.mark.parametrize(
    ("content", "data"),
    [
        (b"NaN", "NaN"),
        (b"[-Infinity]", ["-Infinity"]),
        (b'{"a":1e400}', {"a": "1e400"}),
        (b"[1e999999999, 2]", ["1e999999999", 2]),
        (b"-1e99999999999999999999", "-1e99999999999999999999"),
        (b"9" * 5000, "9" * 30 + "…"),
        (b"1e-400", Decimal(0)),
        (b"0e999999999", Decimal(0)),
        (b"0.10000000000000000555", Decimal("0.10000000000000000555")),
    ],
)
def test_numbers_beyond_all_bounds_stay_texts(content, data):
    """One bad record must not make its page unreadable; its reader refuses it."""
    assert read_answer(GET, answer(200, content)) == data


@pytest.mark.parametrize(
    ("content", "data"),
    [
        (rb'"a\u0000b"', "ab"),
        (b'"a\x00b\x0c"', "ab"),
        (rb'"\ud83d x \ude00"', " x "),
        (rb'"\ud83d\ude00"', "😀"),
        (rb'{"a\u0000": ["\uffff\u001f"]}', {"a": [""]}),
        (rb'"one\n\ttwo\r"', "one\n\ttwo\r"),
        (b'"Par\xe9"', "Par\ufffd"),
        (b'"%s"' % (b"x" * 100_000), "x" * 65_535),
    ],
)
def test_texts_are_clean_and_bounded(content, data):
    assert read_answer(GET, answer(200, content)) == data


def test_what_is_nested_too_deep_is_left_out():
    data = read_answer(GET, answer(200, b"[" * 200 + b"]" * 200))
    assert str(data).count("[") == 64


def test_more_values_than_memory_is_spent_on():
    content = b"[" + b"{}," * 1_000_000 + b"{}]"
    assert error_of(GET, 200, content).code == "answer_too_large"
    assert error_of(POST, 200, content).scope == "unknown"


def test_amounts_are_exact():
    data = read_answer(GET, answer(200, b'{"price":0.10,"qty":3,"rate":1e-7}'))
    assert data == {"price": Decimal("0.10"), "qty": 3, "rate": Decimal("1e-7")}
    assert [type(value) for value in data.values()] == [Decimal, int, Decimal]


@given(
    st.sampled_from([GET, POST, PUT]),
    st.integers(100, 999),
    st.binary()
    | st.text().map(str.encode)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda below: (
            st.lists(below)
            | st.dictionaries(
                st.sampled_from(
                    ["message", "messages", "parameters", "errors", "error"]
                )
                | st.text(),
                below,
            )
        ),
    ).map(lambda body: json.dumps(body).encode()),
    st.text(),
    st.text(),
)
@example(GET, 200, b"NaN", "", "")
@example(GET, 200, b"9" * 5000, "", "")
@example(GET, 200, b"1e99999999999999999999", "", "")
@example(POST, 200, b"[" * 100_000, "", "")
@example(POST, 200, b"\xff\xfe1\x005\x00", "", "")
@example(GET, 400, b'{"message":[1],"parameters":[[[]]],"errors":{"a":1}}', "", "")
@example(GET, 500, b'{"messages":{"error":{"code":500}}}', "", "")
@example(GET, 500, b'{"messages":["x"],"errors":[null,[],"x",{"message":1}]}', "", "")
@example(GET, 429, b"", "Wed, 21 Oct 99999 07:28:00 GMT", "")
@example(GET, 301, b"", "", "http://\ud800[::1]:99999/")
def test_whatever_is_answered_gives_data_or_an_error(
    call, status, content, retry_after, location
):
    headers = {"Retry-After": retry_after, "Location": location}
    try:
        read_answer(call, answer(status, content, **headers))
    except MagentoError as error:
        assert error.scope and error.code and str(error)
        assert (error.scope == "unknown") <= (call is not GET)
    else:
        assert 200 <= status < 300


@pytest.mark.parametrize(
    ("message", "parameters", "text"),
    [
        ("%1 and %2", ["a", "b"], "a and b"),
        ("%1 %10", list("abcdefghij"), "a j"),
        ("%field %fieldName", {"field": "a", "fieldName": "b"}, "a b"),
        ("%fieldName", {"field": "a"}, "aName"),  # as Magento itself does
        ("%1 %2", ["%2", "x"], "%2 x"),
        ("%1|%2|%3|%4", [7, None, ["a", 1], Decimal("1.50")], "7||a, 1|1.50"),
        ("%1", [{"a": 1}], ""),
        ("%1 100%", None, "%1 100%"),
        ("%1", "text", "%1"),
        ("%1", [], "%1"),
        ("%", {"": "x"}, "x"),
        (r"%1", [r"\1"], r"\1"),
    ],
)
def test_parameters_are_filled_in(message, parameters, text):
    assert fill_in(message, parameters) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"message": "No %1.", "parameters": ["way"]}, "No way."),
        (
            {
                "message": "Invalid.",
                "errors": [
                    {"message": "%f missing", "parameters": {"f": "sku"}},
                    {"message": "Invalid."},
                    {"message": "Too many"},
                ],
            },
            "Invalid.\nsku missing\nToo many",
        ),
        (
            {"messages": {"error": [{"code": 500, "message": "Fatal error: x"}]}},
            "Fatal error: x",
        ),
        ({"message": "x", "trace": "#0 secret"}, "x"),
        ({"message": None}, ""),
        ({"message": {"a": 1}}, ""),
        ({"errors": "x", "messages": "y"}, ""),
        ({}, ""),
        ([], ""),
        ("x", ""),
        (None, ""),
    ],
)
def test_words(body, text):
    assert words(body) == text


@pytest.mark.parametrize(
    "body",
    [
        {"message": "%1" * 9_999, "parameters": ["x" * 9_999]},
        {"message": "%1" * 499, "parameters": [["x" * 999] * 999]},
        {"errors": [{"message": f"{number}" * 999} for number in range(9_999)]},
    ],
    ids=lambda body: str(body)[:40],
)
def test_some_kilobytes_are_no_gigabyte_of_words(body):
    error = error_of(POST, 400, json.dumps(body).encode())
    assert len(error.message) <= LONGEST_MESSAGE
    assert len(words(body)) < 100 * LONGEST_MESSAGE


@pytest.mark.parametrize(
    ("parameters", "right"),
    [
        ({"resources": "A::b"}, "A::b"),
        ({"resources": ["A::b", "A::c"]}, "A::b, A::c"),
        ({}, ""),
        (["A::b"], ""),
        (None, ""),
    ],
)
def test_missing_right(parameters, right):
    assert missing_right({"message": "x", "parameters": parameters}) == right


def test_no_right_in_no_object():
    assert missing_right(["x"]) == ""

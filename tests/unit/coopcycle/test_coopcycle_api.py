"""The client of CoopCycle's API, against the simulated one."""

import logging
from datetime import date

import pytest
import responses
from simulators.coopcycle import CoopcycleSimulator
from simulators.coopcycle import deliveries as simulated
from simulators.coopcycle.webhooks import signed_body

from tools.coopcycle.api import (
    ApplicationSignIn,
    CoopcycleClient,
    CoopcycleError,
    Period,
    UserSignIn,
    deliveries,
    endings,
    invoicing,
    is_signed,
    read_event,
    webhooks,
)
from tools.coopcycle.api import client as client_module
from tools.coopcycle.api.address import normalise_base_url
from tools.http.errors import SettingError

JUNE = Period(date(2025, 6, 1), date(2025, 6, 30))
KEY = "6513270e-269e-4d37-b2a7-4de452e6b438"
DROPOFF = {"dropoff": {"address": "48, Rue de Rivoli", "before": "tomorrow 13:30"}}


@pytest.fixture
def instance():
    with CoopcycleSimulator() as simulator:
        yield simulator


@pytest.fixture
def client(instance):
    with administrator(instance) as client:
        yield client


@pytest.fixture
def courier(instance):
    """Return a client for the deliveries of a store."""
    instance.add_application(instance.add_store("Acme", reach=4000))
    sign_in = ApplicationSignIn(instance.key, instance.secret)
    with CoopcycleClient(instance.url, sign_in, read_timeout=5) as client:
        yield client


def administrator(instance, password=None, **settings):
    sign_in = UserSignIn(instance.username, password or instance.password)
    return CoopcycleClient(instance.url, sign_in, read_timeout=5, **settings)


def error_of(call, *arguments):
    with pytest.raises(CoopcycleError) as caught:
        result = call(*arguments)
        list(result or ())
    return caught.value


# Signing in


def test_signs_in_once_and_again_when_the_token_has_expired(instance, client):
    """An export that is refused for its token alone is asked for again."""
    store = instance.add_store("Acme")
    instance.deliver(store)
    assert [total.orders for total in invoicing.read_stores(client, JUNE)] == [1]
    instance.sign_ins.expire()
    text, _id = invoicing.export_store(client, JUNE, store.id, "ours")
    assert text.count("\n") == 2
    assert instance.count("POST", "login_check") == 1
    assert instance.count("POST", "token/refresh") == 1
    assert len(instance.orders[0].exports) == 1
    instance.sign_ins.expire(refresh_tokens=True)
    invoicing.read_stores(client, JUNE)
    assert instance.count("POST", "login_check") == 2


def test_the_token_expires_in_the_middle_of_a_list(instance, client):
    store = instance.add_store("Acme")
    for _number in range(150):
        instance.deliver(store)
    items = invoicing.read_line_items(client, JUNE)
    first = next(items)
    instance.sign_ins.expire()
    numbers = [first.order_number, *(item.order_number for item in items)]
    assert numbers == [order.number for order in instance.orders]


def test_who_may_not_is_told_so_and_nothing_else(instance, caplog):
    caplog.set_level(logging.DEBUG)
    with administrator(instance, "wrong-pass") as client:
        error = error_of(invoicing.read_stores, client, JUNE)
        assert (error.code, error.scope) == ("sign_in_refused", "permission")
        assert "wrong-pass" not in f"{error}{error.__cause__}{client._sign_in!r}"
    instance.sign_ins.users["bob"] = ("bobs", ["ROLE_USER"])
    sign_in = UserSignIn("bob", "bobs")
    with CoopcycleClient(instance.url, sign_in) as client:
        error = error_of(invoicing.read_stores, client, JUNE)
        assert (error.code, error.scope) == ("forbidden", "permission")
        assert error.message == "Access Denied."
    assert "wrong-pass" not in caplog.text
    assert "token-" not in caplog.text
    for secret in ("", "two words", "é", "a\nb"):
        with pytest.raises(SettingError):
            ApplicationSignIn("key", secret)
    with pytest.raises(SettingError):
        UserSignIn("bob", "")


@responses.activate
@pytest.mark.parametrize(
    "body", ['{"token": null}', '{"token": "a\\nb"}', "[]", "", "<html>", '"x"']
)
def test_an_answer_without_a_token_is_not_coopcycles(body):
    responses.post("https://c.example/api/login_check", body=body)
    with CoopcycleClient("https://c.example", UserSignIn("u", "p")) as client:
        assert error_of(client.get, "me").code == "not_coopcycle"


# What comes instead of an answer


@pytest.mark.parametrize(
    ("fault", "code", "read_scope", "export_scope"),
    [
        ("maintenance", "unavailable", "connection", "connection"),
        ("too_many_requests", "rate_limited", "connection", "connection"),
        ("redirect", "redirected", "connection", "connection"),
        ("html_page", "not_coopcycle", "connection", "unknown"),
        ("internal_error", "server_error", "document", "unknown"),
        ("hang_up", "hung_up", "connection", "unknown"),
        ("half_answer", "hung_up", "connection", "unknown"),
        ("garbage", "not_coopcycle", "connection", "unknown"),
    ],
)
def test_what_a_fault_means(instance, client, fault, code, read_scope, export_scope):
    """An export whose answer is lost may have marked its orders; a list has not."""
    store = instance.add_store("Acme")
    instance.deliver(store)
    instance.faults.add(fault, path="invoice_line_items")
    error = error_of(invoicing.read_line_items, client, JUNE)
    assert (error.code, error.scope) == (code, read_scope)
    sent = instance.count(path="export/odoo")
    error = error_of(invoicing.export_store, client, JUNE, store.id, "ours")
    assert (error.code, error.scope) == (code, export_scope)
    assert instance.count(path="export/odoo") == sent + 1, "an export is asked for once"


def test_a_harmless_request_survives_a_hang_up(instance, client):
    instance.faults.add("hang_up", path="invoice_line_items", times=1)
    assert invoicing.read_stores(client, JUNE) == []


def test_nobody_there(instance):
    instance.stop()
    with administrator(instance) as client:
        error = error_of(invoicing.export_store, client, JUNE, 1, "ours")
        assert (error.code, error.scope) == ("refused", "connection")


def test_an_endless_answer_is_cut(instance, client, monkeypatch):
    store = instance.add_store("Acme")
    instance.deliver(store, parts=("x" * 10_000,))
    client.get("invoice_line_items")
    monkeypatch.setattr(client_module, "LARGEST_ANSWER", 5_000)
    error = error_of(invoicing.export_store, client, JUNE, store.id, "ours")
    assert (error.code, error.scope) == ("answer_too_large", "unknown")


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        (" https://c.example/ ", "https://c.example"),
        ("https://c.example/fr/admin/invoicing", "https://c.example"),
        ("https://c.example/api", "https://c.example"),
        ("https://c.example/fr/", "https://c.example"),
        ("https://c.example/sub/folder/login", "https://c.example/sub/folder"),
        ("http://localhost:9080", "http://localhost:9080"),
    ],
)
def test_the_address_is_taken_as_people_copy_it(typed, root):
    assert normalise_base_url(typed) == root


@pytest.mark.parametrize("typed", ["", "c.example", "ftp://c", "https://u:p@c.example"])
def test_what_is_no_address(typed):
    with pytest.raises(SettingError) as caught:
        normalise_base_url(typed)
    assert "u:p" not in str(caught.value)


# Invoicing


def test_the_stores_that_have_something_to_invoice(instance, client):
    canal = instance.add_store("Canal", "Les Vélos du Canal SCOP")
    other = instance.add_store("Atelier")
    instance.deliver(canal, total=499, tax=83)
    instance.deliver(canal, total=-120, tax=-20)
    instance.deliver(other, date(2025, 7, 1))
    instance.deliver(other, state="cancelled")
    instance.deliver(None)
    instance.deliver(other, date(2025, 5, 31), hours=(23.5, 24.5))
    totals = invoicing.read_stores(client, JUNE)
    assert [(t.legal_name, t.name, t.orders, t.subtotal, t.total) for t in totals] == [
        ("Atelier", "Atelier", 1, 416, 499),
        ("Les Vélos du Canal SCOP", "Canal", 2, 316, 379),
    ]
    assert instance.count() == 2  # signing in, and one page


def test_a_store_without_a_name_is_the_only_one_that_fails(instance, client):
    """And nothing of it is marked by finding that out."""
    nameless, named = instance.add_store(None), instance.add_store("Acme")
    instance.deliver(nameless, total=600, tax=100)
    instance.deliver(named)
    totals = invoicing.read_stores(client, JUNE)
    assert [(t.store_id, t.legal_name, t.orders, t.subtotal) for t in totals] == [
        (nameless.id, "", 1, 500),
        (named.id, "Acme", 1, 416),
    ]
    assert not any(order.exports for order in instance.orders)


def test_an_export_marks_and_is_found_again_when_its_answer_is_lost(instance, client):
    """Also that of a store without a name, which CoopCycle marks and does not write."""
    store, nameless = instance.add_store("Acme"), instance.add_store(None)
    orders = [instance.deliver(store) for _number in range(3)]
    lost = instance.deliver(nameless)
    request_id = JUNE.request_id(KEY, 1)
    instance.faults.add("hang_up_after", path="export/odoo", times=1)
    error = error_of(invoicing.export_store, client, JUNE, store.id, request_id)
    assert error.scope == "unknown"
    error = error_of(invoicing.export_store, client, JUNE, nameless.id, request_id)
    assert (error.code, error.scope) == ("server_error", "unknown")
    assert invoicing.read_stores(client, JUNE) == []
    found = invoicing.read_exported(client, JUNE, request_id)
    assert {
        store_id: [item.order_number for item in items]
        for store_id, items in found.items()
    } == {store.id: [order.number for order in orders], nameless.id: [lost.number]}
    assert invoicing.read_exported(client, JUNE, "another") == {}


def test_the_request_id_is_ours_unless_a_proxy_overwrites_it(instance, client):
    store = instance.add_store("Acme")
    instance.deliver(store)
    text, taken = invoicing.export_store(client, JUNE, store.id, "ours-1")
    assert taken == "ours-1"
    assert "\nours-1-6b86b27," in text
    instance.is_id_overwritten = True
    instance.deliver(store)
    text, taken = invoicing.export_store(client, JUNE, store.id, "ours-2")
    assert taken.startswith("proxy-")
    assert f"\n{taken}-6b86b27," in text


@responses.activate
def test_a_request_id_that_no_database_can_keep():
    responses.post("https://c.example/api/login_check", json={"token": "t"})
    headers = {"X-Request-ID": "a\x00b" + "c" * 999}
    responses.get(
        "https://c.example/api/invoice_line_items/export/odoo",
        headers=headers,
        content_type="text/csv",
    )
    with CoopcycleClient("https://c.example", UserSignIn("u", "p")) as client:
        _text, taken = invoicing.export_store(client, JUNE, 1, "ours")
    assert taken.startswith("abc")
    assert len(taken) < 255


def test_the_request_id_tells_connection_days_and_batch():
    ids = {
        Period(first, last).request_id(key, batch)
        for key in (KEY, "7513270e-269e-4d37-b2a7-4de452e6b438")
        for first in (date(2025, 6, 1), date(2025, 6, 2))
        for last in (date(2025, 6, 29), date(2025, 6, 30))
        for batch in (1, 2)
    }
    assert len(ids) == 16
    assert JUNE.request_id(KEY, 1) == JUNE.request_id(KEY, 1)


BAD_ITEM = {
    "storeId": 1,
    "date": "2025-06-13T11:00:00+02:00",
    "orderId": 1,
    "orderNumber": "A1",
    "description": "x",
    "subTotal": 1,
    "tax": 0,
    "total": 1,
    "exports": [],
}


@responses.activate
@pytest.mark.parametrize(
    "change",
    [
        {"storeId": "1"},
        {"storeId": 2**31},
        {"storeId": True},
        {"subTotal": 10**13},
        {"subTotal": 1.5},
        {"total": None},
        {"date": "yesterday"},
        {"date": None},
        {"orderNumber": ["A1"]},
        {"exports": [{}]},
        {"exports": None},
        {"exports": [{"requestId": 1, "createdAt": "2025-06-13"}]},
    ],
)
def test_an_order_of_wrong_types_is_improper(change):
    responses.post("https://c.example/api/login_check", json={"token": "t"})
    responses.get(
        "https://c.example/api/invoice_line_items",
        json={"hydra:member": [{**BAD_ITEM, **change}], "hydra:totalItems": 1},
    )
    with CoopcycleClient("https://c.example", UserSignIn("u", "p")) as client:
        error = error_of(invoicing.read_line_items, client, JUNE)
    assert (error.code, error.scope) == ("improper_answer", "connection")


@responses.activate
def test_orders_that_cannot_be_read_are_left_out_by_who_takes_their_numbers():
    """A hundred of them are no orders, though."""
    responses.post("https://c.example/api/login_check", json={"token": "t"})
    url = "https://c.example/api/invoice_line_items"
    bad = [
        {**BAD_ITEM, "orderNumber": "A2", "tax": "x"},
        {**BAD_ITEM, "orderNumber": None, "orderId": 3},
        {**BAD_ITEM, "orderNumber": [], "orderId": None},
    ]
    members, unreadable = [bad[0], BAD_ITEM, *bad[1:]], []
    responses.get(url, json={"hydra:member": members, "hydra:totalItems": 4})
    with CoopcycleClient("https://c.example", UserSignIn("u", "p")) as client:
        (found,) = invoicing.read_line_items(client, JUNE, unreadable=unreadable)
        assert found.order_number == "A1"
        assert unreadable == ["A2", "3", "?"]
        body = {"hydra:member": bad[:1] * 101, "hydra:totalItems": 101}
        responses.replace("GET", url, json=body)
        with pytest.raises(CoopcycleError, match="improper_answer"):
            list(invoicing.read_line_items(client, JUNE, unreadable=[]))


@responses.activate
def test_hostile_texts_and_lists():
    """NUL is taken out, a list that never ends or begins is improper.

    So is one of which each page is the first, as a proxy may keep it.
    """
    responses.post("https://c.example/api/login_check", json={"token": "t"})
    url = "https://c.example/api/invoice_line_items"
    item = {**BAD_ITEM, "orderNumber": "A\x001", "description": "<b>x</b>"}
    responses.get(url, json={"hydra:member": [item], "hydra:totalItems": 1})
    with CoopcycleClient("https://c.example", UserSignIn("u", "p")) as client:
        (found,) = invoicing.read_line_items(client, JUNE)
        assert "\x00" not in found.order_number
        for body, code in (
            ({"hydra:member": [item], "hydra:totalItems": 10**9}, "improper_answer"),
            ({"hydra:member": [item], "hydra:totalItems": "1"}, "improper_answer"),
            ({"hydra:member": {}, "hydra:totalItems": 1}, "improper_answer"),
            ({"hydra:member": ["x"], "hydra:totalItems": 1}, "improper_answer"),
            ([], "improper_answer"),
            ({"hydra:member": [], "hydra:totalItems": 3}, "page_missing"),
            ({"hydra:member": [item], "hydra:totalItems": 3}, "page_missing"),
        ):
            responses.replace("GET", url, json=body)
            error = error_of(invoicing.read_line_items, client, JUNE)
            assert error.code == code


@responses.activate
def test_a_total_of_another_store_is_not_this_ones():
    """Where they fail all together, and a filter is taken no notice of."""
    responses.post("https://c.example/api/login_check", json={"token": "t"})
    url = "https://c.example/api/invoice_line_items"
    other = {
        "storeId": 9,
        "organizationLegalName": "Other",
        "storeName": "Other",
        "ordersCount": 7,
        "subTotal": 700,
        "tax": 0,
        "total": 700,
    }
    responses.get(f"{url}/grouped_by_organization", json={}, status=500)
    responses.get(
        f"{url}/grouped_by_organization",
        json={"hydra:member": [other], "hydra:totalItems": 1},
    )
    responses.get(url, json={"hydra:member": [BAD_ITEM], "hydra:totalItems": 1})
    with CoopcycleClient("https://c.example", UserSignIn("u", "p")) as client:
        (total,) = invoicing.read_stores(client, JUNE)
    assert (total.store_id, total.legal_name, total.total) == (1, "", 1)


# Deliveries


def test_a_delivery_is_made_found_read_and_taken_back(instance, courier):
    store_id = deliveries.read_own_store(courier)
    assert store_id == instance.stores[0].id
    assert deliveries.find_deliveries(courier, store_id, {"WH/OUT/1"}) == {}
    made = deliveries.make_delivery(courier, DROPOFF, "WH/OUT/1")
    assert (made.reference, made.dropoff_status, made.order_total) == (
        "WH/OUT/1",
        "TODO",
        499,
    )
    assert made.tracking_url.startswith("http")
    assert deliveries.find_deliveries(courier, store_id, {"WH/OUT/1", "WH/OUT/2"}) == {
        "WH/OUT/1": made
    }
    assert deliveries.read_delivery(courier, made.id) == made
    deliveries.cancel_delivery(courier, made.id)
    cancelled = deliveries.read_delivery(courier, made.id)
    assert cancelled.dropoff_status == "CANCELLED"
    instance.deliveries[0].dropoff.is_assigned = True
    error = error_of(deliveries.cancel_delivery, courier, made.id)
    assert (error.code, error.message) == (
        "refused",
        "Tasks have already been assigned",
    )


def test_a_lost_answer_is_looked_up_and_never_repeated(instance, courier):
    instance.faults.add("hang_up_after", "POST", "/api/deliveries$", times=1)
    error = error_of(deliveries.make_delivery, courier, DROPOFF, "WH/OUT/1")
    assert error.scope == "unknown"
    assert len(instance.deliveries) == 1
    for number in range(120):
        deliveries.make_delivery(courier, DROPOFF, f"WH/OUT/{number + 2}")
    references = {"WH/OUT/1", "WH/OUT/9"}
    found = deliveries.find_deliveries(courier, 1, references)
    assert {name: found[name].id for name in found} == {"WH/OUT/1": 1, "WH/OUT/9": 9}
    assert deliveries.find_deliveries(courier, 1, {"WH/OUT/1"}, most=50) == {}


def test_what_cannot_be_delivered_is_told_in_coopcycles_words(courier):
    far = {"address": "x" * 41, "before": "tomorrow"}
    assert error_of(deliveries.check_feasible, courier, {"dropoff": far}).message == (
        "items: The delivery is out of bounds."
    )
    deliveries.check_feasible(courier, DROPOFF)
    nowhere = {"address": "Nowhere 1", "before": "tomorrow"}
    error = error_of(deliveries.check_feasible, courier, {"dropoff": nowhere})
    assert (error.code, error.scope) == ("not_located", "document")
    never = {"address": "48, Rue de Rivoli"}
    assert (
        error_of(deliveries.read_quote, courier, {"dropoff": never}).code == "refused"
    )


@pytest.mark.parametrize(
    ("told", "link"),
    [
        ("https://coop.example/fr/pub/d/abc?x=1#y", True),
        ("http://coop.example:8080", True),
        ("https://coop.example@evil.example/d", False),
        ("https://coop.example:@evil.example", False),
        ("https://coop.example\\@evil.example", False),
        ("https://coop.example/\u202egpj.exe", False),
        ("https://coop.example/a b", False),
        ("https://coop.example/" + "x" * 2000, False),
        ("javascript:alert(1)", False),
        ("https:///d", False),
        (None, False),
    ],
)
def test_a_link_leads_where_it_seems_to(instance, courier, monkeypatch, told, link):
    monkeypatch.setattr(simulated, "show", _shown_with(trackingUrl=told))
    made = deliveries.make_delivery(courier, DROPOFF, "a")
    assert made.tracking_url == (told if link else "")


def test_the_number_of_an_order_is_a_short_word(instance, courier, monkeypatch):
    """Odoo has a transfer's tracking numbers one after the other, with commas."""
    order = {"number": "\u202eA1,\nB2" + "x" * 99, "total": 499, "taxTotal": 83}
    monkeypatch.setattr(simulated, "show", _shown_with(order=order))
    made = deliveries.make_delivery(courier, DROPOFF, "a")
    assert made.order_number == ("A1 B2" + "x" * 99)[:64]


def _shown_with(**told):
    show = simulated.show
    return lambda instance, delivery: show(instance, delivery) | told


def test_a_quote(instance, courier):
    quote = deliveries.read_quote(courier, DROPOFF)
    assert (quote.amount, quote.currency) == (499, "EUR")
    assert instance.deliveries == []
    instance.stores[0].price = -1
    assert error_of(deliveries.read_quote, courier, DROPOFF).code == "improper_answer"
    instance.stores[0].price = None
    error = error_of(deliveries.read_quote, courier, DROPOFF)
    assert error.message == "Price could not be calculated"


def test_an_application_without_tasks_has_its_deliveries(instance, courier):
    """Who makes it chooses its scopes, and gets no token for another one."""
    instance.sign_ins.scopes = {"deliveries"}
    made = deliveries.make_delivery(courier, DROPOFF, "a")
    instance.sign_ins.expire()
    assert endings.read_state(courier, made.id).state == "new"
    instance.sign_ins.scopes = {"orders"}
    instance.sign_ins.expire()
    error = error_of(deliveries.read_delivery, courier, made.id)
    assert (error.code, error.scope) == ("sign_in_refused", "permission")


def test_an_application_may_not_invoice_nor_see_other_stores(instance, courier):
    error = error_of(invoicing.read_line_items, courier, JUNE)
    assert error.code == "forbidden"
    other = instance.add_store("Other")
    made = deliveries.make_delivery(courier, DROPOFF, "a")
    instance.deliveries[0].store = other
    assert error_of(deliveries.read_delivery, courier, made.id).code == "forbidden"
    error = error_of(deliveries.find_deliveries, courier, other.id, {"a"})
    assert error.code == "forbidden"
    assert error_of(deliveries.read_delivery, courier, 99).code == "not_found"


# Webhooks


def test_a_webhook_is_believed_by_its_bytes_alone(instance, courier):
    number, secret = webhooks.make_webhook(
        courier, "delivery.completed", "https://odoo.example/coopcycle/1"
    )
    raw, signature = signed_body(instance.webhooks[number], 12)
    assert is_signed(raw, signature, secret)
    event = read_event(raw)
    assert (event.delivery_id, event.name) == (12, "delivery.completed")
    for content, given, known in (
        (raw.replace(b"\\/", b"/"), signature, secret),
        (raw + b" ", signature, secret),
        (raw, signature[:-4] + "AAA=", secret),
        (raw, "", secret),
        (raw, "é", secret),
        (raw, signature, "another"),
        (raw, signature, ""),
        (b"x" * 10_000_000, signature, secret),
    ):
        assert not is_signed(content, given, known)
    webhooks.delete_webhook(courier, number)
    assert instance.webhooks == {}
    error = error_of(webhooks.make_webhook, courier, "foo.bar", "https://odoo.example")
    assert error.code == "refused"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"data": {"object": "/api/orders/1", "event": "order.created"}}',
        b'{"data": {"object": "/api/deliveries/0", "event": "delivery.failed"}}',
        b'{"data": {"object": "/api/deliveries/9999999999", "event": "%s"}}'
        % b"delivery.failed",
        b'{"data": {"object": "/api/deliveries/1\\n", "event": "delivery.failed"}}',
        b'{"data": {"object": 1, "event": "delivery.failed"}}',
        b'{"data": {"object": "/api/deliveries/1", "event": []}}',
        b'{"data": {"object": "/api/deliveries/1", "event": "delivery.eaten"}}',
    ],
)
def test_what_tells_nothing_of_a_delivery(content):
    assert read_event(content) is None

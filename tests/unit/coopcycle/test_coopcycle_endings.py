"""How far a delivery is and what proves its end, against the simulated CoopCycle."""

import logging
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from simulators.coopcycle import CoopcycleSimulator, riding

from tools.coopcycle.api import (
    ApplicationSignIn,
    CoopcycleClient,
    CoopcycleError,
    deliveries,
    endings,
    is_signed,
    read_event,
    webhooks,
)

DROPOFF = {"dropoff": {"address": "48, Rue de Rivoli", "before": "tomorrow 13:30"}}
JPEG = b"\xff\xd8\xff\xe0 a photo"
MORNING = datetime.fromisoformat("2026-08-03T09:30:00")
EARLIER = MORNING - timedelta(hours=2)


@pytest.fixture
def instance():
    with CoopcycleSimulator(clock=lambda: MORNING) as simulator:
        simulator.add_application(simulator.add_store("Acme"))
        yield simulator


@pytest.fixture
def courier(instance):
    sign_in = ApplicationSignIn(instance.key, instance.secret)
    with CoopcycleClient(instance.url, sign_in, read_timeout=5) as client:
        deliveries.make_delivery(client, DROPOFF, "a")
        yield client


def test_how_far_it_is_step_by_step(instance, courier):
    delivery = instance.deliveries[0]
    assert endings.read_state(courier, 1).state == "new"
    for kind, doing, state in (
        ("dropoff", "assign", "assigned"),
        ("pickup", "start", "started"),
        ("pickup", "done", "picked"),
        ("dropoff", "start", "in_transit"),
    ):
        instance.go_on(delivery, doing, kind=kind)
        reading = endings.read_state(courier, 1)
        assert (reading.state, reading.ending) == (state, None)
    instance.offset = "+02:00"
    instance.go_on(delivery, "done", notes="Left with the porter", pictures=(JPEG,))
    reading = endings.read_state(courier, 1)
    assert reading.state == "completed"
    assert reading.ending == endings.Ending(
        EARLIER, "Left with the porter", (("proof_1.jpg", JPEG),)
    )
    assert endings.read_state(courier, 1, with_ending=False).ending is None


@pytest.mark.parametrize("kind", ["pickup", "dropoff"])
def test_what_failed_may_go_on_another_day(instance, courier, kind):
    delivery = instance.deliveries[0]
    instance.go_on(delivery, "failed", kind=kind, notes="Nobody there")
    reading = endings.read_state(courier, 1)
    assert (reading.state, reading.ending.notes) == ("failed", "Nobody there")
    endings_of = instance.deliveries[0]
    getattr(endings_of, kind).status = "TODO"
    assert endings.read_state(courier, 1).state == "new"
    deliveries.cancel_delivery(courier, 1)
    assert endings.read_state(courier, 1).state == "cancelled"


def test_who_reads_the_log_sees_no_picture(instance, courier, caplog):
    """The rest of a picture's address may be all that one needs to see it."""
    caplog.set_level(logging.INFO)
    instance.go_on(instance.deliveries[0], "done", pictures=())
    instance.deliveries[0].dropoff.shown["images"] = [
        {"thumbnail": f"{instance.url}/media/x\x1b.jpg?signature=5ecret"}
    ]
    assert endings.read_state(courier, 1).ending.pictures == ()
    assert "/media/x.jpg" in caplog.text
    assert "5ecret" not in caplog.text
    assert "\x1b" not in caplog.text


def test_pictures_are_none_that_are_no_pictures_or_elsewhere(instance, courier):
    delivery = instance.deliveries[0]
    instance.go_on(delivery, "done", pictures=(b"<svg/onload=x>", JPEG, b"GIF89a"))
    pictures = endings.read_state(courier, 1).ending.pictures
    assert pictures == (("proof_1.jpg", JPEG),)
    elsewhere = CoopcycleSimulator()
    delivery.dropoff.shown["images"] = [
        {"thumbnail": f"{elsewhere.url}/x.jpg"},
        {"thumbnail": f"{instance.url}.evil.example/x.jpg"},
        {"thumbnail": None},
        "x",
    ]
    assert endings.read_state(courier, 1).ending.pictures == ()
    delivery.dropoff.shown["images"] = {"thumbnail": 1}
    assert endings.read_state(courier, 1).ending.pictures == ()


def test_what_cannot_be_read_of_the_end_leaves_the_end_as_it_is(instance, courier):
    """An application without the right to read tasks, a picture that is gone."""
    delivery = instance.deliveries[0]
    instance.go_on(delivery, "done", pictures=(JPEG,))
    instance.pictures.clear()
    reading = endings.read_state(courier, 1)
    assert (reading.state, reading.ending.at) == ("completed", MORNING)
    instance.faults.add("maintenance", path="/api/tasks/")
    with pytest.raises(CoopcycleError) as caught:
        endings.read_state(courier, 1)
    assert caught.value.scope == "connection"


def test_notes_read_as_they_are(instance, courier):
    instance.go_on(instance.deliveries[0], "failed", notes="No\u202ebody\x00")
    assert endings.read_state(courier, 1).ending.notes == "Nobody"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-08-03T09:30:00+02:00", EARLIER),
        ("2026-08-03T09:30:00.123456Z", MORNING),
        ("2026-08-03T09:30:00", MORNING),
        ("0001-01-01T00:00:00+02:00", None),
        ("2026-13-03T09:30:00Z", None),
        ("2026-08-03T09:30:00+99:99", None),
        ("yesterday", None),
        (12, None),
    ],
)
def test_moments(text, moment):
    assert endings.parse_moment(text) == moment


def test_couriers_of_the_demonstration_ride_to_the_end(instance, courier):
    """Most deliver, with a photo; one in some finds nobody."""
    for number in range(riding.FAILURES - 1):
        deliveries.make_delivery(courier, DROPOFF, str(number))
    for _time in range(6):
        riding.ride(instance)
    readings = [endings.read_state(courier, each.id) for each in instance.deliveries]
    assert [reading.state for reading in readings] == [
        *["completed"] * (riding.FAILURES - 1),
        "failed",
    ]
    ((name, content),) = readings[0].ending.pictures
    assert (name, content) == ("proof_1.png", riding.photo())
    told = len(instance.requests)
    riding.ride(instance)
    assert len(instance.requests) == told
    assert instance.deliveries[0].dropoff.events[-1]["name"] == "task:done"


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((raw, self.headers[webhooks.SIGNATURE]))
        self.send_response(self.server.statuses.pop(0))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        pass


def test_the_simulator_tells_as_coopcycle_does_three_times_again(instance, courier):
    """Each event by a webhook of its own, signed with its secret."""
    server = HTTPServer(("127.0.0.1", 0), _Receiver)
    server.taken, server.statuses = [], [500, 401, 204, 200]
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/events"
        secrets = {
            event: webhooks.make_webhook(courier, event, url)[1]
            for event in ("delivery.picked", "delivery.completed")
        }
        delivery = instance.deliveries[0]
        assert instance.go_on(delivery, "assign") == []
        assert instance.go_on(delivery, "done", kind="pickup") == [500, 401, 204]
        assert instance.go_on(delivery, "done") == [200]
    finally:
        server.shutdown()
        server.server_close()
    names = [read_event(raw).name for raw, _signature in server.taken]
    assert names == ["delivery.picked"] * 3 + ["delivery.completed"]
    for raw, signature in server.taken:
        assert is_signed(raw, signature, secrets[read_event(raw).name])
    assert server.taken[0] == server.taken[1], "a repeat is the same"

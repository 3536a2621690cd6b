"""Many documents sent at once."""

import threading

import pytest

from tools.http.pool import FAILURES_TO_STOP
from tools.magento import errors
from tools.magento.sending import Job, send_all


class Client:
    """A client that answers what it is told, and counts."""

    def __init__(self, answer="7"):
        self.answer = answer
        self.sent = []
        self.is_closed = False

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.is_closed = True

    def post_for_id(self, path, body):
        return self.post(path, body)

    def post(self, path, body):
        self.sent.append((path, body, threading.get_ident()))
        answer = self.answer(path, body) if callable(self.answer) else self.answer
        if isinstance(answer, Exception):
            raise answer
        return answer


def jobs(count):
    return [Job(number, f"order/{number}/invoice", {}) for number in range(count)]


def never():
    return False


def test_each_once():
    clients = [Client(), Client()]
    outcomes = send_all(clients, jobs(20), never)
    paths = [path for client in clients for path, _body, _thread in client.sent]
    assert sorted(paths) == sorted(job.path for job in jobs(20))
    assert {outcome.magento_id for outcome in outcomes.values()} == {"7"}
    assert all(client.is_closed for client in clients)


def test_one_request_of_a_client_at_a_time():
    busy = [threading.Lock() for _number in range(3)]
    clients = []
    for lock in busy:

        def answer(_path, _body, lock=lock):
            assert lock.acquire(blocking=False)
            lock.release()
            return "7"

        clients.append(Client(answer))
    assert len(send_all(clients, jobs(50), never)) == 50


def test_refusal_stops_nothing():
    client = Client(errors.MagentoDocumentError("refused", status=400))
    outcomes = send_all([client], jobs(9), never)
    assert len(outcomes) == 9
    assert all(outcome.error.code == "refused" for outcome in outcomes.values())


@pytest.mark.parametrize(
    "error",
    [
        errors.MagentoConnectionError("refused"),
        errors.MagentoPermissionError("unauthorized"),
    ],
)
def test_shop_out_of_reach(error):
    """The rest is not sent, and has no outcome."""
    outcomes = send_all([Client(error)], jobs(9), never)
    assert len(outcomes) == FAILURES_TO_STOP


def test_over():
    assert send_all([Client()], jobs(9), lambda: True) == {}


def test_no_clients():
    assert send_all([], [], never) == {}


def test_begun_before_it_is_sent():
    """Each job is told of before it is sent, and what somebody else sends is not."""
    begun = []

    def answer(path, _body):
        assert int(path.split("/")[1]) in begun
        return "7"

    def begin(numbers):
        begun.extend(numbers)
        assert len(numbers) <= 2
        return [number for number in numbers if number != 3]

    outcomes = send_all([Client(answer), Client(answer)], jobs(9), never, begin)
    assert begun == list(range(9))
    assert sorted(outcomes) == [0, 1, 2, 4, 5, 6, 7, 8]
    assert {outcome.magento_id for outcome in outcomes.values()} == {"7"}


def test_nothing_is_begun_when_it_is_over():
    begun = []

    def begin(numbers):
        begun.extend(numbers)
        return numbers

    send_all([Client()], jobs(9), lambda: len(begun) == 3, begin)
    assert begun == [0, 1, 2]


def test_bug_is_unknown():
    """An error of a program ends one job; what it did nobody knows."""

    def answer(path, _body):
        return ZeroDivisionError() if path == "order/1/invoice" else "7"

    outcomes = send_all([Client(answer)], jobs(3), never)
    assert isinstance(outcomes[1].error, errors.MagentoUnknownOutcome)
    assert [outcomes[0].magento_id, outcomes[2].magento_id] == ["7", "7"]


def test_fallback():
    """What is refused is sent in the other way, and only then."""

    def answer(_path, body):
        return errors.MagentoDocumentError("refused") if "status" in body else "7"

    client = Client(answer)
    ways = ({"status": "Paid"}, {"comment": "paid"}, {"comment": "Paid"})
    job = Job(1, "orders/1/comments", {"status": "paid"}, fallbacks=ways)
    assert send_all([client], [job], never)[1].magento_id == "7"
    assert [body for _path, body, _thread in client.sent] == [job.body, *ways[:2]]

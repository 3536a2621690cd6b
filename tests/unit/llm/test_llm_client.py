"""Asking a server that behaves well, or not at all."""

import logging

import pytest
from simulators.llm import LlmSimulator, notes

from tools.http.errors import SettingError
from tools.llm import LlmClient, LlmError, Question, ask_all
from tools.llm.asking import FAILURES_TO_STOP
from tools.llm.client import endpoint

BODY = {
    "model": "m",
    "messages": [
        {
            "role": "user",
            "content": '{"language": "en_US", "customer": "Ann", "delivered": []}',
        }
    ],
}
KEY = "secret-key"


@pytest.fixture(scope="module")
def server():
    with LlmSimulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(server):
    server.behaviour = "good"
    server.requests.clear()
    return server


def ask(simulator, **options):
    with LlmClient(simulator.url, KEY, timeout=0.3, **options) as client:
        return client.ask(BODY)


def test_answer(simulator):
    answer = ask(simulator)
    assert answer.content == notes.good(
        {"language": "en", "customer": "Ann", "delivered": []}
    )
    assert (answer.model, answer.prompt_tokens, answer.answer_tokens) == (
        "simulated",
        200,
        40,
    )
    ((headers, body),) = simulator.requests
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body == BODY


def test_without_a_key_nothing_is_taken_from_elsewhere(
    simulator, tmp_path, monkeypatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(netrc))
    with LlmClient(simulator.url) as client:
        client.ask(BODY)
    assert "Authorization" not in simulator.requests[0][0]


@pytest.mark.parametrize(
    ("behaviour", "code", "status"),
    [
        ("slow", "read_timeout", None),
        ("rate_limited", "rate_limited", 429),
        ("broken", "server_error", 500),
        ("unauthorized", "unauthorized", 401),
        ("html", "improper_answer", 200),
        ("garbage", "improper_answer", 200),
        ("half", "hung_up", None),
        ("huge", "answer_too_large", None),
        ("redirect", "redirected", 307),
    ],
)
def test_no_proper_answer(simulator, caplog, behaviour, code, status):
    caplog.set_level(logging.DEBUG)
    simulator.behaviour = behaviour
    with pytest.raises(LlmError) as failed:
        ask(simulator)
    assert (failed.value.code, failed.value.status) == (code, status)
    assert len(simulator.requests) == 1
    assert KEY not in caplog.text + str(failed.value)
    assert "Ann" not in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        b"{}",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        b'{"choices": [{"message": {"content": [1]}}]}',
        b'{"choices": {"0": 1}}',
        b"[" * 100_000,
    ],
    ids=lambda answer: answer[:30].decode(),
)
def test_answers_of_another_form(simulator, monkeypatch, answer):
    monkeypatch.setattr(simulator, "complete", lambda content: answer)
    with pytest.raises(LlmError) as failed:
        ask(simulator)
    assert failed.value.code == "improper_answer"


def test_half_a_pair_is_no_text(simulator):
    """No answer to a browser can hold it."""
    simulator.behaviour = lambda facts: "a\ud800b\U0001f600\x00"
    assert ask(simulator).content == "a\ufffdb\U0001f600\x00"


@pytest.mark.parametrize(
    "usage",
    [
        '"x"',
        "[]",
        "null",
        '{"prompt_tokens": -1, "completion_tokens": 1e99}',
        '{"prompt_tokens": true, "completion_tokens": 99999999999}',
    ],
)
def test_figures_that_are_none(simulator, monkeypatch, usage):
    answer = '{"choices": [{"message": {"content": "a"}}], "model": 7, "usage": %s}'
    monkeypatch.setattr(
        simulator, "complete", lambda content: (answer % usage).encode()
    )
    found = ask(simulator)
    assert (found.model, found.prompt_tokens, found.answer_tokens) == ("", 0, 0)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:11434/v1", "http://localhost:11434/v1/chat/completions"),
        ("http://10.0.0.7/v1/", "http://10.0.0.7/v1/chat/completions"),
        ("https://x/v1/chat/completions", "https://x/v1/chat/completions"),
        (" https://x ", "https://x/chat/completions"),
    ],
)
def test_endpoint(url, expected):
    assert endpoint(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost",
        "ftp://x",
        "file:///etc/passwd",
        "http://a:b@x",
        "http://x/?a=b",
        "http://x/#a",
        "http:///v1",
        "http://x\x00y",
        "javascript:alert(1)",
    ],
)
def test_no_address(url):
    with pytest.raises(SettingError) as refused:
        LlmClient(url)
    assert "a:b" not in str(refused.value)


@pytest.mark.parametrize("key", ["a b", "a\nb", "clé", "\x00"])
def test_no_key(key):
    with pytest.raises(SettingError):
        LlmClient("http://x", key)


def test_many_each_once(simulator):
    clients = [LlmClient(simulator.url) for _number in range(3)]
    questions = [Question(number, BODY) for number in range(20)]
    outcomes = ask_all(clients, questions, lambda: False)
    assert sorted(outcomes) == list(range(20))
    assert all(outcome.answer for outcome in outcomes.values())
    assert len(simulator.requests) == 20


def test_nothing_is_asked_when_time_is_over(simulator):
    outcomes = ask_all([LlmClient(simulator.url)], [Question(1, BODY)], lambda: True)
    assert not outcomes
    assert not simulator.requests


def test_a_server_that_is_not_there_is_not_asked_for_ever(simulator):
    simulator.behaviour = "broken"
    questions = [Question(number, BODY) for number in range(20)]
    outcomes = ask_all([LlmClient(simulator.url)], questions, lambda: False)
    assert len(outcomes) == len(simulator.requests) == FAILURES_TO_STOP
    assert {str(each.error) for each in outcomes.values()} == {
        "server_error (HTTP 500)"
    }


def test_what_fails_here_is_an_outcome(simulator):
    """A body that is no JSON fails before it is sent, and the others go on."""
    bad = Question(1, {"x": float("nan")})
    outcomes = ask_all(
        [LlmClient(simulator.url)], [bad, Question(2, BODY)], lambda: False
    )
    assert outcomes[1].error.code == "unexpected"
    assert outcomes[2].answer

"""The server: what it was asked, and how it behaves."""

import json

from ..serving import Simulator
from ..serving.answers import HTML, Answer, json_answer, read_object
from ..serving.faults import Fault
from . import notes

PATH = "/v1/chat/completions"
PAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
HUGE = 2**20


class LlmSimulator(Simulator):
    """A context with the server.

    :ivar behaviour: a name of `FAULTS`, `ANSWERS` or `notes.ANSWERS`, or a function of
        the facts that returns what the model says
    :ivar requests: (headers, body) as they came
    """

    def __init__(self, behaviour="good", port=0, model="simulated"):
        super().__init__(port)
        self.behaviour = behaviour
        self.model = model

    @property
    def url(self):
        """Return the address of its API."""
        return f"{super().url}/v1"

    @property
    def facts(self):
        """Return what the model was told, question by question."""
        return [_read_facts(body) for _headers, body in self.requests]

    def complete(self, content):
        """Return an answer with what the model says, as bytes."""
        usage = {"prompt_tokens": 200, "completion_tokens": 40, "total_tokens": 240}
        answer = {
            "object": "chat.completion",
            "model": self.model,
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": content},
                    "finish_reason": "stop",
                }
            ],
            "usage": usage,
        }
        return json.dumps(answer).encode()

    def pick_fault(self, method, target):
        """Return how a server behaves that gives no whole answer."""
        kind = FAULTS.get(self.behaviour)
        return Fault(kind) if kind else None

    def note(self, method, target, status):
        """Keep nothing: the whole question is kept."""

    def respond(self, method, target, headers, raw, **options):
        """Answer a question."""
        if (method, target) != ("POST", PATH):
            return self.error(404, "There are only chat completions.")
        body = read_object(raw)
        if not body:
            return self.error(400, "That is no question.")
        self.requests.append((dict(headers), body))
        if self.behaviour in ANSWERS:
            return ANSWERS[self.behaviour]()
        name = "good" if self.behaviour in FAULTS else self.behaviour
        write = name if callable(name) else notes.ANSWERS[name]
        return Answer(200, self.complete(write(_read_facts(body))))


def _read_facts(body):
    return json.loads(body["messages"][-1]["content"])


def _redirected():
    return Answer(307, headers={"Location": f"http://127.0.0.1:1{PATH}"})


# A server that does not answer at all, or half
FAULTS = {"slow": "read_timeout_after", "half": "half_answer"}
# A server that does not answer as it should
ANSWERS = {
    "rate_limited": lambda: Answer(429, "{}", headers={"Retry-After": "30"}),
    "broken": lambda: json_answer({"error": "oops"}, 500),
    "unauthorized": lambda: json_answer({"error": "key"}, 401),
    "html": lambda: Answer(200, PAGE, HTML),
    "garbage": lambda: Answer(200, b"\x00\xff{[" * 30),
    "huge": lambda: Answer(200, b"x" * HUGE),
    "redirect": _redirected,
}

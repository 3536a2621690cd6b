"""The server: what it was asked, and how it behaves."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import notes

PATH = "/v1/chat/completions"
HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
HUGE = 2**20


class LlmSimulator:
    """A context with the server.

    :ivar behaviour: a name of `BEHAVIOURS`, or a function of the facts that returns
        what the model says
    :ivar requests: (headers, body) as they came
    :ivar url: its address
    """

    def __init__(self, behaviour="good", port=0, model="simulated"):
        self.behaviour = behaviour
        self.model = model
        self.requests = []
        self.is_over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _make_handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc_info):
        self.is_over.set()
        self._server.shutdown()
        self._server.server_close()

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


def _read_facts(body):
    return json.loads(body["messages"][-1]["content"])


def _make_handler(simulator):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):  # noqa: N802 -- http.server's name
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            simulator.requests.append((dict(self.headers), body))
            if self.path != PATH:
                self.reply(404, b"{}")
            elif callable(simulator.behaviour):
                self.say(simulator.behaviour(_read_facts(body)))
            else:
                BEHAVIOURS[simulator.behaviour](self, _read_facts(body))

        def say(self, content):
            self.reply(200, simulator.complete(content))

        def reply(self, status, content, length=None, **headers):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(length or len(content)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

        def wait(self):
            """Say nothing until the test is over."""
            simulator.is_over.wait(60)
            self.close_connection = True

        def break_off(self, facts):
            """Send a part of the answer, and hang up."""
            content = simulator.complete(notes.good(facts))
            self.reply(200, content[:-20], length=len(content))
            self.close_connection = True

        def log_message(self, *args):
            """Keep the log of the tests clean."""

    return Handler


def _saying(write):
    """Return the behaviour of a model that says something of the facts."""
    return lambda server, facts: server.say(write(facts))


BEHAVIOURS = {
    # A server that does not answer as it should
    "slow": lambda server, facts: server.wait(),
    "rate_limited": lambda server, facts: server.reply(429, b"{}", Retry_After="30"),
    "broken": lambda server, facts: server.reply(500, b'{"error": "oops"}'),
    "unauthorized": lambda server, facts: server.reply(401, b'{"error": "key"}'),
    "html": lambda server, facts: server.reply(200, HTML),
    "garbage": lambda server, facts: server.reply(200, b"\x00\xff{[" * 30),
    "half": lambda server, facts: server.break_off(facts),
    "huge": lambda server, facts: server.reply(200, b"x" * HUGE),
    "redirect": lambda server, facts: server.reply(
        307, b"", Location="http://127.0.0.1:1/v1/chat/completions"
    ),
    # A model that says what it should not
    **{name: _saying(write) for name, write in notes.ANSWERS.items()},
}

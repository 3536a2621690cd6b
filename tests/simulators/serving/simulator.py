"""A simulator, as far as it is a server that is started, asked and stopped."""

import re
from collections.abc import Callable

from .answers import Answer, json_answer
from .faults import Exchange, Fault, Faults
from .server import Server


class Simulator:
    """A server on loopback, for one ``with`` block.

    :param port: 0 takes any free one
    :ivar requests: (method, path and query, status) of every request; status 0 is a
        request that got no answer
    :ivar faults: what shall befall the requests
    :ivar latency: seconds that every call takes longer
    """

    # Faults that only this one has
    fault_kinds: dict[str, Callable[[Exchange, Fault], None]] = {}

    def __init__(self, port: int = 0):
        self._port = port
        self._server: Server | None = None
        self.faults = Faults(self.fault_kinds)
        self.latency = 0.0
        self.requests: list[tuple[str, str, int]] = []

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start to listen, on the same port as before if there was one."""
        self._server = Server(self, self._port)
        self._port = self._server.server_port
        self._server.start()

    def stop(self) -> None:
        """Stop to listen: who calls now is refused. What it has stays."""
        if self._server:
            self._server.stop()
            self._server = None

    @property
    def url(self) -> str:
        """Return the server's address, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    def count(self, method: str = "", path: str = "") -> int:
        """Return how many requests there were.

        :param path: pattern that is searched in path and query
        """
        return sum(
            method in ("", done) and bool(re.search(path, target))
            for done, target, _status in list(self.requests)
        )

    def pick_fault(self, method: str, target: str) -> Fault | None:
        """Return the fault that a request has, if any."""
        return self.faults.pick(method, target)

    def note(self, method: str, target: str, status: int) -> None:
        """Keep what was asked for."""
        self.requests.append((method, target, status))

    def respond(
        self, method: str, target: str, headers, raw: bytes, **options
    ) -> Answer:
        """Do what a request asks for.

        :param options: of a fault, which lets it be done in another way
        """
        raise NotImplementedError

    def error(self, status: int, words: str = "") -> Answer:
        """Return an error in the server's own form, and words if it is given none."""
        return json_answer({"message": words}, status)

    def control(self, method: str, path: str, raw: bytes) -> Answer | None:
        """Answer what is asked of the simulator itself, None if it is not."""
        return None

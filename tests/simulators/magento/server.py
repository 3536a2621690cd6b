"""The HTTP server: connections, threads, and how an answer gets onto the wire."""

import select
import socket
import sys
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_plus

from .answers import Answer
from .control import CONTROL, control
from .faults import KINDS, Exchange

# Longer than any client waits for an answer in a test.
MAX_WAIT_SECONDS = 300
NO_ANSWER = 0


class Server(ThreadingHTTPServer):
    """Listens on loopback and hands each request to the simulator."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, simulator, port: int):
        self.simulator = simulator
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def start(self) -> None:
        """Serve in a thread of its own."""
        threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def stop(self) -> None:
        """Stop listening and close all connections."""
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            hang_up(connection)

    def process_request(self, request, client_address) -> None:
        """Remember the connection while it is served."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request) -> None:
        """Forget the connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address) -> None:
        """Say nothing of clients that went away; show everything else."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def hang_up(connection: socket.socket) -> None:
    """Close the connection for both sides at once."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the client was faster


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer leaves in one piece
    server: Server

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        if len(raw) < length:
            # The client died while it sent: a web server drops such a request.
            self.close_connection = True
            return
        simulator = self.server.simulator
        if self.path.startswith(CONTROL):
            self.put(control(simulator, self.command, self.path, raw))
            return
        if simulator.latency:
            time.sleep(simulator.latency)
        exchange = _Exchange(self, raw)
        fault = simulator.faults.pick(self.command, unquote_plus(self.path))
        if fault:
            KINDS[fault.kind](exchange, fault)
        else:
            exchange.send(exchange.work())

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve

    def put(self, answer: Answer, share: float = 1) -> None:
        """Write the answer, or its first part and no more."""
        content = answer.text
        content = content.encode() if isinstance(content, str) else content
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if share < 1:
            self.close_connection = True
            content = content[: int(len(content) * share)]
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing: the simulator keeps its own list of requests."""


class _Exchange(Exchange):
    def __init__(self, handler: _Handler, raw: bytes):
        self._handler = handler
        self._raw = raw
        self._simulator = handler.server.simulator
        # The handler's own are gone when the work is done after it hung up.
        self._asked = (handler.command, handler.path, handler.headers)

    def work(self, *, previous_page: bool = False) -> Answer:
        method, target, headers = self._asked
        try:
            return self._simulator.respond(
                method, target, headers, self._raw, previous_page=previous_page
            )
        except Exception:
            # The simulator's own fault: it must not look like one that was asked for.
            traceback.print_exc()
            return Answer(500, traceback.format_exc(), "text/plain")

    def send(self, answer: Answer, share: float = 1) -> None:
        self._note(answer.status)
        self._handler.put(answer, share)

    def hang_up(self) -> None:
        self._note(NO_ANSWER)
        self._handler.close_connection = True
        hang_up(self._handler.connection)

    def wait(self, seconds: float | None) -> None:
        """Wait until the time is over or the client has gone."""
        connection = self._handler.connection
        select.select([connection], [], [], seconds or MAX_WAIT_SECONDS)

    def later(self, seconds: float | None) -> None:
        if seconds is None:
            self._simulator.faults.leave_unfinished(self.work)
        else:
            timer = threading.Timer(seconds, self.work)
            timer.daemon = True
            timer.start()

    def _note(self, status: int) -> None:
        method, target, _headers = self._asked
        self._simulator.requests.append((method, unquote_plus(target), status))

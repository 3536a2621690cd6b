"""A server that behaves badly, down to each byte and each connection."""

import socket
import socketserver
import struct
import threading
import time
from collections import deque
from contextlib import contextmanager

# What a server does with a connection, step by step; bytes are sent as they are.
READ, RESET, WAIT = "read a request", "reset the connection", "say nothing more"


def answer(body, status="200 OK", *headers):
    body = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


class Peer(socketserver.ThreadingTCPServer):
    """A server that does with each connection what its script says.

    The last script is for all connections that follow; a connection ends with it.
    """

    daemon_threads = True

    def __init__(self, *scripts, tls=None, pause=0, host="127.0.0.1"):
        is_6 = ":" in host
        self.address_family = socket.AF_INET6 if is_6 else socket.AF_INET
        super().__init__((host, 0), None)
        self.pause = pause
        self.scripts = deque(scripts)
        self.tls = tls
        self.connections = 0
        self.requests = []
        self.is_over = threading.Event()
        scheme = "https" if tls else "http"
        host = f"[{host}]" if is_6 else host
        self.url = f"{scheme}://{host}:{self.server_address[1]}"

    def finish_request(self, connection, client_address):
        self.connections += 1
        script = self.scripts.popleft() if len(self.scripts) > 1 else self.scripts[0]
        if self.tls:
            connection = self.tls.wrap_socket(connection, server_side=True)
        stream = connection.makefile("rb")
        for step in script:
            if step is READ:
                if request := read_request(stream):
                    self.requests.append(request)
                else:
                    break
            elif step is RESET:
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            elif step is WAIT:
                self.is_over.wait()
            else:
                time.sleep(self.pause)
                connection.sendall(step)
        if RESET in script:
            stream.close()
            connection.close()

    def handle_error(self, request, client_address):
        """Leave it to the test: a client that goes away is no news."""


def read_request(stream):
    """Return method, path, headers and body; nothing if the client went away."""
    line = stream.readline().decode()
    if not line:
        return None
    headers = {}
    while text := stream.readline().decode().strip():
        name, value = text.split(": ", 1)
        headers[name] = value
    body = stream.read(int(headers.get("Content-Length", 0)))
    method, path, _version = line.split()
    return method, path, headers, body


@contextmanager
def running(peer):
    thread = threading.Thread(target=peer.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        peer.is_over.set()
        peer.shutdown()
        peer.server_close()
        thread.join()

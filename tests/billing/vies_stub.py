"""VIES on loopback, which says what a test wants."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_ANSWER = """<?xml version="1.0"?>
<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body>
<ns2:checkVatApproxResponse
 xmlns:ns2="urn:ec.europa.eu:taxud:vies:services:checkVat:types">
<ns2:countryCode>FR</ns2:countryCode><ns2:valid>{valid}</ns2:valid>
<ns2:traderName>{name}</ns2:traderName>
<ns2:requestIdentifier>WAPIAAAA1</ns2:requestIdentifier>
</ns2:checkVatApproxResponse></env:Body></env:Envelope>"""
_FAULT = """<?xml version="1.0"?>
<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body>
<env:Fault><faultcode>env:Server</faultcode><faultstring>{fault}</faultstring></env:Fault>
</env:Body></env:Envelope>"""


class ViesStub:
    """A context with the service: `valid` numbers, or another answer to all.

    :ivar asked: (number, number of who asked or ""), as they came
    :ivar url: its address
    """

    def __init__(self, valid=()):
        self.valid = set(valid)
        self.fault = ""
        self.body = None
        self.asked = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802 -- http.server's name
                length = int(self.headers["Content-Length"])
                body = stub.answer(self.rfile.read(length).decode())
                self.send_response(500 if stub.fault else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                """Keep the log of the tests clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/vies"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc_info):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request):
        """Return the bytes of the answer to a request."""
        found = dict(re.findall(r"<vat:(\w+)>([^<]*)</vat:", request))
        number = found["countryCode"] + found["vatNumber"]
        requester = found.get("requesterCountryCode", "")
        self.asked.append((number, requester + found.get("requesterVatNumber", "")))
        if self.body is not None:
            return self.body
        if self.fault:
            return _FAULT.format(fault=self.fault).encode()
        valid = str(number in self.valid).lower()
        return _ANSWER.format(valid=valid, name=f"Owner of {number}").encode()

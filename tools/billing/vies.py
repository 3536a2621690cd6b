"""VIES, by which the European Union says whether a VAT number is valid."""

import time
from dataclasses import dataclass
from xml.sax.saxutils import escape

import requests
from lxml import etree

URL = "https://ec.europa.eu/taxation_customs/vies/services/checkVatService"
TIMEOUT = 10
MAX_BYTES = 100_000
MAX_TEXT = 200

_BODY = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:vat="urn:ec.europa.eu:taxud:vies:services:checkVat:types">
<soapenv:Body><vat:{name}>{fields}</vat:{name}></soapenv:Body>
</soapenv:Envelope>"""


@dataclass(frozen=True)
class Answer:
    """What came of a question.

    :param result: "valid", "invalid", or "unknown" where no proper answer came
    :param request_id: the service's proof that it was asked, where it gives one
    :param text: the name that the number is of, or why there is no answer
    """

    result: str
    request_id: str = ""
    text: str = ""


def ask(number, requester="", *, url=URL, timeout=TIMEOUT):
    """Ask for a number. Whatever goes wrong is an answer: nobody has to wait for VIES.

    :param str number: with the letters of its country
    :param str requester: the number of who asks, for whom the answer is a proof; or ""
    :param timeout: seconds
    :rtype: Answer
    """
    try:
        return _read(_send(url, _write(number, requester), timeout))
    except requests.RequestException as error:
        return Answer("unknown", text=_shorten(f"{type(error).__name__}: {error}"))
    except (etree.XMLSyntaxError, _Unreadable) as error:
        return Answer("unknown", text=_shorten(f"No proper answer: {error}"))


class _Unreadable(Exception):
    """What came is none of the service's answers."""


def _write(number, requester):
    fields = {"countryCode": number[:2], "vatNumber": number[2:]}
    if requester:
        fields["requesterCountryCode"] = requester[:2]
        fields["requesterVatNumber"] = requester[2:]
    return _BODY.format(
        name="checkVatApprox" if requester else "checkVat",
        fields="".join(
            f"<vat:{name}>{escape(value)}</vat:{name}>"
            for name, value in fields.items()
        ),
    ).encode()


def _send(url, body, timeout):
    deadline = time.monotonic() + timeout
    with requests.post(
        url,
        data=body,
        headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'},
        timeout=timeout,
        stream=True,
        allow_redirects=False,
    ) as response:
        content = b""
        for chunk in response.iter_content(4096):
            content += chunk
            if len(content) > MAX_BYTES:
                raise _Unreadable("it is too long")
            if time.monotonic() > deadline:
                raise _Unreadable("it takes too long")
    return content


def _read(content):
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(content, parser)
    found = {
        etree.QName(node).localname: (node.text or "").strip()
        for node in root.iter(etree.Element)
    }
    if "faultstring" in found:
        return Answer("unknown", text=_shorten(found["faultstring"]))
    if found.get("valid") not in ("true", "false"):
        raise _Unreadable("it says neither valid nor invalid")
    return Answer(
        "valid" if found["valid"] == "true" else "invalid",
        _shorten(found.get("requestIdentifier", "")),
        _shorten(found.get("traderName") or found.get("name") or ""),
    )


def _shorten(text):
    return " ".join(text.split())[:MAX_TEXT]

"""XML from outside, without what XML can do to whoever reads it."""

import re

from lxml import etree

from ..text.unreadable import LARGEST_FILE
from .errors import BankFileError

# An entry has some sixty; more than this is no statement of anybody's.
_MOST_TAGS = 3_000_000
_UNSAFE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def is_xml(content: bytes) -> bool:
    """Say whether this looks like XML."""
    start = content[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start.startswith(b"<")


def parse(content: bytes) -> etree._Element:
    """Return the root; names are without their namespaces.

    Neither entities nor a document type are taken, and nothing is fetched.

    :raise BankFileError: it is unsafe, broken or too large
    """
    if len(content) > LARGEST_FILE or content.count(b"<") > _MOST_TAGS:
        raise BankFileError("file_unreadable", kind="size")
    content = content.lstrip()
    if _UNSAFE.search(content):
        raise BankFileError("xml_unsafe")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = str(error)[:200]
        raise BankFileError("xml_broken", reason=reason) from error
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise BankFileError("xml_unsafe")
    for element in root.iter(etree.Element):
        element.tag = element.tag.rpartition("}")[2]
    return root

"""Bytes -> text: the mark at the start, the declared character set, then detection among those that Chinese pages use.

    >>> decode("新聞".encode("big5"), "text/html; charset=big5")
    '新聞'

A declaration that does not fit is a mistake of the page, so it is tried strictly first. Big5 means its superset with
the characters of Windows and Hong Kong, GB2312 and GBK mean GB18030, as browsers read them.
"""

import codecs
import re

from charset_normalizer import from_bytes

DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-:]{2,40})", re.IGNORECASE)
XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_\-]{2,40})", re.IGNORECASE)
HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w\-:]{2,40})", re.IGNORECASE)
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
WIDER = {
    **dict.fromkeys(("big5", "big5-tw", "x-x-big5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80"), "gb18030"),
    "iso-8859-1": "cp1252",
    "ascii": "utf-8",
}
USUAL = ("utf_8", "big5hkscs", "cp950", "gb18030")
HEAD = 4096
SAMPLE = 200_000
FEW_BAD = 0.001


def decode(body: bytes, kind: str = "") -> str:
    """Return the text of a page; `kind` is its Content-Type."""
    for mark, name in MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for name in declared(body, kind):
        text = attempt(body, name)
        if text is not None:
            return text
    text = attempt(body, "utf-8")
    return text if text is not None else detected(body)


def declared(body: bytes, kind: str) -> list[str]:
    """Return the character sets that the header and the page name."""
    head = body[:HEAD]
    found = [match.group(1) for match in (HEADER.search(kind),) if match]
    found += [match.group(1).decode("ascii", "replace") for match in (XML.search(head), DECLARED.search(head)) if match]
    return [WIDER.get(name.lower(), name.lower()) for name in found]


def attempt(body: bytes, name: str) -> str | None:
    """Return the text when the set fits: no byte in a thousand that it cannot read."""
    try:
        text = body.decode(name, "replace")
    except (LookupError, UnicodeError):
        return None
    if name == "cp1252" and any(byte > 127 for byte in body[:SAMPLE]):
        return None  # Latin-1 fits any bytes: on a Chinese page it is a server's default, not a statement
    return text if text.count("\ufffd") <= FEW_BAD * max(len(text), 1) else None


def detected(body: bytes) -> str:
    """Return the text in the likeliest of the usual sets."""
    best = from_bytes(body[:SAMPLE], cp_isolation=list(USUAL)).best()
    for name in ([best.encoding] if best is not None else []) + ["big5hkscs", "gb18030"]:
        text = attempt(body, name)
        if text is not None:
            return text
    return body.decode("utf-8", "replace")

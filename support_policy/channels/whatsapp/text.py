"""What Odoo writes as HTML, as people read it in WhatsApp: pure text, no database."""

import re

from lxml import html

from ..storable import make_readable

#: The longest text of one WhatsApp message (in characters).
LONGEST = 4096
BLOCKS = {
    *("address", "article", "blockquote", "div", "footer", "header", "p", "pre"),
    *("section", "table", "tr", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6"),
}
#: Blocks with an empty line around them.
SPACED = {"p", "ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4"}
MARKS = {
    **dict.fromkeys(("b", "strong", "h1", "h2", "h3", "h4"), "*"),
    **dict.fromkeys(("i", "em"), "_"),
    **dict.fromkeys(("s", "del", "strike"), "~"),
}
HIDDEN = {"head", "script", "style", "title"}
#: A file of Odoo's own, shown in a text.
PICTURE = re.compile(r"^(?:https?://[^/]+)?/web/image/(\d{1,9})(?:[-/?]|$)")
SPACES = re.compile(r"[ \t\r\n\f]+")


def to_whatsapp(body):
    """The text of a message, with WhatsApp's own marks, and what it quotes left out.

    >>> to_whatsapp("<p>السلام عليكم،<br>جرّب <b>الآن</b> 🎉</p><ul><li>a</li></ul>")
    'السلام عليكم،\\nجرّب *الآن* 🎉\\n\\n• a'
    >>> to_whatsapp('<p>See <a href="https://a.example/x">this</a></p>')
    'See this (https://a.example/x)'
    """
    parts = []
    _walk(html.document_fromstring(f"<div>{make_readable(body or '')}"), parts)
    lines = [line.strip() for line in "".join(parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def find_pictures(body):
    """Ids of the files that a message shows in its text, but not in what it quotes.

    >>> find_pictures('<p>See <img src="/web/image/7-ab12/x.png?access_token=1"></p>')
    [7]
    """
    tree = html.document_fromstring(f"<div>{make_readable(body or '')}")
    sources = tree.xpath("//img[not(ancestor-or-self::*[@data-o-mail-quote])]/@src")
    found = [PICTURE.match(source) for source in sources]
    return list(dict.fromkeys(int(match[1]) for match in found if match))


def _walk(node, parts):
    if not isinstance(node.tag, str) or node.tag in HIDDEN:
        return
    if node.get("data-o-mail-quote"):
        return
    if node.tag == "br":
        parts.append("\n")
        return
    if node.tag == "img" and not PICTURE.match(node.get("src", "")):
        _add(parts, node.get("alt"))
        return
    around = ""
    if node.tag in BLOCKS:
        around = "\n\n" if node.tag in SPACED else "\n"
        _break(parts, around)
    if node.tag == "li":
        parts.append(_bullet(node))
    inner = []
    _add(inner, node.text)
    for child in node:
        _walk(child, inner)
        _add(inner, child.tail)
    text = "".join(inner)
    mark = MARKS.get(node.tag)
    if mark and text.strip() and "\n" not in text.strip():
        text = text.replace(text.strip(), f"{mark}{text.strip()}{mark}")
    parts.append(text)
    address = node.get("href", "") if node.tag == "a" else ""
    if address.startswith("http") and address not in text:
        parts.append(f" ({address})")
    _break(parts, around)


def _add(parts, text):
    parts.append(SPACES.sub(" ", text or ""))


def _bullet(node):
    parent = node.getparent()
    if parent is not None and parent.tag == "ol":
        return f"{parent.index(node) + 1}. "
    return "• "


def _break(parts, breaks):
    """As many line breaks at the end as are wanted, at the least; none at the start."""
    written = "".join(parts[-3:]).rstrip(" ")
    if breaks and written:
        missing = len(breaks) - (len(written) - len(written.rstrip("\n")))
        parts.append("\n" * missing)


def split(text, longest=LONGEST):
    """A text in pieces that WhatsApp takes, broken between paragraphs, lines or words.

    >>> split("one two three", 8)
    ['one two', 'three']
    """
    pieces = []
    while len(text) > longest:
        ends = [text.rfind(mark, 1, longest + 1) for mark in ("\n\n", "\n", " ")]
        end = next((end for end in ends if end > longest // 2), max(ends))
        end = end if end > 0 else longest
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*pieces, text] if text else pieces


def isolate(text):
    """A text in whatever language, to stand in one of whatever direction."""
    return f"\u2068{text}\u2069"

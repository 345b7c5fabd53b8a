"""Safe fixes: what each mends, what is left alone, and the laws that make them safe."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lint.answers import BODIES, OPENID, ORIGINAL_ID, TRANSFER, as_json, as_xml, envelopes
from tests.lint.sealing import SEAL, TIME, Pairs
from wxkf_cli.lint.linter import all_rules, lint
from wxkf_cli.lint.mending import MENDS, Edit, edited, mend
from wxkf_cli.lint.subject import DEFAULT_SETTING, Sealed, Setting, understand
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wire import codec
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.exchange import Exchange, Response

MARK = "\ufeff"


def xml(to_user: str = OPENID, from_user: str = ORIGINAL_ID, time: str = f"{TIME}", msgtype: str = TRANSFER) -> str:
    return (
        f"<xml>\r\n\t<ToUserName>{to_user}</ToUserName>\r\n\t<FromUserName>{from_user}</FromUserName>"
        f"<CreateTime>{time}</CreateTime><MsgType>{msgtype}</MsgType>\r\n</xml>\r\n"
    )


def json(to_user: str = OPENID, from_user: str = ORIGINAL_ID, time: str = f"{TIME}", msgtype: str = TRANSFER) -> str:
    return (
        f'{{ "ToUserName" : "{to_user}", "FromUserName":"{from_user}",\n'
        f'  "CreateTime": {time}, "MsgType": "{msgtype}" }}\n'
    )


def cdata(value: str) -> str:
    return f"<![CDATA[{value}]]>"


def exchange_of(body: str | bytes, kind: str | None = "text") -> Exchange:
    data = body.encode() if isinstance(body, str) else body
    answer = Response(None if kind is None else 200, (), data)
    if kind is None:
        return Exchange(answer)
    data_format = codec.sniff(data.removeprefix(MARK.encode())) or DataFormat.XML
    return Exchange(answer, push=make(PUSHES[kind]), mode=Mode.PLAINTEXT, data=data_format, sent_at=float(TIME))


def fixed(body: str | bytes, kind: str | None = "text") -> tuple[str, list[str]] | None:
    mended = mend(exchange_of(body, kind), DEFAULT_SETTING, MENDS)
    return None if mended is None else (mended.body.decode(), list(mended.codes))


# the push, what came, what it should have been, what was wrong
SAFE: dict[str, tuple[str | None, str, str, list[str]]] = {
    "addresses": ("text", xml(ORIGINAL_ID, OPENID), xml(), ["KF301"]),
    "addresses in JSON": ("text", json(ORIGINAL_ID, OPENID), json(), ["KF301"]),
    "addresses without a push": (None, xml(ORIGINAL_ID, OPENID), xml(), ["KF301"]),
    "addresses, one in CDATA, which goes with its value": (
        "text", xml(cdata(ORIGINAL_ID), OPENID), xml(OPENID, cdata(ORIGINAL_ID)), ["KF301"],
    ),
    "milliseconds": ("text", xml(time=f"{TIME}123"), xml(), ["KF303"]),
    "milliseconds in CDATA": ("text", xml(time=cdata(f"{TIME}999")), xml(time=cdata(f"{TIME}")), ["KF303"]),
    "milliseconds in JSON": ("text", json(time=f"{TIME}000"), json(), ["KF303"]),
    "a blank before a value": ("text", xml(msgtype=f" {TRANSFER}"), xml(), ["KF313"]),
    "an indented value": ("text", xml(f"\r\n\t\t{OPENID}\r\n\t"), xml(), ["KF313"]),
    "a blank in CDATA": ("text", xml(cdata(f"{OPENID}\n")), xml(cdata(OPENID)), ["KF313"]),
    "a blank around CDATA": ("text", xml(f"\n {cdata(OPENID)}\n"), xml(cdata(OPENID)), ["KF313"]),
    "a blank in JSON": ("text", json(from_user=f"{ORIGINAL_ID}\\n"), json(), ["KF313"]),
    "a blank around two values": ("text", xml(f" {OPENID}", f"{ORIGINAL_ID} "), xml(), ["KF313"]),
    "a mark": ("text", MARK + xml(), xml(), ["KF206"]),
    "a mark in JSON": ("text", MARK + json(), json(), ["KF206"]),
    "two marks": ("text", MARK + MARK + xml(), xml(), ["KF206", "KF210"]),
    "a mark behind a newline": ("text", f"\n{MARK}{xml()}", f"\n{xml()}", ["KF206"]),
    "a newline behind success": ("text", "success\r\n", "success", ["KF204"]),
    "a mark before success": ("text", f"{MARK}success", "success", ["KF201"]),
    "blanks before success": ("text", " \nsuccess\n", "success", ["KF201"]),
    "several at once": (
        "text", xml(cdata(ORIGINAL_ID), cdata(OPENID), f"{TIME}123", f"{TRANSFER}\n"),
        xml(cdata(OPENID), cdata(ORIGINAL_ID)), ["KF301", "KF303", "KF313"],
    ),
    "what a mark hides and is mended too": ("text", MARK + xml(ORIGINAL_ID, OPENID), xml(), ["KF206"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SAFE)
def test_what_is_mended_is_what_it_should_have_been(name: str) -> None:
    kind, came, right, codes = SAFE[name]
    assert fixed(came, kind) == (right, codes)


# the push, what came
LEFT_ALONE: dict[str, tuple[str | None, str]] = {
    "a right reply": ("text", xml()),
    "success": ("text", "success"),
    "addresses of which one is somebody else's": ("text", xml(ORIGINAL_ID, "oSomebodyElse")),
    "addresses without a push, both original ids": (None, xml(ORIGINAL_ID, "gh_0123456789ab")),
    "addresses without a push, one of them empty": (None, xml(ORIGINAL_ID, "")),
    "addresses of which one stands twice": (
        "text", xml(ORIGINAL_ID, OPENID).replace("</xml>", f"<ToUserName>{OPENID}</ToUserName></xml>"),
    ),
    "a time that is far off in seconds too": ("text", xml(time="1014112446123")),
    "microseconds": ("text", xml(time=f"{TIME}123456")),
    "digits as a string with a blank, which would be another finding": ("text", json(time=f'" {TIME}"')),
    "a blank that stands as a reference": ("text", xml(f"{OPENID}&#10;")),
    "a value in pieces": ("text", xml(f"{cdata(OPENID)}{cdata(' ')}")),
    "success in capitals behind a blank": ("text", " SUCCESS"),
    "success in quotes": ("text", '"success"'),
    "a mark and nothing else": ("text", MARK),
    "a mark before what is wrong in another way": ("text", MARK + xml(msgtype="text")),
    "a mark before a broken document": ("text", f"{MARK}<xml>"),
    "white space that looks empty": ("text", " \n"),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_is_not_certain_is_left_alone(name: str) -> None:
    kind, came = LEFT_ALONE[name]
    assert fixed(came, kind) is None


def test_only_what_is_asked_for_is_mended() -> None:
    both = exchange_of(xml(ORIGINAL_ID, OPENID, f"{TIME}123"))
    mended = mend(both, DEFAULT_SETTING, ["KF303", "KF404"])
    assert mended is not None
    assert (mended.body.decode(), mended.codes) == (xml(ORIGINAL_ID, OPENID), ("KF303",))
    assert mend(both, DEFAULT_SETTING, ["KF404"]) is None
    assert mend(both, DEFAULT_SETTING, []) is None


def test_what_is_safe_alone_is_mended_where_all_together_is_not() -> None:
    # Without its blank the time is a string of digits, which is another finding; the address does not mind.
    came = json(f"{OPENID} ", time=f'"{TIME}123"')
    assert fixed(came) == (json(time=f'"{TIME}"', to_user=OPENID), ["KF303", "KF313"])


@pytest.mark.parametrize("code", MENDS)
def test_a_bad_example_of_a_rule_that_can_be_mended_has_nothing_new_when_it_is(code: str) -> None:
    (rule,) = [each for each in all_rules() if each.code == code]
    results = [mend(example.exchange(), example.setting, MENDS) for example in rule.bad]
    assert any(each is not None and code in each.codes for each in results)


def test_edits_are_put_in_from_the_end() -> None:
    assert edited(b"0123456789", [Edit(1, 2, b"one"), Edit(8, 10, b""), Edit(4, 4, b"+")]) == b"0one23+4567"


# Values that a fix is for, among right ones.
ADDRESSES = st.sampled_from([OPENID, ORIGINAL_ID, f" {OPENID}", f"{ORIGINAL_ID}\n", "gh_other", ""])
TIMES = st.sampled_from(
    [TIME, TIME * 1000 + 7, f"{TIME}", f"{TIME}123", f"{TIME} ", f"\n{TIME}123", "0001714112446123"]
)


@st.composite
def mendable(draw: st.DrawFn) -> bytes:
    """Replies and acknowledgements with one or more of the faults that are mended, and sometimes others."""
    pairs: Pairs = [
        ("ToUserName", draw(ADDRESSES)), ("FromUserName", draw(ADDRESSES)), ("CreateTime", draw(TIMES)),
        ("MsgType", draw(st.sampled_from([TRANSFER, TRANSFER, f"{TRANSFER} ", "text"]))),
    ]  # fmt: skip
    pairs += draw(st.sampled_from([[], [], [], [("ToUserName", OPENID)], [("TransInfo", "x")]]))
    pairs = draw(st.permutations(pairs))
    body = as_xml(pairs, cdata=draw(st.booleans())) if draw(st.booleans()) else as_json(pairs)
    body = draw(st.sampled_from([body, body, body, b"success"]))
    edge = st.sampled_from([b"", b"", b"", b"\n", b" ", MARK.encode(), MARK.encode() + b"\n"])
    return draw(edge) + body + draw(edge)


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    body = draw(st.one_of(mendable(), mendable(), BODIES, envelopes()))
    exchange = exchange_of(body, draw(st.sampled_from(["text", "text", "image", "user_enter_tempsession", None])))
    return exchange._replace(mode=draw(st.sampled_from([Mode.PLAINTEXT, Mode.SECURE, None])))


@settings(max_examples=1500)
@given(exchanges(), st.sampled_from([SEAL, None]), st.sets(st.sampled_from(sorted(MENDS))))
def test_a_fix_brings_up_nothing_new_and_leaves_nothing_of_what_it_is_for(
    exchange: Exchange, seal: Seal | None, without: set[str]
) -> None:
    setting, wanted = Setting(seal=seal), set(MENDS) - without
    mended = mend(exchange, setting, wanted)
    if mended is None:
        return
    assert not isinstance(understand(exchange, setting), Sealed)
    after = exchange._replace(answer=Response(200, (), mended.body))
    now, then = codes(after, setting), codes(exchange, setting)
    assert now + Counter(mended.codes) == then
    assert wanted & set(mended.codes), "nothing that was asked for is gone"
    assert mend(after, setting, wanted) is None


def codes(exchange: Exchange, setting: Setting) -> Counter[str]:
    return Counter(finding.code for finding in lint(exchange, setting).findings)

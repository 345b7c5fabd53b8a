"""The table of checks, and the requests that they are made of: right but for one thing."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from itertools import count
from random import Random

import pytest

from wxkf_cli.lint.linter import all_rules
from wxkf_cli.simulate.canary import Canary, watching
from wxkf_cli.simulate.conformance.asker import Asker, Twist, Void, dropping, putting
from wxkf_cli.simulate.conformance.check import Check, Letter
from wxkf_cli.simulate.conformance.entities import local_file
from wxkf_cli.simulate.conformance.table import CHECKS
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.vocab.catalog import PUSHES, SAMPLE_AES_KEY, SAMPLE_APPID
from wxkf_cli.vocab.conformance import ACKNOWLEDGED, CODES
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.terms import SEALED_MODES, DataFormat, Mode, Severity
from wxkf_cli.wire import codec
from wxkf_cli.wire.crypto import Opened, decoded_key, open_sealed
from wxkf_cli.wire.document import PUSH_LIMITS, Document
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.exchange import Exchange, Failure
from wxkf_cli.wire.signature import sign, spoiled

TOKEN, KEY = "test-token-42", decoded_key(SAMPLE_AES_KEY)
NOW = 1_714_112_445
LEGS = [(mode, data) for mode in Mode for data in DataFormat]


async def _unanswered(exchange: Exchange) -> Exchange:
    return exchange.answered(Failure(Outcome.LOCAL_FDS, Phase.CONNECT, 0.0))


def asker_of(
    canary: Canary,
    mode: Mode = Mode.PLAINTEXT,
    data: DataFormat = DataFormat.XML,
    deliver: Callable[[Exchange], Awaitable[Exchange]] = _unanswered,
) -> Asker:
    sender = Sender(TOKEN, Seal(TOKEN, KEY, SAMPLE_APPID))
    chance = Random(1)  # noqa: S311 - not for secrets
    return Asker(sender, mode, data, "127.0.0.1:1", lambda: float(NOW), chance, canary, deliver, count(NOW, -1))


@pytest.fixture
def canary() -> Canary:
    async def made() -> Canary:
        async with watching() as canary:
            return canary

    return asyncio.run(made())


# --- the table ---


def test_ids_and_names_are_each_once_and_in_order() -> None:
    assert list(CHECKS) == [f"C{number:02}" for number in range(1, 43)]
    names = [check.name for check in CHECKS.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_row_says_all_that_a_finding_needs(check: Check) -> None:
    assert check.code in CODES
    assert check.source.startswith("https://")
    for text in (check.about, check.fix, *([check.why_not] if check.why_not else [])):
        assert text.en
        assert text.zh
        assert any(ord(each) > 0x2E80 for each in text.zh), "the Chinese text has no Chinese in it"
    assert (check.ask is None) == (check.why_not is not None), "what is not made says why, and only that"


def test_codes_are_no_rules_and_each_is_used() -> None:
    assert CODES.keys().isdisjoint(rule.code for rule in all_rules())
    assert {each.name for each in CODES.values()}.isdisjoint(rule.name for rule in all_rules())
    assert CODES.keys() == {check.code for check in CHECKS.values()} | {ACKNOWLEDGED}


def test_letters_are_severities() -> None:
    assert [each.severity for each in Letter] == [Severity.ERROR, Severity.ERROR, Severity.WARNING, Severity.NOTE]


def test_letters_are_those_that_are_settled() -> None:
    letters = "".join(check.letter for check in CHECKS.values())
    assert letters == "CCHCCH" + "MMMM" + "HMMH" + "CCCHH" + "HHHMHHHH" + "CHHHH" + "HMMLMHCLML"


# --- requests ---


def parameters(exchange: Exchange) -> dict[str, str]:
    assert exchange.request is not None
    return dict(exchange.request.query)


def encrypt_of(exchange: Exchange) -> str:
    assert exchange.request is not None
    document = codec.parse(exchange.request.body, exchange.data or DataFormat.XML, PUSH_LIMITS)
    assert isinstance(document, Document)
    return str(document.get("Encrypt"))


@pytest.mark.parametrize(("mode", "data"), LEGS)
def test_a_push_without_a_twist_is_what_wechat_sends(canary: Canary, mode: Mode, data: DataFormat) -> None:
    push = asker_of(canary, mode, data).push(is_genuine=True)
    given = parameters(push)
    assert push.genuine
    assert given["signature"] == sign(TOKEN, str(NOW), given["nonce"])
    if mode in SEALED_MODES:
        encrypt = encrypt_of(push)
        assert given["msg_signature"] == sign(TOKEN, str(NOW), given["nonce"], encrypt)
        opened = open_sealed(encrypt, KEY, SAMPLE_APPID)
        assert isinstance(opened, Opened)
        inner = codec.parse(opened.message, data, PUSH_LIMITS)
        assert isinstance(inner, Document)
        assert inner.get("Content") == "你好"


@pytest.mark.parametrize(("mode", "data"), LEGS)
def test_a_spoilt_signature_is_wrong_in_both_places(canary: Canary, mode: Mode, data: DataFormat) -> None:
    given = parameters(asker_of(canary, mode, data).push(twist=Twist(spoil=spoiled)))
    right = sign(TOKEN, str(NOW), given["nonce"])
    assert given["signature"] == spoiled(right)
    if mode in SEALED_MODES:
        assert given["msg_signature"][-1] != ""
        assert given["msg_signature"] != right


def test_a_probe_is_no_genuine_push(canary: Canary) -> None:
    asker = asker_of(canary)
    assert not asker.push().genuine
    assert not asker.verification("1").genuine
    assert asker.verification("1", is_genuine=True).genuine


def test_the_query_can_lose_and_change_parameters(canary: Canary) -> None:
    asker = asker_of(canary)
    assert "nonce" not in parameters(asker.push(twist=Twist(query=dropping("nonce"))))
    assert parameters(asker.push(twist=Twist(query=putting("nonce", lambda _: "7"))))["nonce"] == "7"


def test_headers_are_replaced_left_out_or_added(canary: Canary) -> None:
    headers = {"Host": "localhost", "Content-Length": None, "X-More": "1"}
    request = asker_of(canary).push(twist=Twist(headers=headers)).request
    assert request is not None
    names = [name for name, _ in request.headers]
    assert names.count("Host") == names.count("X-More") == 1
    assert "Content-Length" not in names
    assert dict(request.headers)["Host"] == "localhost"


def test_no_two_events_are_of_one_second(canary: Canary) -> None:
    asker = asker_of(canary)
    events = [kind for kind, row in PUSHES.items() if not any(field.name == "MsgId" for field in row.fields)]
    times = [asker.push(kind).push.values["CreateTime"] for kind in events for _ in range(2)]  # type: ignore[union-attr]
    assert len(set(times)) == len(times)


def test_trouble_of_this_machine_says_nothing_of_the_handler(canary: Canary) -> None:
    asker = asker_of(canary)
    with pytest.raises(Void):
        asyncio.run(_ask(asker))


async def _ask(asker: Asker) -> None:
    await asker.ask(asker.push())


def test_a_local_file_is_one_that_every_system_has() -> None:
    asked: list[str] = []

    async def refused(exchange: Exchange) -> Exchange:
        asked.extend(re.findall(r'SYSTEM "([^"]*)"', exchange.request.body.decode()))
        return exchange.answered(Failure(Outcome.NET_REFUSED, Phase.CONNECT, 0.0))

    async def main() -> None:
        async with watching() as canary:
            assert await local_file(asker_of(canary, deliver=refused)) == []
            assert [each.partition(":")[0] for each in asked] == ["file", "file", "php", "jar"]
            assert all(canary.file.as_posix() in each for each in asked if each != "file:///etc/hostname")

    asyncio.run(main())

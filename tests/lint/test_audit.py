"""The audit: what the collected facts demand of a linter, line by line, and the rules that answer to it."""

import re

import pytest

from wxkf_cli.lint.linter import all_rules

KNOWN = {each.code for each in all_rules()}

#: Rules of the facts sheet -> codes, or why it does not show in one response.
FACTS: dict[str, str] = {
    "R1 the format of the push": "KF203 KF505",
    "R2 addresses exchanged": "KF301 KF314 KF320 KF322",
    "R3 exact names": "KF302 KF305 KF308 KF312 KF316",
    "R4 the MsgType": "KF304 KF317 KF321",
    "R5 CreateTime in seconds": "KF303 KF306 KF307 KF315 KF318 KF319",
    "R6 only user messages": "KF401 KF402 KF405",
    "R7 five seconds": "KF003 KF009",
    "R8 success or zero bytes": "KF201 KF204 KF206 KF208 KF209 KF210 KF216 KF222 KF223",
    "R9 no passive reply": "KF404 KF216",
    "R10 not a call of the API": "KF309",
    "R11 really returned": "KF214 KF215 KF403 KF001",
    "R12 replies sealed, success not": "KF501 KF502 KF503",
    "R13 names of the envelope": "KF504 KF520",
    "R14 padding to 32": "KF514 KF515",
    "R15 length, random, appid": "KF508 KF509 KF511 KF512 KF513",
    "R16 msg_signature checked": "KF506 KF507 KF701 KF702 KF703",
    "R17 the echostr itself": "KF101 KF102",
    "R18 not by Content-Type": "KF001",
    "R19 once for each message": "needs several exchanges",
    "R20 four fields": "KF310 KF311",
    "R21 List object or array": "is about the push",
    "R22 unknown kinds acknowledged": "KF001 KF004 KF402 KF405",
    "R23 status 200, no redirect": "KF001 KF002 KF004",
    "R24 raw UTF-8 to custom/send": "is about the outgoing API",
    "R25 quota": "is about the outgoing API",
    "R26 token cached": "is about the outgoing API",
    "R27 the container's path check": "is about the push",
    "R28 an object from a cloud function": "KF203 KF211 KF314",
    "R29 secrets in the source": "is about the source",
    "R30 a CDATA section broken open": "KF202 KF321",
}

#: Classes of real failures -> codes.
FAILURES: dict[str, str] = {
    "C0 events transferred": "KF401 KF402",
    "C1 the reply never gets out": "KF214 KF215 KF403",
    "C2 the wrong channel": "KF309",
    "C3 wrong values": "KF301 KF303 KF304 KF311 KF314 KF320 KF321",
    "C4 passive replies": "KF404",
    "C5 data formats": "KF203 KF505",
    "C6 the body never reaches the handler": "KF001",
    "C7 sealed replies not accepted": "KF501 KF502 KF503 KF504 KF508 KF515 KF516 KF517",
    "C8 signatures and appid": "KF506 KF507 KF508 KF701 KF702 KF703",
    "C9 URL verification": "KF101 KF102 KF002 KF003",
    "C10 acknowledgements": "KF201 KF204 KF206 KF208 KF210 KF222 KF503",
    "C11 five seconds": "KF003 KF009",
    "C12 unknown kinds": "KF001 KF402 KF405",
}

#: What is to be flagged, at which severity.
FLAGGED: dict[str, str] = {
    "warning: 13 digits": "KF303 KF517",
    "warning: TransInfo": "KF311",
    "warning: extra fields": "KF310",
    "warning: CreateTime as a JSON string": "KF315",
    "warning: zero bytes to a message": "KF214",
    "warning: white space behind success": "KF204",
    "warning: padding to 16": "KF514",
    "warning: another appid taken": "KF703",
    "error: SUCCESS": "KF201",  # a warning in the collection, an error in the decisions
    "error: an event transferred": "KF401 KF402",
    "error: a message not transferred": "KF403",
    "error: addresses": "KF301 KF314",
    "error: another MsgType": "KF304",
    "error: CreateTime missing, no integer, a date": "KF302 KF306 KF318",
    "error: custom/send": "KF309",
    "error: a text or news reply": "KF404",
    "error: the other format": "KF203",
    "error: quoted, escaped, BOM, text around, two documents": "KF201 KF211 KF206 KF210",
    "error: in the open to a sealed push, and the reverse": "KF501 KF502",
    "error: a sealed success": "KF503",
    "error: an envelope's names, signature, appid, length, key": "KF504 KF507 KF508 KF513 KF516",
    "error: status, redirect, 5 s": "KF001 KF002 KF003",
}


@pytest.mark.parametrize("line", [*FACTS.items(), *FAILURES.items(), *FLAGGED.items()], ids=lambda line: line[0])
def test_a_line_of_the_collection_is_answered_by_rules_that_exist(line: tuple[str, str]) -> None:
    codes = re.findall(r"KF\d{3}", line[1])
    assert set(codes) <= KNOWN
    assert codes or line[1].startswith(("is about", "needs"))


def test_the_table_has_every_rule_and_class_once() -> None:
    assert [name.split()[0] for name in FACTS] == [f"R{number}" for number in range(1, 31)]
    assert [name.split()[0] for name in FAILURES] == [f"C{number}" for number in range(13)]


@pytest.mark.parametrize("line", FLAGGED.items(), ids=list(FLAGGED))
def test_what_is_flagged_weighs_what_was_decided(line: tuple[str, str]) -> None:
    wanted, _, _ = line[0].partition(":")
    found = {each.code: each.severity for each in all_rules()}
    assert {found[code] for code in line[1].split()} == {wanted}

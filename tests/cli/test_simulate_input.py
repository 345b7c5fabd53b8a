"""`wxkf simulate` on input that cannot be used: one clear line and exit 2."""

import pytest

from tests.cli.running import Wxkf

BAD_INPUT = [
    ([], "no handler given"),
    (["--url", "localhost:8000/wx"], "not a URL that a push can be sent to: localhost:8000/wx"),
    (["--url", "ftp://127.0.0.1/"], "not a URL that a push can be sent to: ftp://127.0.0.1/"),
    (["--url", "http://127.0.0.1:99999/"], "not a URL that a push can be sent to"),
    (["--url", "http://169.254.169.254/wx"], "link-local or cloud metadata"),
    (["--url", "http://8.8.8.8/wx", "--count", "10"], "--count towards the public host 8.8.8.8"),
    (["--demo", "correct", "--url", "http://127.0.0.1/"], "--url and --demo both name a handler"),
    (["--demo", "correct", "--only", "txt"], 'no case is called "txt"'),
    (["--demo", "correct", "--only", "text", "--skip", "text"], "KF901 nothing-checked"),
    (["--demo", "correct", "--header", "no colon"], "is not a header"),
    (["--demo", "correct", "--deadline", "0"], "a deadline of 0"),
    (["--demo", "correct", "--wait", "soon"], '--wait "soon" is not a time'),
    (["--demo", "correct", "--proxy", "http://127.0.0.1:1"], "--proxy needs --client httpx"),
    (["--demo", "wrong"], "'wrong' is not one of 'correct', 'buggy'"),
    (["--demo", "correct", "--count", "0"], "0 is not in the range"),
    (["--url", "https://127.0.0.1/", "--ca", "/no/such/file"], "--ca /no/such/file"),
    (["--url", "https://example.com/", "--insecure"], "--insecure is for this machine"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD_INPUT, ids=[" ".join(row[0]) for row in BAD_INPUT])
def test_bad_input_is_one_clear_line_and_exit_2(wxkf: Wxkf, arguments: list[str], said: str) -> None:
    ran = wxkf("simulate", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err.splitlines()[0]
    assert len(ran.err.splitlines()) <= 2


def test_without_a_token_both_ways_to_give_one_are_named(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WXKF_TOKEN")
    ran = wxkf("simulate", "--url", "http://127.0.0.1:8000/wx")
    assert ran.code == 2
    assert "WXKF_TOKEN" in ran.err
    assert "--token" in ran.err

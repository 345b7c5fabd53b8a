"""The README says what the program does: its help, tables and sessions are compared, or rewritten by --regen."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from wxkf_cli.report.rule_list import list_markdown
from wxkf_cli.settings import KEYS
from wxkf_cli.trial.standard import suite
from wxkf_cli.vocab.catalog import shapes
from wxkf_cli.vocab.terms import Language
from wxkf_cli.wechat.verdict import TABLE

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"<!-- (help|table|session|file): (.+?) -->\n.*?<!-- end -->", re.DOTALL)

#: The sample values of the official page.
SEALING = {"WXKF_AES_KEY": "A" * 43, "WXKF_APPID": "wxba5fad812f8e6fb9"}

EXIT_CODES = [
    ("0", "something was checked, and nothing is at or above the gate (`--fail-on`, errors unless given)"),
    ("1", "findings at or above the gate, or, with `--diff`, something to fix"),
    ("2", "a usage or settings error, an input that does not exist, or nothing checked"),
    ("3", "the handler could not be reached"),
    (
        "4",
        "wxkf itself failed (the traceback is in `.wxkf/crash-*.txt`), or the record was lost while it was written",
    ),
    ("129, 130, 143", "ended by SIGHUP, SIGINT, SIGTERM; what was done is recorded"),
    ("141", "the reader of stdout went away"),
]


def wxkf(arguments: str) -> str:
    sealing = SEALING if arguments.startswith(("reply", "crypt")) else {}
    done = subprocess.run(
        [sys.executable, "-m", "wxkf_cli", *shlex.split(arguments)],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "COLUMNS": "80", "WXKF_TOKEN": "AAAAA", **sealing},
    )
    return (done.stdout + done.stderr).decode("utf-8").replace("\r\n", "\n").rstrip("\n")


def table(head: str, rows: list[tuple[str, ...]]) -> str:
    names = head.split("|")
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(cell.strip() for cell in row) + " |" for row in lines)


def verdicts() -> str:
    rows = [
        (
            f"`{row.verdict}`",
            row.wechat.en,
            row.user_sees.zh if row.user_sees else "",
            row.agents_see.en if row.agents_see else ("the message" if row.verdict == "transferred" else ""),
            row.evidence,
        )
        for row in TABLE.values()
    ]
    return table("verdict|WeChat|the user sees|the agents see|known", rows)


def cases() -> str:
    return table("case|asks", [(f"`{story.name}`", story.about.en) for story in suite()])


def kinds() -> str:
    rows = [
        (f"`{name}`", "event" if kind.is_event else "message", kind.evidence, kind.note if "." not in name else "")
        for name, kind, _ in shapes()
    ]
    return table("name|is|known|note", rows)


def settings() -> str:
    return table(
        "in a file|in the environment|what it is",
        [(f"`{k.name}`", f"`{k.variable}`" if k.variable else "", k.about) for k in KEYS.values()],
    )


TABLES: dict[str, Callable[[], str]] = {
    "verdicts": verdicts,
    "cases": cases,
    "kinds": kinds,
    "settings": settings,
    "rules": lambda: list_markdown(Language.EN),
    "exit-codes": lambda: table("code|means", list(EXIT_CODES)),
}


def steady(text: str) -> str:
    """A session without what differs from run to run."""
    text = re.sub(r"127\.0\.0\.1:\d{5}\b", "127.0.0.1:41873", text)
    text = re.sub(r"seed=\d+", "seed=20261123", text)
    text = re.sub(r"timestamp=\d+", "timestamp=1714112445", text)
    text = re.sub(r"signature=[0-9a-f]{40}", "signature=899cf89e464efb63f54ddac96b0a0a235f53aa78", text)
    text = re.sub(r"<CreateTime>\d+", "<CreateTime>1714112445", text)
    text = re.sub(r"\b\d{13}\b", "1714112445000", text)
    text = re.sub(r"in seconds it is \d{10}\b", "in seconds it is 1714112445", text)
    text = re.sub(r" +\d+ ms", "     18 ms", text)
    return re.sub(r"\d+\.\d s\b", "0.1 s", text)


def rendered(what: str, name: str) -> str:
    if what == "table":
        return TABLES[name]()
    if what == "help":
        return f"```text\n{wxkf(f'{name} --help')}\n```"
    if what == "file":
        language = {".py": "py", ".toml": "toml"}[Path(name).suffix]
        return f"```{language}\n{(ROOT / name).read_text('utf-8').rstrip()}\n```"
    no_record = " --no-record" if name.startswith("simulate") else ""
    return f"```text\n$ wxkf {name}\n{steady(wxkf(name + no_record))}\n```"


def test_the_readme_says_what_the_program_does(regen: bool) -> None:
    written = README.read_text("utf-8")
    true = BLOCK.sub(
        lambda block: f"<!-- {block[1]}: {block[2]} -->\n{rendered(block[1], block[2])}\n<!-- end -->", written
    )
    if regen:
        README.write_text(true, encoding="utf-8")
    assert true == README.read_text("utf-8"), "the README is out of date: pytest tests/test_docs.py --regen"


def test_the_readmes_python_runs_and_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})  # noqa: S102 - our own README
    assert capsys.readouterr().out.split() == re.findall(r"print\(.*\)  # (.+)", code)


def test_every_command_is_in_the_readme() -> None:
    from wxkf_cli.cli.start import COMMANDS

    blocks = {(block[1], block[2]) for block in BLOCK.finditer(README.read_text("utf-8"))}
    assert {("help", name) for name in COMMANDS} <= blocks
    assert {("table", name) for name in TABLES} <= blocks


def test_ci_starts_with_the_readmes_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "README.md" in script, "the command is read out of the README, so that the two cannot differ"
    commands = re.findall(r"^python3 -m venv .*$", README.read_text("utf-8"), re.MULTILINE)
    assert [command.split(" && ")[-1].split()[0] for command in commands] == [".venv/bin/wxkf", ".venv/bin/python"]


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_the_texts_name_no_machine(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"/(home|root|work|tmp|Users)/", text)

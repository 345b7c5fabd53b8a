"""On Windows, colours and progress go only to consoles that make something of them."""

import io

import pytest

from wxkf_cli.report import console
from wxkf_cli.report.line import Part, Style, line
from wxkf_cli.report.terminal import Terminal

LINE = line(Part("FAIL", Style.BAD))


class Screen(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


class Console:
    """What Windows would say of a console, and what it was asked."""

    def __init__(self, mode: int | None, *, obeys: bool) -> None:
        self.mode = mode
        self._obeys = obeys
        self.asked: list[int] = []

    def mode_of(self, handle: int) -> int | None:
        assert handle == 7
        return self.mode

    def set_mode(self, handle: int, mode: int) -> bool:
        assert handle == 7
        self.asked.append(mode)
        return self._obeys


#: The mode of a console, whether it takes another one, what it is asked for, and whether it shows colours then.
CONSOLES = [
    ("one that obeys", 3, True, [7], True),
    ("one that acts already", 7, False, [], True),
    ("an old one", 3, False, [7], False),
    ("none", None, False, [], False),
]
STREAMS = ["stdout", "stderr"]


def on_windows(monkeypatch: pytest.MonkeyPatch, answers: Console) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr(console, "handle_of", lambda _: 7)
    monkeypatch.setattr(console, "mode_of", answers.mode_of)
    monkeypatch.setattr(console, "set_mode", answers.set_mode)
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("mode", "obeys", "asked", "is_coloured"), [c[1:] for c in CONSOLES], ids=[c[0] for c in CONSOLES]
)
def test_a_console_is_asked_for_colours_and_gets_none_where_it_has_none(
    monkeypatch: pytest.MonkeyPatch, mode: int | None, obeys: bool, asked: list[int], is_coloured: bool
) -> None:
    answers, stdout, stderr = Console(mode, obeys=obeys), Screen(), Screen()
    on_windows(monkeypatch, answers)
    monkeypatch.setattr("sys.stderr", stderr)
    terminal = Terminal(stdout)
    terminal.print(LINE)
    terminal.progress("e12")
    assert answers.asked == asked * len(STREAMS)
    assert ("\x1b[" in stdout.getvalue()) is is_coloured
    assert stderr.getvalue() == ("\r\x1b[Ke12" if is_coloured else "")
    assert is_coloured or stdout.getvalue() == "FAIL\n"


def test_a_stream_without_a_file_is_no_console(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Console(3, obeys=True)
    on_windows(monkeypatch, answers)
    monkeypatch.setattr(console, "handle_of", lambda _: None)
    assert not console.acts_on_escapes(Screen())
    assert answers.asked == []


def test_a_pipe_is_asked_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, pipe = Console(3, obeys=True), io.StringIO()
    on_windows(monkeypatch, answers)
    monkeypatch.setattr("sys.stderr", io.StringIO())
    monkeypatch.setenv("FORCE_COLOR", "1")
    Terminal(pipe).print(LINE)
    assert "\x1b[" in pipe.getvalue()
    assert answers.asked == []


def test_elsewhere_every_terminal_does() -> None:
    assert console.acts_on_escapes(Screen())

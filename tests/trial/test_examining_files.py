"""Files that are passed at a glance, and safe fixes that are known again: as if each had been looked at."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lint.answers import BODIES, replies
from tests.trial.test_examining import KINDS, OTHERS, RIGHT, exchange, near_right
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.subject import Setting
from wxkf_cli.trial import captures
from wxkf_cli.trial.capture import Capture, Context
from wxkf_cli.trial.checking import Checker, Linting
from wxkf_cli.trial.fixing import with_fixes
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wire import codec
from wxkf_cli.wire.exchange import Response


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(replies(), near_right(), BODIES),
    st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.sampled_from(DataFormat),
            st.integers(0, len(OTHERS) - 1),
            st.sampled_from(["你好", "", "a]b", 'a"b', "\t\n"]),
        ),
        min_size=2,
        max_size=5,
    ),
    st.sampled_from(Expect),
    st.sampled_from([None, *Mode]),
    st.sampled_from(["response.xml", "response.json", "response.txt", "http"]),
)
def test_files_that_are_passed_at_a_glance_are_counted_as_if_they_had_been_read(
    tmp_path: Path,
    body: bytes,
    rows: list[tuple[str, DataFormat, int, str]],
    expect: Expect,
    mode: Mode | None,
    ending: str,
) -> None:
    paths = []
    for number, (kind, data, who, text) in enumerate([*rows, *rows]):
        each = exchange(body, kind, data, who, text)
        assert isinstance(each.answer, Response)
        assert each.push is not None
        stem = tmp_path / f"{number}"
        for other in DataFormat:
            stem.with_suffix(f".push.{other}").unlink(missing_ok=True)
        try:
            stem.with_suffix(f".push.{data}").write_bytes(codec.render(each.push, data))
        except ValueError:  # not every text can be written in XML
            return
        paths.append(stem.with_suffix(f".{ending}"))
        paths[-1].write_bytes(each.answer.body)
    said = []
    for skims in (False, True):
        checker = Checker(Linting(Setting(), expect))
        told: list[Any] = []
        try:
            for path in paths:
                for found in captures.read(str(path), Context(mode=mode), checker if skims else None):
                    checked = checker.check(found)
                    told += [checked] if checked is not None and checked.findings else []
        except UsageError as error:
            told.append(str(error))
        said.append((told, checker.taken()))
    assert said[0] == said[1]


def test_a_right_answer_to_another_user_is_known_at_a_glance(tmp_path: Path) -> None:
    checker = Checker(Linting(Setting()))
    read = []
    for who in (0, 1, 2):
        each = exchange(RIGHT.encode(), "text", DataFormat.XML, who, "你好")
        assert isinstance(each.answer, Response)
        assert each.push is not None
        (tmp_path / f"{who}.push.xml").write_bytes(codec.render(each.push, DataFormat.XML))
        path = tmp_path / f"{who}.response.xml"
        path.write_bytes(each.answer.body)
        read += [checker.check(found) for found in captures.read(str(path), Context(), checker)]
    assert len(read) == 2, "what came twice is known"
    tally = checker.taken()
    assert (tally.responses, tally.clean, tally.is_reached) == (3, 3, True)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(replies(), near_right(), BODIES),
    st.sampled_from(KINDS),
    st.sampled_from(DataFormat),
    st.lists(st.integers(0, len(OTHERS) - 1), min_size=2, max_size=5),
)
def test_what_a_safe_fix_mends_is_known_again_as_if_it_had_been_tried(
    body: bytes, kind: str, data: DataFormat, who: list[int]
) -> None:
    checker = Checker(Linting(Setting()))
    for other in who:
        capture = Capture(exchange(body, kind, data, other, "你好"), "a.response.xml")
        checked = checker.check(capture)
        assert checked is not None
        unmarked = tuple(each._replace(is_fixable=False) for each in checked.findings)
        assert checked.findings == with_fixes(unmarked, capture.exchange, Setting(), capture)

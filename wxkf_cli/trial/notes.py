"""Findings about a run as a whole, not about one response (KF9xx)."""

from wxkf_cli.lint.finding import Finding
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text

NOTHING_CHECKED = "KF901 nothing-checked"


def one_data_format(silent: DataFormat, spoken: DataFormat, mode: Mode | None) -> Finding:
    """The note that a handler speaks only one of the two formats, which is no fault; `mode` where there are more."""
    in_mode, zh_mode = (f" in {mode} mode", f"在 {mode} 模式下") if mode is not None else ("", "")
    return Finding(
        code="KF902",
        name="one-data-format",
        severity=Severity.NOTE,
        message=Text(
            f"the handler speaks {spoken} only{in_mode}; the {silent} checks are skipped",
            f"处理程序{zh_mode}只支持 {spoken} 格式；{silent} 格式的检查已跳过",
        ),
        fix=Text(
            f"choose {spoken.upper()} as the data format in the console, or demand both with --data {silent}",
            f"在后台将数据格式选为 {spoken.upper()}；如需检查另一种格式，请使用 --data {silent}",
        ),
        evidence=Evidence.REPORTED,
        source=sources.SAME_FORMAT_THREAD,
    )

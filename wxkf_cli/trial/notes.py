"""Findings that no one response shows: those about a run as a whole (KF9xx), and the words for all of them."""

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.linter import rule
from wxkf_cli.lint.redelivery_findings import REDELIVERY_FINDINGS
from wxkf_cli.lint.run_findings import RUN_FINDINGS
from wxkf_cli.lint.selection import Ignore
from wxkf_cli.vocab.terms import DataFormat, Mode, Text
from wxkf_cli.wire.escape import quoted

_BY_CODE = {each.code: each for each in (*RUN_FINDINGS, *REDELIVERY_FINDINGS)}
#: What is found about several pushes, or deliveries of one: no single one shows it.
OVER_SEVERAL = frozenset({"KF904", *(each.code for each in REDELIVERY_FINDINGS)})
NOTHING_CHECKED = f"KF901 {_BY_CODE['KF901'].name}"

#: Why a case is skipped.
DOWN = Text("the handler could not be reached", "无法连接处理程序")
FIRST_FAILURE = Text("stopped at the first failure", "已在第一个失败处停止")
VOID = Text("the trouble was on this machine", "问题出在本机")
PLAINTEXT_REFUSED = Text("the handler refuses plaintext pushes", "处理程序拒绝明文推送")
NOT_SPOKEN = {data: Text(f"the handler does not speak {data}", f"处理程序不支持 {data} 格式") for data in DataFormat}


def one_data_format(silent: DataFormat, spoken: DataFormat, mode: Mode | None) -> Finding:
    """The note that a handler speaks only one of the two formats, which is no fault; `mode` where there are more."""
    in_mode, zh_mode = (f" in {mode} mode", f"在 {mode} 模式下") if mode is not None else ("", "")
    return run_finding(
        "KF902",
        Text(
            f"the handler speaks {spoken} only{in_mode}; the {silent} checks are skipped",
            f"处理程序{zh_mode}只支持 {spoken} 格式；{silent} 格式的检查已跳过",
        ),
        Text(
            f"choose {spoken.upper()} as the data format in the console, or demand both with --data {silent}",
            f"在后台将数据格式选为 {spoken.upper()}；如需检查另一种格式，请使用 --data {silent}",
        ),
    )


def unused_ignore(ignore: Ignore) -> Finding:
    """The warning that an ignore of the settings left nothing out: what it was for is mended, or it never fitted."""
    rule, reason, origin = quoted(ignore.rule), quoted(ignore.reason, 200), ignore.origin
    files = quoted(ignore.files, 200)
    where = Text(f" for {files}", f"（{files}）") if ignore.files else Text("", "")
    return run_finding(
        "KF903",
        Text(
            f"{ignore.setting} of {rule}{where.en} in {origin} left nothing out; its reason was {reason}",
            f"{origin} 中 {ignore.setting} 的 {rule}{where.zh}没有忽略任何问题；当时的理由是 {reason}",
        ),
        Text(
            f"remove it from {ignore.setting}; in runs over a part of the files, add --ignore KF903",
            f"从 {ignore.setting} 中删除；如果只检查部分文件，请加上 --ignore KF903",
        ),
    )


def never_transferred(leg: str) -> Finding:
    """That no user message of a leg, by its name, reached the agents."""
    return rule("KF403").finding(
        Text(
            f"no user message in {leg} was transferred: each was acknowledged, and nobody gets it",
            f"{leg} 格式的用户消息一条也没有转发：都只是确认收到，没有人会看到",
        )
    )


def left_behind(what: Text) -> Finding:
    """The warning that a handler in our hands has not come to an end; the text says how."""
    return run_finding("KF905", what)


def pushes_void(count: int, pushes: int, why: Text) -> Finding:
    """The warning that some pushes say nothing of the handler."""
    return run_finding(
        "KF906",
        Text(
            f"{count} of {pushes} pushes {'is' if count == 1 else 'are'} void: {why.en}",
            f"{pushes} 次推送中有 {count} 次作废：{why.zh}",
        ),
    )


def run_finding(code: str, message: Text, fix: Text | None = None) -> Finding:
    """What was found, by its code; the fix is that of the code unless this time's is another."""
    about = _BY_CODE[code]
    return Finding(about.code, about.name, about.severity, message, fix or about.fix, about.evidence, about.source)

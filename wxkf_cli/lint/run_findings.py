"""What is found about a run as a whole (KF9xx): explained as rules are, but no rule that checks an answer.

What is found about one push that comes more than once is in `redelivery_findings`.
"""

from typing import NamedTuple

from wxkf_cli.lint.rule import Example
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import Evidence, Severity, Text

_EXIT_CODES = "https://docs.pytest.org/en/stable/reference/exit-codes.html"
_UNUSED = "https://docs.astral.sh/ruff/rules/unused-noqa/"


class Delivered(NamedTuple):
    """One delivery of an example.

    Attributes:
        answer: What the handler answered.
        is_lost: Whether that never reached WeChat.
        is_copy: Whether it is under way at the same time as the delivery before it.
    """

    answer: Example
    is_lost: bool = False
    is_copy: bool = False


class Redelivery(NamedTuple):
    """One push over its deliveries.

    Attributes:
        deliveries: In their order.
        acted: How often the handler acted on it, as a witness counts; None without one.
    """

    deliveries: tuple[Delivered, ...]
    acted: int | None = None


class RunFinding(NamedTuple):
    """Something that can be found about a run; the fields are those of a rule, but for what shows it.

    Attributes:
        can_be_ignored: Whether a setting or an option may leave it out.
        bad: Pushes in whose deliveries this is found, and nothing else of its kind.
        good: Pushes in whose deliveries nothing is found.
    """

    code: str
    name: str
    since: str
    severity: Severity
    summary: Text
    why: Text
    fix: Text
    evidence: Evidence
    source: str
    can_be_ignored: bool = True
    bad: tuple[Redelivery, ...] = ()
    good: tuple[Redelivery, ...] = ()


RUN_FINDINGS = (
    RunFinding(
        "KF901",
        "nothing-checked",
        "0.1.0",
        Severity.ERROR,
        Text("A run checks something", "一次运行至少要检查一项"),
        Text(
            "A pattern that matches no file, or a selection that leaves no rule, must never look like success: such a "
            "run ends with exit code 2.",
            "匹配不到文件的通配符，或没有留下任何规则的选择，都不能看起来像通过：这样的运行以退出码 2 结束。",
        ),
        Text(
            "name files that exist, and leave at least one rule and one case chosen",
            "指定存在的文件，并至少保留一条规则和一个用例",
        ),
        Evidence.COMPUTED,
        _EXIT_CODES,
        can_be_ignored=False,
    ),
    RunFinding(
        "KF902",
        "one-data-format",
        "0.1.0",
        Severity.NOTE,
        Text("A handler may speak XML, JSON or both", "处理程序可以只支持 XML 或 JSON，也可以都支持"),
        Text(
            "The console sets one data format, so one is enough as long as it is that one; most SDKs speak XML only.",
            "后台只设置一种数据格式，所以支持一种就够了，只要与后台一致；多数 SDK 只支持 XML。",
        ),
        Text(
            "choose the format that the handler speaks in the console, or demand the other one with --data",
            "在后台选择处理程序支持的格式；如需检查另一种格式，请使用 --data",
        ),
        Evidence.REPORTED,
        sources.SAME_FORMAT_THREAD,
    ),
    RunFinding(
        "KF903",
        "unused-ignore",
        "0.1.0",
        Severity.WARNING,
        Text("An ignore in the settings leaves something out", "设置中的忽略项确实忽略了问题"),
        Text(
            "An ignore that outlives its fault hides the next one of its kind, with a reason that no longer holds.",
            "问题解决后仍留着的忽略项，会用早已不成立的理由掩盖下一个同类问题。",
        ),
        Text(
            "remove it from the settings; in runs over a part of the files, add --ignore KF903",
            "从设置中删除；如果只检查部分文件，请加上 --ignore KF903",
        ),
        Evidence.COMPUTED,
        _UNUSED,
    ),
    RunFinding(
        "KF904",
        "expectation-not-met",
        "0.1.0",
        Severity.ERROR,
        Text("A step of a story comes to what it demands", "故事的每一步都符合期望"),
        Text(
            "A story says what must come of a step: a verdict, deliveries, what the agents see. Something else came.",
            "故事写明了每一步应有的结果：判定、推送次数、客服看到的内容。实际结果不同。",
        ),
        Text("mend the handler, or what the story expects", "修正处理程序，或修改故事中的期望"),
        Evidence.COMPUTED,
        sources.TRANSFER,
    ),
    RunFinding(
        "KF905",
        "handler-left-behind",
        "0.1.0",
        Severity.WARNING,
        Text("A handler that runs in wxkf's hands comes to an end", "由 wxkf 运行的处理程序能够正常结束"),
        Text(
            "A worker that never comes back holds a thread of a real server for good; a background task without end "
            "keeps it from being stopped; a process that died serves nobody. Answers do not show it.",
            "不再返回的工作线程会一直占用真实服务器的线程；不结束的后台任务使服务器无法停止；"
            "已退出的进程不再提供服务。这些从回复中看不出来。",
        ),
        Text(
            "give what the handler waits for a time limit; where it ended, see its own output for the reason",
            "为处理程序等待的操作设置超时；如果它已退出，请查看它自己的输出以找到原因",
        ),
        Evidence.COMPUTED,
        sources.RECEIVE_OLD,
    ),
    RunFinding(
        "KF906",
        "pushes-void",
        "0.1.0",
        Severity.WARNING,
        Text("The machine that pushes is no bottleneck", "发出推送的机器本身不是瓶颈"),
        Text(
            "Where this machine had no open files, ports or time left for a push, its answer says nothing of the "
            "handler: the push is void, neither passed nor failed, and the run tells less than it seems to.",
            "如果本机没有可用的文件描述符、端口或时间来完成一次推送，其结果就不能说明处理程序的好坏：该推送作废，"
            "既不算通过也不算失败，整次运行能说明的也比看上去少。",
        ),
        Text(
            "push less at a time (--concurrency, --burst), allow more open files (ulimit -n), or use a quieter machine",
            "减少同时进行的推送（--concurrency、--burst），放宽文件描述符上限（ulimit -n），或换一台空闲的机器",
        ),
        Evidence.COMPUTED,
        sources.RECEIVE_OLD,
    ),
)

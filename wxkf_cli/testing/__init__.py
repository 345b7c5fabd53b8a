"""The public Python API: a WeChat that pushes to the handler under test, and judges what comes back.

    from wxkf_cli.testing import WeChat

    with WeChat(app) as wechat:
        xiaoming = wechat.user("xiaoming")
        answer = xiaoming.text("人工", lose_answer=2)   # three deliveries
        assert answer.transferred and answer.deliveries == 3
        wechat.check()                                  # fails for findings that no expect_finding has named

In pytest the fixture `wxkf` is such a WeChat, and the check is made at the end of each test. Asynchronous tests use
`AsyncWeChat` in the same way. Mistakes of the test are `wxkf_cli.errors.UsageError`, what is wrong with the handler is
`Failed`, an `AssertionError`; a handler that is not there is `wxkf_cli.errors.HandlerDown`.
"""

from wxkf_cli.errors import HandlerDown, UsageError, WxkfError
from wxkf_cli.lint.finding import Finding
from wxkf_cli.testing.agents import Agent
from wxkf_cli.testing.answer import Answer, Failed
from wxkf_cli.testing.connecting import App
from wxkf_cli.testing.options import Options, Witness
from wxkf_cli.testing.users import AsyncUser, Delivery, User
from wxkf_cli.testing.wechat import AsyncWeChat, WeChat
from wxkf_cli.vocab.terms import DataFormat, Mode, Severity
from wxkf_cli.wechat.session import State
from wxkf_cli.wechat.verdict import Verdict

__all__ = [
    "Agent",
    "Answer",
    "App",
    "AsyncUser",
    "AsyncWeChat",
    "DataFormat",
    "Delivery",
    "Failed",
    "Finding",
    "HandlerDown",
    "Mode",
    "Options",
    "Severity",
    "State",
    "UsageError",
    "User",
    "Verdict",
    "WeChat",
    "Witness",
    "WxkfError",
]

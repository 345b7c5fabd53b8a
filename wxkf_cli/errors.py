"""What callers of wxkf can catch.

WxkfError
├── UsageError        a value, option or input that cannot be used (exit 2)
│   └── SettingsError   the same in wxkf.toml, pyproject.toml or WXKF_* (exit 2)
├── RuleCrash         a rule failed on an answer: ours, not the handler's (exit 4)
├── Refusal           asked for what WeChat does not allow (exit 1)
├── RecordLost        a run could not be recorded any more (exit 4)
└── HandlerDown       the handler could not be reached or started (exit 3)
"""


class WxkfError(Exception):
    """One line that a person can act on.

    Attributes:
        exit_code: What the command line ends with.
        hint: A second line, what would be right; empty when the first says it.
    """

    exit_code = 4

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(WxkfError):
    """A value, option or input that cannot be used."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting in a file or in the environment that cannot be used."""


class RuleCrash(WxkfError):
    """A rule of ours failed on an answer; its cause is what was raised."""

    def __init__(self, code: str, name: str, exchange: str = "") -> None:
        where = f" on exchange {exchange}" if exchange else ""
        super().__init__(f"the rule {code} {name} itself failed{where}; please report it")
        self._made_of = (code, name, exchange)

    def __reduce__(self) -> tuple[type["RuleCrash"], tuple[str, str, str]]:
        """How it goes from one process to another."""
        return RuleCrash, self._made_of


class Refusal(WxkfError):
    """Asked for what WeChat does not allow."""

    exit_code = 1


class RecordLost(WxkfError):
    """A run could not be recorded any more: a full disk, a broken one."""


class HandlerDown(WxkfError):
    """The handler could not be reached or started."""

    exit_code = 3

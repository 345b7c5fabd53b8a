"""What callers of wxkf can catch.

WxkfError
├── UsageError        a value, option or input that cannot be used (exit 2)
│   └── SettingsError   the same in wxkf.toml, pyproject.toml or WXKF_* (exit 2)
├── Refusal           asked for what WeChat does not allow (exit 1)
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


class Refusal(WxkfError):
    """Asked for what WeChat does not allow."""

    exit_code = 1


class HandlerDown(WxkfError):
    """The handler could not be reached or started."""

    exit_code = 3

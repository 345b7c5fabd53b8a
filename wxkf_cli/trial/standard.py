"""The standard suite: the stories in the package, in the order in which they are played."""

from functools import cache
from importlib import resources

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.story import Story
from wxkf_cli.trial.storyfile import SUFFIX, parse
from wxkf_cli.wire.escape import quoted

#: The story that finds out whether a data format is spoken.
OPENING = "text"

#: Names of stories, which are those of their files. The URL first, then what is pushed most.
SUITE = (
    "url-verification",
    "text",
    "image",
    "miniprogrampage",
    "user_enter_tempsession",
    "known-event",
    "unknown-event",
    "unknown-message",
    "bad-signature",
    "json-as-text-xml",
    "paddings",
    "other-appid",
    "truncated-encrypt",
    "encrypt-not-base64",
    "plaintext-body",
    "plain-sealed-plain",
    "lost-answer",
    "slow-answer",
    "two-users",
    "session",
)


def suite() -> tuple[Story, ...]:
    """All of it, in order."""
    return tuple(map(standard, SUITE))


@cache
def standard(name: str) -> Story:
    """A story of the suite.

    Raises:
        UsageError: There is none of that name.
    """
    return parse(text_of(name).encode(), f"{name}{SUFFIX}")


def text_of(name: str) -> str:
    """The file of a story of the suite, to print and to start from.

    Raises:
        UsageError: There is none of that name.
    """
    if name not in SUITE:
        from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

        near = get_close_matches(name, SUITE, n=1)
        message = f"no story of the suite is called {quoted(name)}"
        raise UsageError(message, f"did you mean {near[0]}?" if near else f"there are {', '.join(SUITE)}")
    return (resources.files("wxkf_cli") / "stories" / f"{name}{SUFFIX}").read_text("utf-8")

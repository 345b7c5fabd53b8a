"""The path of a handler that has no URL of its own."""

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.target import parse_url
from wxkf_cli.wire.escape import quoted


def handler_path(path: str | None) -> str:
    """A path and query as they go into the request line.

    Raises:
        UsageError: It is none.
    """
    given = path or "/"
    if not given.startswith("/") or given.startswith("//"):
        message = f"--path {quoted(given)} is not a path"
        raise UsageError(message, "it starts with one slash: --path /wechat")
    try:
        return parse_url(f"http://127.0.0.1{given}").path
    except UsageError as error:
        message = f"--path {quoted(given)} is not a path that a push can be sent to"
        raise UsageError(message, error.hint) from error

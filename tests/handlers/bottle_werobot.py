"""A handler on Bottle and WeRoBot 1.13, as a developer writes it: `python bottle_werobot.py VARIANT`.

Listens on a free port of 127.0.0.1, prints `ready PORT` and serves until killed. The Token is in WXKF_TOKEN; with an
EncodingAESKey in WXKF_AES_KEY and the appid in WXKF_APPID WeRoBot opens and seals by itself.
It reads XML only: a push in JSON is an ExpatError, hence 500. It imports nothing of wxkf.
"""
# mypy: disable-error-code="import-untyped, untyped-decorator"
# WeRoBot ships no types.

import argparse
import os
from collections.abc import Callable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from werobot import WeRoBot
from werobot.replies import TransferCustomerServiceReply


def correct(message: Any) -> bool:
    """What a user can send, and nothing else."""
    return message.type in ("text", "image", "miniprogrampage")


def forwarding(_message: Any) -> bool:
    """Everything, events included."""
    return True


VARIANTS = {variant.__name__: variant for variant in (correct, forwarding)}


def create_robot(token: str, aes_key: str | None, appid: str | None, transfers: Callable[[Any], bool]) -> WeRoBot:
    """The robot that transfers those messages of which `transfers` is true, and answers the rest with nothing."""
    # Without this it keeps sessions in a database in the home directory.
    robot = WeRoBot(token=token, encoding_aes_key=aes_key, app_id=appid, SESSION_STORAGE=False)

    @robot.handler
    def answer(message: Any) -> TransferCustomerServiceReply | None:
        # Not SuccessReply: in the sealed modes WeRoBot seals that too.
        return TransferCustomerServiceReply(message=message) if transfers(message) else None

    return robot


class _Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - its name in the standard library
        pass


def main() -> None:
    """Serve the variant that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("variant", choices=VARIANTS)
    transfers = VARIANTS[parser.parse_args().variant]
    token = os.environ.get("WXKF_TOKEN", "AAAAA")
    robot = create_robot(token, os.environ.get("WXKF_AES_KEY"), os.environ.get("WXKF_APPID"), transfers)
    with make_server("127.0.0.1", 0, robot.wsgi, handler_class=_Quiet) as server:
        print(f"ready {server.server_port}", flush=True)  # noqa: T201 - the launcher reads it
        server.serve_forever()


if __name__ == "__main__":
    main()

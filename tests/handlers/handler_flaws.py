"""The flaws of `flawed_handler.py`, one row each."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass

TOKEN = os.environ.get("WXKF_TOKEN", "AAAAA")
WINDOW = 300
TRANSFERRED = ("text", "image", "miniprogrampage")

Fields = dict[str, object]


@dataclass(frozen=True)
class Flaw:
    """What a variant does; the defaults are right, and each row of `FLAWS` changes one thing."""

    # Who may ask
    checks_signature: bool = True
    checks_verification: bool = True
    takes_missing: bool = False
    fails_on_missing: bool = False
    compared: int = 40
    strips: bool = False
    fails_on_two: bool = False
    trusted_header: str = ""
    tokens: tuple[str, ...] = (TOKEN,)
    window: Callable[[float], bool] = lambda age: abs(age) <= WINDOW
    takes_empty_timestamp: bool = False
    remembers: bool = True
    status_of_refused: int = 403
    # The same again
    acknowledges_again: bool = False
    fails_on_event_again: bool = False
    message_id: Callable[[str], object] = str
    answers_first_user: bool = False
    # Documents
    entities: str = ""
    parses_first: bool = False
    includes: bool = False
    hangs_on_entities: bool = False
    shows_traceback: bool = False
    status_of_unreadable: int = 400
    # Kinds and contents
    transfers: Callable[[Fields], bool] = lambda push: push.get("MsgType") in TRANSFERRED
    fails_on: Callable[[Fields], bool] = lambda _push: False
    hangs_on: Callable[[Fields], bool] = lambda _push: False
    computes: bool = False
    looks_up: bool = False
    copies_into_header: bool = False
    fetches: tuple[str, ...] = ()
    # HTTP
    echo: Callable[[str], str] = str
    echo_type: str = "text/plain"
    methods: tuple[str, ...] = ()
    hangs_on_parameters: bool = False
    redirects: bool = False
    names_version: bool = False
    powered_by: str = ""


def content(push: Fields) -> str:
    """What the user wrote."""
    return str(push.get("Content", ""))


def _is_known(push: Fields) -> bool:
    return not str(push.get("MsgType", "")).startswith("wxkf_") and not str(push.get("Event", "")).startswith("wxkf_")


FLAWS = {
    "none": Flaw(),
    # Who may ask
    "no-signature-check": Flaw(
        checks_signature=False,
        checks_verification=False,
        takes_missing=True,
        window=lambda _age: True,
        takes_empty_timestamp=True,
        remembers=False,
    ),
    "compares-a-prefix": Flaw(compared=8),
    "takes-missing-parameters": Flaw(takes_missing=True),
    "fails-on-missing-parameters": Flaw(fails_on_missing=True),
    "verification-unchecked": Flaw(checks_verification=False),
    "known-tokens": Flaw(tokens=(TOKEN, "weixin")),
    "no-token": Flaw(tokens=(TOKEN, "")),
    "trusts-forwarded-for": Flaw(trusted_header="X-Forwarded-For"),
    "strips-signature": Flaw(strips=True),
    "fails-on-two-signatures": Flaw(fails_on_two=True),
    "no-time-check": Flaw(window=lambda _age: True),
    "takes-the-future": Flaw(window=lambda age: age <= WINDOW),
    "takes-empty-timestamp": Flaw(takes_empty_timestamp=True),
    "forgets-signatures": Flaw(remembers=False),
    "acknowledges-forgeries": Flaw(status_of_refused=200),
    # The same again
    "acknowledges-the-second-time": Flaw(acknowledges_again=True),
    "fails-on-event-again": Flaw(fails_on_event_again=True),
    "rounds-message-ids": Flaw(message_id=float),
    "answers-first-user": Flaw(answers_first_user=True),
    # Documents
    "resolves-entities": Flaw(entities="general"),
    "loads-dtd": Flaw(entities="dtd"),
    "parses-before-check": Flaw(parses_first=True, entities="general"),
    "follows-xinclude": Flaw(includes=True),
    "hangs-on-entities": Flaw(hangs_on_entities=True),
    # Kinds and contents
    "fails-on-unknown-msgtype": Flaw(fails_on=lambda push: not _is_known(push) and push.get("MsgType") != "event"),
    "fails-on-unknown-event": Flaw(fails_on=lambda push: not _is_known(push) and push.get("MsgType") == "event"),
    "needs-optional-fields": Flaw(fails_on=lambda push: push.get("Event") == "debug_demo" and "debug_str" not in push),
    "transfers-everything": Flaw(transfers=lambda _push: True),
    "transfers-entering": Flaw(
        transfers=lambda push: push.get("MsgType") in TRANSFERRED or push.get("Event") == "user_enter_tempsession"
    ),
    "hangs-on-long-text": Flaw(hangs_on=lambda push: len(content(push)) > 3000),
    "three-byte-utf8": Flaw(fails_on=lambda push: any(ord(each) > 0xFFFF for each in content(push))),
    "fails-on-markup": Flaw(fails_on=lambda push: "]]>" in content(push)),
    "fails-on-quotes": Flaw(fails_on=lambda push: "'" in content(push)),
    "computes-templates": Flaw(computes=True),
    "looks-up-jndi": Flaw(looks_up=True),
    "copies-into-header": Flaw(copies_into_header=True),
    "fetches-pictures": Flaw(fetches=("PicUrl", "ThumbUrl")),
    # HTTP
    "changes-echostr": Flaw(echo=lambda echostr: re.sub(r"[^\w<>/()]", "", echostr)),
    "echoes-html": Flaw(echo_type="text/html"),
    "fails-on-malformed": Flaw(status_of_unreadable=500),
    "shows-traceback": Flaw(shows_traceback=True),
    "takes-put": Flaw(methods=("PUT",)),
    "hangs-on-parameters": Flaw(hangs_on_parameters=True),
    "redirects": Flaw(redirects=True),
    "names-version": Flaw(names_version=True),
    "names-framework": Flaw(powered_by="Express"),
}

"""What `wxkf crypt` has to say: the steps of a signature and of a seal, as text and in the machine shape."""

import base64
import hashlib
import json
from typing import NamedTuple, TypeAlias

from wxkf_cli.wire.crypto import Opened
from wxkf_cli.wire.escape import MASK, quoted, safe
from wxkf_cli.wire.recipes import Signing

Value: TypeAlias = str | int | bool | list[str] | list[dict[str, str]] | None
Steps: TypeAlias = dict[str, Value]


class Outcome(NamedTuple):
    """What one action came to.

    Attributes:
        result: What stdout gets, byte exact.
        members: The same in the machine shape.
        steps: Every value on the way, safe to show.
        complaint: What is wrong; empty when nothing is.
        hint: A second line to it.
        notes: Further lines for stderr.
    """

    result: bytes
    members: dict[str, Value]
    steps: Steps
    complaint: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()


def as_json(action: str, outcome: Outcome, explain: bool) -> str:
    """One JSON object, ASCII only: nothing in it can reach a terminal's controls."""
    shape: dict[str, object] = {"action": action, "ok": not outcome.complaint, **outcome.members}
    if outcome.complaint:
        shape["reason"] = outcome.complaint
    if outcome.notes:
        shape["notes"] = list(outcome.notes)
    if explain:
        shape["explain"] = outcome.steps
    return json.dumps(shape)


def as_text(steps: Steps) -> str:
    """One step a line, names in a column; the items of a list each on a line."""
    width = max(map(len, steps), default=0)
    lines = []
    for name, value in steps.items():
        for index, each in enumerate(value if isinstance(value, list) else [value]):
            lines.append(f"{name if index == 0 else '':{width}}  {each}")
    return "\n".join(lines)


def signature_steps(signing: Signing, show_secrets: bool) -> Steps:
    """Sorted strings, joined string, digest; the token masked unless it is to be shown."""
    ordered = sorted(signing.parts.items(), key=lambda part: part[1].encode("utf-8", "surrogatepass"))
    shown = [(name, MASK if name == "token" and not show_secrets else value) for name, value in ordered]
    joined = "".join(value for _, value in shown)
    return {
        "sorted": [f"{name} {quoted(value, 4096)}" for name, value in shown],
        "joined": safe(joined, 4096),
        "digest": signing.right,
    }


def seal_steps(opened: Opened, key: bytes, show_secrets: bool) -> Steps:
    """Everything that stands in a seal, in its order; the key and the IV, which is half of it, masked."""
    return {
        **key_steps(key, show_secrets),
        "random": opened.random16.hex(),
        "length": f"{len(opened.message).to_bytes(4, 'big').hex(' ')} = {len(opened.message)} bytes",
        "message": safe(opened.message, 4096),
        "appid": safe(opened.appid),
        "padding": f"{opened.padding} bytes of 0x{opened.padding:02x}",
    }


def key_steps(key: bytes, show_secrets: bool) -> Steps:
    """Which key it is, without telling it."""
    if show_secrets:
        return {"key": key.hex(), "iv": key[:16].hex()}
    return {"key": f"{MASK} (sha256 {hashlib.sha256(key).hexdigest()[:16]})", "iv": MASK}


def message_members(message: bytes) -> dict[str, Value]:
    """The message as text, or in base64 when it is none."""
    try:
        return {"message": message.decode("utf-8")}
    except UnicodeDecodeError:
        return {"message_base64": base64.b64encode(message).decode()}

"""What `wxkf crypt` does, once its inputs are together."""

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.report.crypt_text import Outcome, Steps, Value, key_steps, message_members, seal_steps, signature_steps
from wxkf_cli.vocab.terms import Language, Text
from wxkf_cli.wire.crypto import Opened, SealDefect, Unopened, decoded_key, open_sealed, seal
from wxkf_cli.wire.escape import quoted, safe
from wxkf_cli.wire.recipes import Recipe, Signing, recognised, right_way
from wxkf_cli.wire.sealrecipes import RIGHT_WAY, Sealing, SealRecipe, recognised_seal
from wxkf_cli.wire.signature import verify

_RIGHT_SEAL = Text("right: this Encrypt opens with this key and appid", "正确：用此密钥和 appid 可以解开")
_RIGHT = Text("right: this is the signature of these values", "正确：这就是这些值的签名")


class Given(NamedTuple):
    """The values of the command line, the environment, the URL and the body, in this order; None without one."""

    source: bytes | None
    token: str | None
    timestamp: str | None
    nonce: str | None
    encrypt: str | None
    signature: str | None
    msg_signature: str | None
    encrypt_type: str | None
    echostr: str | None
    openid: str | None
    values: int | None
    appid: str | None
    aes_key: str | None
    previous_aes_key: str | None
    random16: str | None
    got: str | None
    show_key: bool


def signed(given: Given) -> Outcome:
    """The signature of the values."""
    signing = _signing(given, sealed=bool(given.encrypt))
    members: dict[str, Value] = {"signature": signing.right, "values": len(signing.values)}
    return Outcome(signing.right.encode(), members, signature_steps(signing, given.show_key))


def verified(given: Given, language: Language) -> Outcome:
    """Whether a signature is right, and if not, why."""
    signing = _signing(given, sealed=given.msg_signature is not None)
    name = "msg_signature" if signing.sealed else "signature"
    claimed = first(*_in_turn(given, signing))
    if claimed is None:
        message = "there is no signature to verify"
        raise UsageError(message, "give --signature or --msg-signature, or --url with the query string")
    members: dict[str, Value] = {"kind": name, "values": len(signing.values)}
    steps = signature_steps(signing, given.show_key)
    if verify(claimed, *signing.values):
        return Outcome(f"{name} is right".encode(), members, steps)
    found = recognised(claimed, signing)
    hint = _said(found, language) if found else right_way(signing).said_in(language)
    wrong = f"{name} {quoted(claimed)} is not that of these values (-40001)"
    return Outcome(b"", {**members, "label": -40001, "mistakes": _listed(found, language)}, steps, wrong, hint)


def explained(given: Given, language: Language) -> Outcome:
    """Which mistake gives what a handler computed: a signature; else the Encrypt, if there is one and its key."""
    if given.encrypt is not None and given.got is None and given.signature is None and given.msg_signature is None:
        return _seal_explained(given, given.encrypt, language)
    signing = _signing(given, sealed=bool(given.encrypt))
    got = first(given.got, *_in_turn(given, signing))
    if got is None:
        message = "there is nothing to explain"
        raise UsageError(message, "give --got, what your handler computed, or --url with the push's own signature")
    got = got.strip()
    steps = signature_steps(signing, given.show_key)
    right: dict[str, Value] = {"right": signing.right, "way": right_way(signing).said_in(language)}
    if got == signing.right:
        signed = Outcome(_RIGHT.said_in(language).encode(), {"mistakes": [], **right}, steps)
        if given.encrypt is None or given.got is not None or not given.aes_key or given.appid is None:
            return signed
        # A whole push or reply whose signature is right: then the mistake is in the seal.
        seal = _seal_explained(given, given.encrypt, language)
        return seal._replace(
            result=b"\n".join((signed.result, seal.result)),
            members={**signed.members, **seal.members},
            steps={**steps, **seal.steps},
        )
    found = recognised(got, signing)
    members = {"mistakes": _listed(found, language), **right}
    lines = "\n".join(f"{recipe.name}: {recipe.text.said_in(language)}" for recipe in found)
    if found:
        return Outcome(lines.encode(), members, steps, f"{quoted(got)} is not the signature", f"right: {signing.right}")
    unknown = f"no known mistake gives {quoted(got)}: is it the same token, timestamp and nonce?"
    return Outcome(f"{right['way']}\n{signing.right}".encode(), members, steps, unknown, "--explain prints every step")


def _seal_explained(given: Given, encrypt: str, language: Language) -> Outcome:
    if given.appid is None:
        message = "to explain an Encrypt takes an appid"
        raise UsageError(message, "set WXKF_APPID, or give --appid; or --got to explain a signature")
    key = _key(given.aes_key)
    if given.previous_aes_key is not None:
        _key(given.previous_aes_key)
    sealing = Sealing(encrypt, given.aes_key or "", given.appid, given.previous_aes_key or "")
    found = recognised_seal(sealing)
    outcome = _opened(given, encrypt, key)
    way = RIGHT_WAY.said_in(language)
    members: dict[str, Value] = {**_defect_of(outcome), "mistakes": _listed(found, language), "way": way}
    if found:
        lines = "\n".join(f"{recipe.name}: {recipe.text.said_in(language)}" for recipe in found)
        return Outcome(lines.encode(), members, outcome.steps, "Encrypt is not sealed as WeChat does it", way)
    if not outcome.complaint:
        return Outcome(_RIGHT_SEAL.said_in(language).encode(), members, outcome.steps)
    unknown = f"no known mistake gives this Encrypt: {outcome.complaint}"
    return Outcome(way.encode(), members, outcome.steps, unknown, outcome.hint)


def _defect_of(outcome: Outcome) -> dict[str, Value]:
    return {name: value for name, value in outcome.members.items() if name in ("label", "defect")}


def encrypted(given: Given) -> Outcome:
    """The Encrypt of a message."""
    if given.source is None or given.appid is None:
        message = f"to encrypt takes {'a message' if given.source is None else 'an appid'}"
        raise UsageError(message, "wxkf crypt encrypt --appid wx... FILE, or - and pipe it in")
    random16 = _bytes(secrets.token_hex(8) if given.random16 is None else given.random16)
    if len(random16) != 16:
        message = f"--random16 has {len(random16)} bytes, not 16"
        raise UsageError(message, "for example --random16 0123456789abcdef")
    if not given.appid.isascii() or not given.appid.isprintable():
        message = f"--appid {quoted(given.appid)} is no appid"
        raise UsageError(message, "for example wxba5fad812f8e6fb9")
    key = _key(given.aes_key)
    encrypt = seal(given.source, key, given.appid, random16)
    opened = open_sealed(encrypt, key, given.appid)
    steps = seal_steps(opened, key, given.show_key) if isinstance(opened, Opened) else {}
    return Outcome(encrypt.encode(), {"encrypt": encrypt}, {**steps, "encrypt": encrypt})


def decrypted(given: Given) -> Outcome:
    """The message in an Encrypt, or why it does not open."""
    encrypt = given.encrypt
    if encrypt is None:
        message = "there is nothing to decrypt"
        raise UsageError(message, "give a file, - and pipe it in, or --encrypt TEXT")
    named = {"current": _key(given.aes_key)}
    if given.previous_aes_key is not None:
        named["previous"] = _key(given.previous_aes_key)
    notes = _doubts(given, encrypt)
    refused: Outcome | None = None
    for name, key in named.items():
        outcome = _opened(given, encrypt, key)
        if not outcome.complaint:
            old = ("opened with the previous key: the current one does not open it",) if name == "previous" else ()
            return outcome._replace(members={**outcome.members, "key": name}, notes=(*notes, *old))
        # Another appid says more than padding does: the key was right.
        if refused is None or outcome.members["label"] == SealDefect.APPID.label:
            refused = outcome
    return (refused or Outcome(b"", {}, {}))._replace(notes=notes)


def _opened(given: Given, encrypt: str, key: bytes) -> Outcome:
    opened = open_sealed(encrypt, key, None)
    if isinstance(opened, Unopened):
        label, words = opened.defect.value
        hint = "is it the right key?" if opened.plain else "give Encrypt as it came, not URL-decoded and not shortened"
        steps: Steps = {**key_steps(key, given.show_key), "plain": safe(opened.plain, 4096)}
        return Outcome(b"", _defect(opened.defect), steps, f"{words} ({label})", hint)
    steps = seal_steps(opened, key, given.show_key)
    if given.appid is not None and opened.appid != _bytes(given.appid):
        wrong = f"{SealDefect.APPID.value[1]}: {quoted(opened.appid)}, not {quoted(given.appid)} (-40005)"
        return Outcome(b"", _defect(SealDefect.APPID), steps, wrong, "is it another mini program's?")
    return Outcome(opened.message, {**message_members(opened.message), "appid": safe(opened.appid)}, steps)


def _defect(defect: SealDefect) -> dict[str, Value]:
    return {"label": defect.label, "defect": defect.name.lower()}


def _bytes(text: str) -> bytes:
    # What of the command line is no text came as lone surrogates.
    return text.encode("utf-8", "surrogatepass")


def _doubts(given: Given, encrypt: str) -> tuple[str, ...]:
    """What WeChat would not take, though it can be opened."""
    doubts: tuple[str, ...] = () if given.appid is not None else ("the appid at the end was not checked: no --appid",)
    parts = (given.token, given.timestamp, given.nonce)
    known = [each for each in parts if each is not None]
    if given.msg_signature is not None and len(known) == 3 and not verify(given.msg_signature, *known, encrypt):
        doubts += ("the msg_signature is another (-40001): a handler must not open this; see wxkf crypt verify",)
    return doubts


def _signing(given: Given, sealed: bool) -> Signing:
    sealed = sealed if given.values is None else given.values == 4
    needed = {"--token": given.token, "--timestamp": given.timestamp, "--nonce": given.nonce}
    if sealed:
        needed["--encrypt"] = given.encrypt
    missing = [name for name, value in needed.items() if not value]
    if missing:
        name, count = ("msg_signature", "four") if sealed else ("signature", "three")
        message = f"{name} covers {count} values: {' and '.join(missing)} missing"
        raise UsageError(message, "give them one by one, or --url and the body")
    return Signing(
        token=given.token or "",
        timestamp=given.timestamp or "",
        nonce=given.nonce or "",
        encrypt=given.encrypt or "",
        sealed=sealed,
        aes_key=given.aes_key or "",
        encrypt_type=given.encrypt_type or "",
        echostr=given.echostr or "",
        openid=given.openid or "",
        body=(given.source or b"").decode("utf-8", "replace"),
    )


def _in_turn(given: Given, signing: Signing) -> tuple[str | None, str | None]:
    """The signature that is due, then the other."""
    both = (given.signature, given.msg_signature)
    return (both[1], both[0]) if signing.sealed else both


def _listed(found: Sequence[Recipe | SealRecipe], language: Language) -> list[dict[str, str]]:
    return [{"name": recipe.name, "text": recipe.text.said_in(language)} for recipe in found]


def _said(found: tuple[Recipe, ...], language: Language) -> str:
    return "; ".join(recipe.text.said_in(language) for recipe in found)


def _key(encoding_aes_key: str | None) -> bytes:
    if encoding_aes_key is None:
        message = "there is no EncodingAESKey"
        raise UsageError(message, "set WXKF_AES_KEY, or give --aes-key")
    return decoded_key(encoding_aes_key)


def first(*values: str | None) -> str | None:
    """The first value that is given."""
    return next((value for value in values if value is not None), None)

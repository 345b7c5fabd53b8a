"""What can be set in a file and in the environment: the one list; a new setting is a new row."""

from typing import NamedTuple


class Key(NamedTuple):
    """One setting.

    Attributes:
        name: In a file; in the environment it is `WXKF_` and the name in capitals.
        holds: `str`, `float`, `int`, `bool`, `list` of str or int or tables, or `dict` from any names to texts.
        about: What it is, for the README.
        choices: The only values, or items of a list or dict, where there are only some.
        item: For a list, what its items are.
        secret: Whether its value is kept out of every message.
        inside: For a list of tables, the keys that each of them has, none of them empty.
        example: How it is written, where that is not plain; for mistakes.
    """

    name: str
    holds: type
    about: str
    choices: tuple[str, ...] = ()
    item: type = str
    secret: bool = False
    inside: tuple["Key", ...] = ()
    example: str = ""

    @property
    def variable(self) -> str:
        """The name in the environment; empty for tables, which have no place there."""
        return "" if self.inside or self.holds is dict else f"WXKF_{self.name.upper()}"


_RULE = Key("rule", str, "a code, the beginning of codes, or a name")
_REASON = Key("reason", str, "why that is right here")
_FILES = Key("files", str, "a pattern of paths; `**` is any folders")
_IGNORE = 'ignore = [{ rule = "KF303", reason = "co-wechat sends milliseconds" }]'
_IN_FILES = 'per_file_ignores = [{ files = "old/**", rule = "KF310", reason = "kept as they were" }]'
_LEVELS = ("error", "warning", "note")

KEYS: dict[str, Key] = {
    key.name: key
    for key in (
        Key("url", str, "where the handler is"),
        Key("app", str, "the handler in this process instead, `module:app`"),
        Key("app_kind", str, "how that is called, where it does not tell by itself", ("asgi", "wsgi", "plain")),
        Key("exec", str, "the command that starts the handler instead, `{port}` in it"),
        Key("path", str, "the path of the handler in an app or behind a command"),
        Key("token", str, "the Token of the console; a secret, so `${NAME}` in a file", secret=True),
        Key("aes_key", str, "the EncodingAESKey of the console; a secret, as the token", secret=True),
        Key("appid", str, "the appid `wx…`, which sealed messages end with"),
        Key("original_id", str, "the mini program's original id `gh_…`, ToUserName of pushes"),
        Key("openid", str, "the user's openid, FromUserName of pushes"),
        Key("mode", list, "the encryption modes of pushes", ("plaintext", "compatible", "secure")),
        Key("data", str, "the data formats of pushes", ("xml", "json", "both")),
        Key("expect", str, "which user messages must be transferred", ("any", "all", "none")),
        Key("text", list, "what users write"),
        Key("header", list, "extra request headers, `Name: value`"),
        Key("content_type", str, "the Content-Type of every push"),
        Key("deadline", float, "seconds a handler has (documented-old: 5)"),
        Key("accept_status", list, "statuses that count as an answer (assumed: 200)", item=int),
        Key("deliveries", int, "deliveries of one push in all (documented-old: 3)"),
        Key("delivery_spacing", float, "seconds from the start of one delivery to that of the next (reported: 5)"),
        Key("redeliver_abnormal", bool, "whether an abnormal answer is delivered again (assumed: no)"),
        Key("is_signed_anew", bool, "whether a redelivery has a signature of its own (assumed: yes)"),
        Key("event_user_info", bool, "whether an event of a cloud function has `userInfo` (assumed: no)"),
        Key("session_seconds", float, "seconds after which a session gives the handler back (documented: 1800)"),
        Key("session_counts_from_message", bool, "whether those count from the last message (assumed: no)"),
        Key("wait", str, "how long to wait for a handler that is starting, e.g. `30s`"),
        Key("select", list, "the rules that count, by code, beginning of codes, or name"),
        Key("ignore", list, "rules that are left out, each with the reason", inside=(_RULE, _REASON), example=_IGNORE),
        Key("per_file_ignores", list, "the same for some files", inside=(_FILES, _RULE, _REASON), example=_IN_FILES),
        Key("severity", dict, "rules that weigh something else", _LEVELS, example='severity = { KF303 = "error" }'),
        Key("fail_on", str, "what makes the exit code 1", ("error", "warning", "never")),
        Key("lang", str, "the language of texts", ("en", "zh")),
    )
}

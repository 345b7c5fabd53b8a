"""One call of the outgoing API in a line, and what it was answered."""

from wxkf_cli.vocab.terms import Language, Text
from wxkf_cli.wechat.service_api import Call

#: Characters of a text that are shown.
_LONGEST_TEXT = 60
_OK, _REFUSED = Text("ok", "成功"), Text("refused", "被拒绝")


def told(call: Call, language: Language) -> str:
    """What was called, with what, and how it went; as it came, not yet safe to show."""
    words = [call.api]
    kind, to_user = call.arguments.get("msgtype"), call.arguments.get("touser")
    if isinstance(kind, str):
        words.append(kind)
        part = call.arguments.get(kind)
        content = part.get("content") if isinstance(part, dict) else None
        words += [_cut(content)] if isinstance(content, str) else []
    if isinstance(to_user, str):
        words.append(f"to {to_user}")
    answer = _OK.said_in(language)
    if call.is_refused:
        answer = f"{_REFUSED.said_in(language)}: {call.result['errcode']} {call.result['errmsg']}"
    return f"{' '.join(words)}: {answer}"


def _cut(content: str) -> str:
    return f'"{content[:_LONGEST_TEXT]}{"…" if len(content) > _LONGEST_TEXT else ""}"'

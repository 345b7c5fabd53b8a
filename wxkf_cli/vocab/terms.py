"""The few words that everything else is said in: formats, modes, evidence, severities, two languages."""

from enum import StrEnum
from typing import NamedTuple


class DataFormat(StrEnum):
    """How a push or reply is written, as chosen in the console."""

    XML = "xml"
    JSON = "json"


class Mode(StrEnum):
    """How pushes are encrypted, as chosen in the console."""

    PLAINTEXT = "plaintext"
    COMPATIBLE = "compatible"
    SECURE = "secure"


class Route(StrEnum):
    """How a push comes to a handler, as chosen in the console for each MsgType and Event."""

    URL = "url"
    CONTAINER = "container"  # cloud container: inside the platform's network, not signed and not sealed
    CLOUD_FUNCTION = "cloud-function"  # handed over as an object: no HTTP at all


#: In which what matters is sealed: there is an Encrypt, and a msg_signature that covers it.
SEALED_MODES = (Mode.COMPATIBLE, Mode.SECURE)


class Flaw(StrEnum):
    """What is wrong with a probe: a push that WeChat would not send, to see what a handler makes of it."""

    SIGNATURE = "signature"  # plaintext: another signature; sealed: another msg_signature, beside a right signature
    APPID = "appid"  # sealed for another mini program
    TRUNCATED = "truncated"  # rightly signed, but the last bytes of the sealed text are missing
    BASE64 = "base64"  # rightly signed, but Encrypt is not base64
    UNSEALED = "unsealed"  # in plaintext, towards a handler in secure mode
    PROBE = "probe"  # of the conformance suite, which says itself what a handler is to make of it


class Direction(StrEnum):
    """Who writes a message: WeChat (push) or the handler (reply)."""

    PUSH = "push"
    REPLY = "reply"


class Evidence(StrEnum):
    """How well a fact about WeChat is known."""

    DOCUMENTED = "documented"  # on a current official page
    DOCUMENTED_OLD = "documented-old"  # on an earlier version of an official page
    REPORTED = "reported"  # by users, or seen in SDK source
    COMPUTED = "computed"  # follows from the algorithm
    ASSUMED = "assumed"  # nobody documents it


class Severity(StrEnum):
    """How much a finding weighs: only errors fail a run by default."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Language(StrEnum):
    """A language that wxkf speaks."""

    EN = "en"
    ZH = "zh"


class Text(NamedTuple):
    """One sentence in both languages."""

    en: str
    zh: str

    def said_in(self, language: Language) -> str:
        """The sentence in one language."""
        return self.zh if language is Language.ZH else self.en

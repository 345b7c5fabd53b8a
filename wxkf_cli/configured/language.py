"""Which language to speak: the option, the setting, then the locale, then what Windows speaks."""

import os
import sys

from wxkf_cli.settings import Settings
from wxkf_cli.vocab.terms import Language

#: LANG_CHINESE of Windows.
_CHINESE = 0x04


def language(settings: Settings, given: Language | None) -> Language:
    """The language of texts."""
    return Language(settings.pick("lang", given, _of_the_locale()))


def _of_the_locale() -> Language:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return Language.ZH if value.lower().startswith("zh") else Language.EN
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - elsewhere nobody needs it

        # The ten lowest bits are the language, the others its country.
        if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == _CHINESE:
            return Language.ZH
    return Language.EN

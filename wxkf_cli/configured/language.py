"""Which language to speak: the option, the setting, then the locale."""

import os

from wxkf_cli.settings import Settings
from wxkf_cli.vocab.terms import Language


def language(settings: Settings, given: Language | None) -> Language:
    """The language of texts."""
    return Language(settings.pick("lang", given, _of_the_locale()))


def _of_the_locale() -> Language:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return Language.ZH if value.lower().startswith("zh") else Language.EN
    return Language.EN

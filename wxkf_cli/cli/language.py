"""The language to speak, as commands take it."""

from wxkf_cli.configured.language import language

__all__ = ["language"]

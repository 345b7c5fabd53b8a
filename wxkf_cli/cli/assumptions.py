"""The assumptions about WeChat, as commands take them."""

from wxkf_cli.configured.assumptions import policy_of

__all__ = ["policy_of"]

"""The command line: options in, exit code out; one file per command, loaded when it is called."""

from wxkf_cli.cli.start import main

__all__ = ["main"]

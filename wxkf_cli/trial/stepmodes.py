"""Steps with an encryption mode of their own, and what a run must have for them."""

from collections.abc import Iterable

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.story import Say
from wxkf_cli.simulate.storywalk import walk
from wxkf_cli.trial.plan import Group
from wxkf_cli.vocab.terms import SEALED_MODES, Route
from wxkf_cli.wire.paths import safe_path


def check_keys(groups: Iterable[Group], sender: Sender) -> None:
    """Make sure, before anything is pushed, that every step can be sealed that has to be.

    Args:
        groups: What is played.
        sender: Who pushes.

    Raises:
        UsageError: A step is in a sealed mode, and the run has nothing that seals.
    """
    # Only what goes to a URL may be sealed.
    if sender.seal is not None or sender.route is not Route.URL:
        return
    for story in {id(group.story): group.story for group in groups}.values():
        for number, step in walk(story):
            if isinstance(step, Say) and step.mode in SEALED_MODES:
                where = f"{safe_path(step.place.file or story.name)}:{step.place.line}"
                message = f"{where}: step {number}: a push in {step.mode} mode is sealed, and the run has no key"
                raise UsageError(
                    message,
                    f"set WXKF_AES_KEY and WXKF_APPID, or add --aes-key and --appid, and with --mode name {step.mode}",
                )

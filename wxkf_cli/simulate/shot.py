"""What a push is made of, before the engine gives it ids, a time and a signature."""

from collections.abc import Mapping
from typing import NamedTuple

from wxkf_cli.vocab.message import Value
from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode

#: What users write unless `--text` says otherwise.
TEXTS = ("你好", "人工")
#: Not a kind of the catalogue: the POST by which the platform checks a container's path.
CONTAINER_PATH = "container-path"


class Shot(NamedTuple):
    """One push to make.

    Attributes:
        case: The case it belongs to.
        kind: The catalogue's kind, or `CONTAINER_PATH`; empty for the GET that verifies the URL.
        data: The data format.
        values: What differs from the samples.
        mode: The encryption mode.
        flaw: What is wrong with a probe.
        content_type: Another Content-Type than the format's own; empty for none.
        without: Fields left out.
    """

    case: str
    kind: str
    data: DataFormat
    values: Mapping[str, Value] = {}
    mode: Mode = Mode.PLAINTEXT
    flaw: Flaw | None = None
    content_type: str | None = None
    without: tuple[str, ...] = ()

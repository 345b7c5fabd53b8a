"""Names of fields that are meant to be others."""

from difflib import get_close_matches

from wxkf_cli.vocab.message import Kind

#: Names as near to one another as this are one name, misspelt (ours): Contnet, not ContentType.
_NEAR = 0.8


def meant_field(kind: Kind, name: str) -> str | None:
    """The field of a kind that a name was meant to be; None where it is one, or may be a field of tomorrow."""
    names = [field.name for field in kind.fields]
    if name in names:
        return None
    by_lower = {each.lower(): each for each in names}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=_NEAR)
    return by_lower[near[0]] if near else None

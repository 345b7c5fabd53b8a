"""Every SDK and framework with recipes, and finding one by any of its names."""

import re
from difflib import get_close_matches

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.recipes import go, java, node, other, php, python
from wxkf_cli.lint.recipes.recipe import Recipe, Sdk
from wxkf_cli.wire.escape import quoted

#: By name, in the order of the alphabet.
SDKS: dict[str, Sdk] = {
    each.name: each
    for each in sorted(
        (*python.SDKS, *node.SDKS, *php.SDKS, *java.SDKS, *go.SDKS, *other.SDKS), key=lambda sdk: sdk.name
    )
}


def sdk_called(name: str) -> Sdk:
    """The SDK or framework that a name means, whatever its case and its marks.

    Raises:
        UsageError: None is called so; the hint has the nearest, and all.
    """
    known = {_bare(alias): sdk for sdk in SDKS.values() for alias in (sdk.name, sdk.title, *sdk.also)}
    found = known.get(_bare(name))
    if found is not None:
        return found
    near = get_close_matches(_bare(name), known, n=1, cutoff=0.6)
    meant = f"did you mean {known[near[0]].name}? " if near else ""
    message = f"--for: no SDK or framework is called {quoted(name)}"
    raise UsageError(message, f"{meant}there are: {', '.join(SDKS)}")


def recipes_for(code: str) -> dict[str, Recipe]:
    """The recipes of one code, by the name of the SDK."""
    return {name: sdk.recipes[code] for name, sdk in SDKS.items() if code in sdk.recipes}


def _bare(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.lower())

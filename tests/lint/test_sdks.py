"""Recipes for SDKs and frameworks: whole, bilingual, for codes that exist, and found by any name."""

import pytest

from tests.lint.texts import check_text
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.conformance_findings import CONFORMANCE_FINDINGS
from wxkf_cli.lint.linter import all_rules
from wxkf_cli.lint.recipes.recipe import Sdk
from wxkf_cli.lint.redelivery_findings import REDELIVERY_FINDINGS
from wxkf_cli.lint.run_findings import RUN_FINDINGS
from wxkf_cli.lint.sdks import SDKS, recipes_for, sdk_called
from wxkf_cli.trial.notes import one_data_format
from wxkf_cli.vocab import conformance
from wxkf_cli.vocab.terms import DataFormat

CODES = {each.code for each in all_rules()}
#: Those that the collection of real failures names, and the frameworks around them.
NAMED = {
    "wechatpy", "werobot", "npm-wechat", "co-wechat", "easywechat", "wxjava", "silenceper", "weapp", "powerwechat",
    "senparc", "zoujingli", "rails-wechat", "wx-server-sdk", "flask", "fastapi", "django", "express", "koa", "spring",
    "laravel", "php", "gin",
}  # fmt: skip
RECIPES = [pytest.param(sdk, code, id=f"{sdk.name}-{code}") for sdk in SDKS.values() for code in sdk.recipes]


def test_every_sdk_that_was_seen_to_fail_is_there() -> None:
    assert set(SDKS) == NAMED
    assert list(SDKS) == sorted(SDKS)


@pytest.mark.parametrize(("sdk", "code"), RECIPES)
def test_a_recipe_is_bilingual_and_about_a_rule_that_exists(sdk: Sdk, code: str) -> None:
    recipe = sdk.recipes[code]
    check_text(recipe.text)
    assert recipe.source.startswith("https://")
    assert code in CODES
    assert recipes_for(code)[sdk.name] == recipe


@pytest.mark.parametrize("sdk", SDKS.values(), ids=list(SDKS))
def test_an_sdk_is_found_by_all_its_names_in_any_case(sdk: Sdk) -> None:
    for name in (sdk.name, sdk.title, *sdk.also, sdk.name.upper(), sdk.title.replace(" ", "-")):
        assert sdk_called(name) is sdk


def test_names_of_sdks_mean_one_each() -> None:
    names = [alias.lower() for sdk in SDKS.values() for alias in {sdk.name, sdk.title.lower(), *sdk.also}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "hint"), [("wechatpi", "did you mean wechatpy? there are: co-wechat"), ("x", "there")]
)
def test_an_unknown_sdk_is_refused_with_the_nearest_and_all(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match="no SDK or framework is called") as caught:
        sdk_called(name)
    assert caught.value.hint.startswith(hint)
    assert all(known in caught.value.hint for known in SDKS)


def test_findings_about_a_run_are_explained_as_they_are_found() -> None:
    explained = {each.code: each for each in RUN_FINDINGS}
    assert list(explained) == sorted(explained)
    assert {"KF901", "KF902", "KF903"} <= set(explained)
    found = one_data_format(DataFormat.JSON, DataFormat.XML, None)
    about = explained[found.code]
    assert (found.name, found.severity, found.evidence, found.source) == (
        about.name,
        about.severity,
        about.evidence,
        about.source,
    )
    assert {each.code for each in CONFORMANCE_FINDINGS} == set(conformance.CODES)
    for each in (*RUN_FINDINGS, *REDELIVERY_FINDINGS, *CONFORMANCE_FINDINGS):
        for text in (each.summary, each.why, each.fix):
            check_text(text)

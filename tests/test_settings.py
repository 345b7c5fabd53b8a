"""Settings: who wins, where files are looked for, and what a mistake is told."""

import json
import os
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import wxkf_cli
from wxkf_cli.errors import SettingsError
from wxkf_cli.settings import KEYS, Key, Settings, here, load

PROJECT = '[project]\nname = "x"\n\n[tool.wxkf]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository of its own, so that nothing above it counts."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def toml(folder: Path, text: str | bytes, name: str = "wxkf.toml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def url_of(settings: Settings, given: str | None = None) -> str:
    return settings.pick("url", given, "the default")


def test_the_option_wins_over_the_environment_over_the_file_over_the_default(folder: Path) -> None:
    assert url_of(load(folder, {})) == "the default"
    toml(folder, PROJECT + 'url = "project"', "pyproject.toml")
    assert url_of(load(folder, {})) == "project"
    toml(folder, 'url = "file"')
    assert url_of(load(folder, {})) == "file"
    environment = {"WXKF_URL": "environment"}
    assert url_of(load(folder, environment)) == "environment"
    assert url_of(load(folder, environment), "option") == "option"


def test_a_setting_says_where_it_comes_from(folder: Path) -> None:
    path = toml(folder, 'url = "file"')
    settings = load(folder, {"WXKF_OPENID": "oUser"})
    url, openid = settings.find("url"), settings.find("openid")
    assert (url and url.origin, openid and openid.origin) == (str(path), "WXKF_OPENID")
    assert settings.find("token") is None


def test_an_empty_variable_is_not_set(folder: Path) -> None:
    toml(folder, 'url = "file"')
    assert url_of(load(folder, {"WXKF_URL": ""})) == "file"


def test_the_nearest_file_counts_alone(folder: Path) -> None:
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    toml(folder, 'url = "outer"\nopenid = "oOuter"')
    assert url_of(load(inner, {})) == "outer"
    toml(folder / "a", PROJECT + 'url = "inner"', "pyproject.toml")
    settings = load(inner, {})
    assert (url_of(settings), settings.find("openid")) == ("inner", None)


def test_a_pyproject_without_our_table_is_passed_over(folder: Path) -> None:
    inner = folder / "a"
    inner.mkdir()
    toml(folder, 'url = "outer"')
    toml(inner, "tool = 1  # no wxkf here", "pyproject.toml")
    assert url_of(load(inner, {})) == "outer"


@pytest.mark.parametrize("mark", ["folder", "file", "dangling link"])
def test_the_root_of_the_repository_is_the_end_of_the_search(tmp_path: Path, mark: str) -> None:
    inner = tmp_path / "repository"
    inner.mkdir()
    toml(tmp_path, 'url = "outside"')
    git = inner / ".git"
    {"folder": git.mkdir, "file": git.touch, "dangling link": lambda: git.symlink_to("gone")}[mark]()
    assert url_of(load(inner, {})) == "the default"


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        ("WXKF_TEXT", "你好, 人工", ["你好", "人工"]),
        ("WXKF_ACCEPT_STATUS", "200,204", [200, 204]),
        ("WXKF_DEADLINE", "2.5", 2.5),
        ("WXKF_DATA", "json", "json"),
        ("WXKF_LANG", "zh", "zh"),
    ],
)
def test_a_variable_is_read_as_what_its_key_holds(folder: Path, variable: str, text: str, value: object) -> None:
    name = variable.removeprefix("WXKF_").lower()
    assert load(folder, {variable: text}).pick(name, None, None) == value


@pytest.mark.parametrize("key", [key for key in KEYS.values() if key.variable], ids=lambda key: key.name)
def test_a_key_can_stand_in_a_file_and_in_the_environment(folder: Path, key: Key) -> None:
    one = key.choices[0] if key.choices else {str: "x", float: 1.5, int: 2, bool: True, list: key.item(7)}[key.holds]
    sample = [one] if key.holds is list else one
    toml(folder, f"{key.name} = {json.dumps(sample)}")
    assert load(folder, {}).pick(key.name, None, None) == sample
    assert load(folder, {key.variable: str(one)}).pick(key.name, None, None) == sample


@pytest.mark.parametrize("key", [key for key in KEYS.values() if not key.variable], ids=lambda key: key.name)
def test_tables_stand_in_files_alone_and_their_example_is_right(folder: Path, key: Key) -> None:
    assert key.example.startswith(f"{key.name} = ")
    toml(folder, key.example)
    assert load(folder, {}).pick(key.name, None, None) == tomllib.loads(key.example)[key.name]
    with pytest.raises(SettingsError, match="unknown setting"):
        load(folder, {f"WXKF_{key.name.upper()}": "KF303"})


@pytest.mark.parametrize(("name", "before"), [("wxkf.toml", ""), ("pyproject.toml", PROJECT)])
def test_a_byte_order_mark_is_passed_over(folder: Path, name: str, before: str) -> None:
    toml(folder, f'\ufeff{before}url = "file"', name)
    assert url_of(load(folder, {})) == "file"


def test_a_name_in_braces_stands_for_a_variable_also_inside_a_list(folder: Path) -> None:
    toml(folder, 'token = "${MY_TOKEN}"\nheader = ["X-Key: a${MY_TOKEN}b", "X: $plain {too}"]')
    settings = load(folder, {"MY_TOKEN": "secret"})
    assert settings.pick("token", None, "") == "secret"
    assert settings.pick("header", None, []) == ["X-Key: asecretb", "X: $plain {too}"]


# what stands in wxkf.toml, what the message must have, what the hint must have
WRONG_FILES: dict[str, tuple[str | bytes, list[str], str]] = {
    "an unknown key": ('tokn = "x"', ['unknown setting "tokn"', "wxkf.toml"], "did you mean token?"),
    "a key like no other": ("zzzzzzzz = 1", ['unknown setting "zzzzzzzz"'], "known are: accept_status, aes_key"),
    "a number for text": ("url = 8080", ["url in", "is 8080"], "it takes text"),
    "text for a number": ('deadline = "5s"', ["deadline in", 'is "5s"'], "it takes a number"),
    "yes for a number": ("deadline = true", ["is True"], "it takes a number"),
    "a word that is none of a list's": ('mode = ["secure", "open"]', ["mode in", 'is "open"'], "a list of plaintext"),
    "text for a list": ('text = "你好"', ['is "你好"'], "it takes a list of texts"),
    "a number in a list of texts": ("text = [1]", ["text in", "is 1"], "it takes a list of texts"),
    "yes in a list of numbers": ("accept_status = [200, true]", ["is True"], "it takes a list of whole numbers"),
    "a fraction in a list of whole numbers": ("accept_status = [200.5]", ["is 200.5"], "a list of whole numbers"),
    "another word than the choices": ('data = "yaml"', ['is "yaml"'], "it takes xml or json or both"),
    "a table": ("[url]\na = 1", ["url in"], "it takes text"),
    "a variable that is not there": ('token = "${NO_SUCH}"', ["${NO_SUCH}", "not in the environment"], "set NO_SUCH"),
    "not UTF-8 behind a byte order mark": (b"\xef\xbb\xbfa = 1\nb = \xff", ["is not UTF-8 in line 2"], ""),
    "not TOML": ('url = "x"\nurl: x\n', ['not TOML in line 2: "url: x"'], "each line is like"),
    "TOML that ends too soon": ("url = [", ["is not TOML"], "each line is like"),
    "a nest of brackets": ("url = " + "[" * 100_000, ["is not TOML"], "each line is like"),
    "a number without end": ("deadline = " + "1" * 5_000, ["is not TOML"], "each line is like"),
    "not UTF-8": ('url = "x"\ntext = ["你"]'.encode("gbk"), ["not UTF-8 in line 2"], ""),
    "UTF-16": ('url = "x"'.encode("utf-16"), ["not UTF-8 in line 1"], ""),
    "too large": (b"#" * 1_048_577, ["larger than 1048576 bytes"], ""),
    "an ignore without its reason": (
        'ignore = [{ rule = "KF303" }]',
        ['ignore of "KF303" in', "has no reason"],
        'it is written ignore = [{ rule = "KF303", reason = "co-wechat sends milliseconds" }]',
    ),
    "an ignore with an empty reason": (
        '[[ignore]]\nrule = "KF303"\nreason = " "',
        ['ignore of "KF303" in', "has no reason"],
        'reason = "co-wechat',
    ),
    "an ignore that is only a rule": ('ignore = ["KF303"]', ["ignore in", 'is "KF303"'], 'reason = "co-wechat'),
    "an ignore that is only a text": ('ignore = "KF303"', ["ignore in", 'is "KF303"'], 'reason = "co-wechat'),
    "an ignore of nothing": ('ignore = [{ reason = "x" }]', ["ignore in", "has no rule"], 'rule = "KF303"'),
    "an ignore of a number": ('ignore = [{ rule = 303, reason = "x" }]', ["ignore.rule in", "is 303"], "it takes text"),
    "an ignore with another key": (
        'ignore = [{ rule = "KF303", why = "x" }]',
        ['unknown key "why" in ignore in'],
        "known are: reason, rule",
    ),
    "an ignore with a key that is nearly right": (
        'ignore = [{ rule = "KF303", reson = "x" }]',
        ['unknown key "reson"'],
        "did you mean reason?",
    ),
    "an ignore for files under the wrong key": (
        'ignore = [{ rule = "KF303", reason = "x", files = "a/**" }]',
        ['unknown key "files"'],
        "known are",
    ),
    "an ignore for files without files": (
        'per_file_ignores = [{ rule = "KF310", reason = "x" }]',
        ['per_file_ignores of "KF310"', "has no files"],
        'files = "old/**"',
    ),
    "a severity that there is not": ('severity = { KF303 = "off" }', ['is "off"'], "each error or warning or note"),
    "a severity without its rule": ('severity = "error"', ["severity in"], 'as in severity = { KF303 = "error" }'),
    "a gate that there is not": ('fail_on = "note"', ['is "note"'], "it takes error or warning or never"),
    "a selection that is a text": ('select = "KF3"', ['is "KF3"'], "a list of texts"),
    "escapes": ('url = "\\u001b]52;c;x\\u0007"\n"\\u001b[31m" = 1', [r'unknown setting "\x1b[31m"'], ""),
}


RIGHT_FILES: dict[str, str] = {
    "nothing": "",
    "every plain key": """
url = "http://127.0.0.1:8000/wx"\ntoken = "${MY_TOKEN}"\nmode = ["plaintext", "secure"]\ndata = "both"
text = ["你好"]\ndeadline = 2\naccept_status = [200, 201]\nlang = "zh"
""",
    "what counts": """
select = ["KF3", "KF401", "passive-reply"]\nfail_on = "warning"
severity = { KF303 = "error", KF0 = "note" }
ignore = [{ rule = "KF303", reason = "co-wechat" }, { rule = "KF310", reason = "ours" }]
""",
    "tables written out": """
[severity]\nparties-not-exchanged = "warning"
[[ignore]]\nrule = "KF303"\nreason = "co-wechat sends milliseconds"
[[per_file_ignores]]\nfiles = "old/**"\nrule = "KF310"\nreason = "kept as they were"
""",
    "variables": 'lang = "${MY_LANG}"\nignore = [{ rule = "${MY_RULE}", reason = "${MY_TOKEN}" }]',
    "the schema's own line": '#:schema ./wxkf_cli/settings.schema.json\nurl = "x"',
}  # fmt: skip
ENVIRONMENT = {"MY_TOKEN": "s", "MY_LANG": "en", "MY_RULE": "KF303"}


@pytest.mark.parametrize("name", RIGHT_FILES)
def test_a_right_file_is_read(folder: Path, name: str) -> None:
    toml(folder, RIGHT_FILES[name])
    settings = load(folder, ENVIRONMENT)
    for key in tomllib.loads(RIGHT_FILES[name]):
        assert settings.find(key) is not None


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_mistake_in_a_file_is_quoted_and_put_right(folder: Path, name: str) -> None:
    text, said, hint = WRONG_FILES[name]
    toml(folder, text)
    with pytest.raises(SettingsError) as caught:
        load(folder, {})
    message = str(caught.value)
    assert all(each in message for each in said), message
    assert "wxkf.toml" in message
    assert hint in caught.value.hint
    assert message.isprintable()
    assert caught.value.hint.isprintable()


@pytest.mark.parametrize(
    ("variable", "text", "said", "hint"),
    [
        ("WXKF_TOKN", "secret", 'unknown setting "WXKF_TOKN" in the environment', "did you mean WXKF_TOKEN?"),
        ("WXKF_QQQQ\x1b[1m", "x", r"WXKF_QQQQ\x1b[1m", "known are: WXKF_ACCEPT_STATUS"),
        ("WXKF_DEADLINE", "5s", 'WXKF_DEADLINE is "5s"', "it takes a number"),
        ("WXKF_DATA", "yaml", 'WXKF_DATA is "yaml"', "it takes xml or json or both"),
        ("WXKF_ACCEPT_STATUS", "200,", 'WXKF_ACCEPT_STATUS is "200,"', "it takes a list of whole numbers"),
        ("WXKF_ACCEPT_STATUS", "²", 'WXKF_ACCEPT_STATUS is "²"', "it takes a list of whole numbers"),
        ("WXKF_TEXT", "\udcff", r'WXKF_TEXT is "\udcff"', "it takes a list of texts"),
    ],
)
def test_a_mistake_in_the_environment_is_quoted_and_put_right(
    folder: Path, variable: str, text: str, said: str, hint: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(folder, {variable: text})
    assert said in str(caught.value)
    assert hint in caught.value.hint
    assert "secret" not in str(caught.value)


def test_a_token_of_the_wrong_type_is_not_shown(folder: Path) -> None:
    toml(folder, 'token = ["s3cret"]')
    with pytest.raises(SettingsError) as caught:
        load(folder, {})
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"
    assert "it takes text" in caught.value.hint


@pytest.mark.parametrize("table", ["[tool]\nwxkf = 5", "[[tool.wxkf]]\nurl = 'x'"])
def test_our_table_in_pyproject_is_a_table(folder: Path, table: str) -> None:
    toml(folder, table, "pyproject.toml")
    with pytest.raises(SettingsError, match=r"tool\.wxkf in .* is "):
        load(folder, {})


def test_a_fifo_in_the_place_of_a_file_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "wxkf.toml")
    assert url_of(load(folder, {})) == "the default"


def test_a_file_that_cannot_be_read_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = toml(folder, 'url = "x"')

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SettingsError, match="cannot be read: Permission denied"):
        load(folder, {})


def test_a_folder_that_is_gone_is_a_mistake_and_no_crash(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = folder / "gone"
    inner.mkdir()
    monkeypatch.chdir(inner)
    inner.rmdir()
    with pytest.raises(SettingsError, match="the current folder cannot be used"):
        here()


SCHEMA = resources.files(wxkf_cli).joinpath("settings.schema.json")
VARIABLE = {"type": "string", "pattern": r"\$\{\w+\}"}


def schema() -> dict[str, Any]:
    """What editors check a file by, made from the table of keys."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:wxkf:settings:1",
        "title": "wxkf.toml, and [tool.wxkf] in pyproject.toml",
        "type": "object",
        "properties": {key.name: {"description": key.about} | shape(key) for key in KEYS.values()},
        "additionalProperties": False,
    }


def shape(key: Key) -> dict[str, Any]:
    if key.inside:
        each = {inner.name: {"description": inner.about, "type": "string", "pattern": r"\S"} for inner in key.inside}
        table = {"type": "object", "properties": each, "required": list(each), "additionalProperties": False}
        return {"type": "array", "items": table}
    if key.holds is list:
        return {"type": "array", "items": scalar(key, key.item)}
    if key.holds is dict:
        return {"type": "object", "additionalProperties": scalar(key, str)}
    return scalar(key, key.holds)


def scalar(key: Key, holds: type) -> dict[str, Any]:
    if key.choices:
        return {"anyOf": [{"enum": list(key.choices)}, VARIABLE]}
    return {"type": {str: "string", float: "number", int: "integer", bool: "boolean"}[holds]}


def test_the_schema_is_that_of_the_keys(regen: bool) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    if regen:
        text = json.dumps(schema(), indent=2, ensure_ascii=False)
        (Path(wxkf_cli.__file__).parent / "settings.schema.json").write_text(f"{text}\n", encoding="utf-8")
    assert json.loads(SCHEMA.read_text("utf-8")) == schema(), "out of date: pytest tests/test_settings.py --regen"


#: What only the loader can know.
NOT_OF_SHAPE = {"a variable that is not there"}


def test_the_schema_and_the_loader_agree_on_every_file_here() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    for text in [*RIGHT_FILES.values(), *(key.example for key in KEYS.values())]:
        validator.validate(tomllib.loads(text))
    agreed = set()
    for name, (text, _, _) in WRONG_FILES.items():
        try:
            tree = tomllib.loads(text if isinstance(text, str) else text.decode())
        except (ValueError, RecursionError):
            continue
        if name not in NOT_OF_SHAPE and len(text) < 100_000:
            assert not validator.is_valid(tree), name
            agreed.add(name)
    assert len(agreed) > 25

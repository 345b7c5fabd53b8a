"""The JSON Schema of story files, made from the keys of the language; `--regen` writes it into the package."""

import json
from pathlib import Path
from typing import Any, assert_never

import wxkf_cli
from wxkf_cli.trial.storykeys import BESIDE, DEMANDS, EXPECT, STEP, STORY
from wxkf_cli.trial.storyshape import (
    LONGEST_SECONDS,
    LONGEST_TEXT,
    ByKind,
    Choice,
    Either,
    Fields,
    Flag,
    Keys,
    Many,
    Names,
    Number,
    Seconds,
    Shape,
    Steps,
    Whole,
    Words,
)

FILE = Path(wxkf_cli.__file__).with_name("story.schema.json")
#: One thing a step; the other two of BESIDE may stand alone or beside one of these.
MAIN = tuple(action for action in BESIDE if action not in ("fault", "expect"))


def text() -> str:
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def schema() -> dict[str, Any]:
    story = of(STORY)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:wxkf:story:1",
        "title": "A story of wxkf: what users, agents and time do, and what must come of it (*.story.toml)",
        **story,
        "anyOf": [{"required": ["include"]}, {"required": ["step"], "properties": {"step": {"minItems": 1}}}],
        "$defs": {
            "step": step(),
            "field": {
                "description": "what a field of a message holds",
                "type": ["string", "number", "boolean", "array", "object"],
                "items": {"$ref": "#/$defs/field"},
                "additionalProperties": {"$ref": "#/$defs/field"},
                "maxLength": LONGEST_TEXT,
            },
        },
    }


def of(shape: Shape) -> dict[str, Any]:
    match shape:
        case Words(pattern, example, may_be_empty):
            made: dict[str, Any] = {"type": "string", "maxLength": LONGEST_TEXT}
            if pattern:
                made["pattern"] = f"^(?:{pattern})$"
            if not may_be_empty:
                made["minLength"] = 1
            return {**made, "examples": [example]} if example else made
        case Flag(only_true):
            return {"const": True} if only_true else {"type": "boolean"}
        case Whole(least, most):
            return {"type": "integer", "minimum": least, "maximum": most}
        case Number(most):
            return {"type": "number", "exclusiveMinimum": 0, "maximum": most}
        case Seconds(may_be_0):
            least = {"minimum" if may_be_0 else "exclusiveMinimum": 0}
            time = {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h|d|)$", "examples": ["31m"]}
            return {"anyOf": [{"type": "number", **least, "maximum": LONGEST_SECONDS}, time]}
        case Choice(words):
            return {"enum": list(words)}
        case Many(item, may_be_empty):
            items = {"type": "array", "items": of(item)}
            return {"anyOf": [of(item), items if may_be_empty else {**items, "minItems": 1}]}
        case Either(plain, table):
            return {"anyOf": [of(plain), of(table)]}
        case Keys():
            return table_of(shape)
        case ByKind(tables):
            return {"oneOf": [table_of(table) for _, table in tables]}
        case Fields(kinds):
            return {
                "type": "object",
                "required": ["kind"],
                # Whose message it is, is said by `user`.
                "properties": {"kind": {"enum": list(kinds)}, "FromUserName": False},
                "additionalProperties": {"$ref": "#/$defs/field"},
            }
        case Names(name, item):
            return {"type": "object", "propertyNames": of(name), "additionalProperties": of(item)}
        case Steps():
            return {"type": "array", "items": {"$ref": "#/$defs/step"}}
        case _:
            assert_never(shape)


def table_of(shape: Keys) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "properties": {key.name: {"description": key.about, **of(key.shape)} for key in shape.keys},
        "additionalProperties": False,
    }
    if shape.needs:
        made["required"] = list(shape.needs)
    if shape.least:
        made["minProperties"] = shape.least
    if shape is EXPECT:
        of_a_push = [{"required": [name]} for name in ("verdict", "within", "deliveries", "findings")]
        made["not"] = {"required": ["pushed"], "properties": {"pushed": {"const": False}}, "anyOf": of_a_push}
    return made


def step() -> dict[str, Any]:
    has_main = [{"required": [action]} for action in MAIN]
    alone = {"fault": {"not": {"anyOf": has_main}}, "expect": {"not": {"anyOf": [*has_main, {"required": ["fault"]}]}}}
    rules: list[dict[str, Any]] = []
    for action, beside in BESIDE.items():
        then: dict[str, Any] = {"propertyNames": {"enum": [action, *beside]}}
        if action in DEMANDS:
            then["properties"] = {"expect": {"propertyNames": {"enum": list(DEMANDS[action])}}}
        rules.append({"if": {"required": [action], **alone.get(action, {})}, "then": then})
    signature_only = {"properties": {"flaw": {"const": "signature"}}}
    with_steps = {"required": ["step"], "properties": {"step": {"minItems": 1}}}
    text_without_content = {"kind": {"const": "text"}, "Content": False}
    several = {"anyOf": [{"required": ["texts"]}, {"required": ["lengths"]}]}
    rules += [
        {"if": {"required": ["verify"]}, "then": signature_only},
        {"if": {"required": ["repeat"]}, "then": with_steps},
        {"if": several, "then": {"properties": {"send": {"type": "object", "properties": text_without_content}}}},
        {"not": {"required": ["texts", "lengths"]}},
    ]
    return {**table_of(STEP), "anyOf": [{"required": [action]} for action in BESIDE], "allOf": rules}

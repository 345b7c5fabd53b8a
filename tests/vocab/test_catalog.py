"""The catalogue is data: every row is whole, and the rows do not contradict each other."""

from collections import Counter
from collections.abc import Iterator

import pytest

from wxkf_cli.vocab import catalog
from wxkf_cli.vocab.catalog import PUSHES, UNKNOWN_EVENT, UNKNOWN_MESSAGE
from wxkf_cli.vocab.message import TRANSFER, Field, FieldType, Kind, Value, make, transfer
from wxkf_cli.vocab.terms import Direction, Evidence

ROWS = pytest.mark.parametrize("kind", [*PUSHES.values(), TRANSFER], ids=lambda kind: kind.name)
COMMON = ["ToUserName", "FromUserName", "CreateTime", "MsgType"]


def names(fields: tuple[Field, ...]) -> list[str]:
    return [field.name for field in fields]


def all_fields(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from all_fields(field.children)


def is_of_type(value: Value, field: Field) -> bool:
    match field.type:
        case FieldType.TEXT | FieldType.BARE_TEXT:
            return isinstance(value, str)
        case FieldType.INTEGER:
            return type(value) is int
        case FieldType.TREE:
            return isinstance(value, dict) and list(value) == names(field.children)
        case FieldType.ITEMS:
            return isinstance(value, tuple) and all(
                isinstance(item, dict) and list(item) == names(field.children) for item in value
            )


@ROWS
def test_a_row_names_its_source_and_how_well_it_is_known(kind: Kind) -> None:
    assert kind.source.startswith("https://")
    assert kind.evidence in Evidence


@ROWS
def test_a_row_begins_with_the_four_common_fields_in_order(kind: Kind) -> None:
    assert names(kind.fields)[:4] == COMMON
    assert kind.fields[3].sample == kind.msgtype


@ROWS
def test_an_event_names_itself_in_its_fifth_field_and_nothing_else_has_one(kind: Kind) -> None:
    if kind.is_event:
        assert kind.fields[4] == Field("Event", FieldType.TEXT, kind.event)
    else:
        assert kind.event == ""
        assert "Event" not in names(kind.fields)


@ROWS
def test_samples_are_of_the_type_of_their_field(kind: Kind) -> None:
    for field in all_fields(kind.fields):
        assert is_of_type(field.sample, field), (
            f"{kind.name}: {field.name} = {field.sample!r} is not {field.type.value}"
        )


@ROWS
def test_variants_override_fields_that_exist_with_values_of_their_type(kind: Kind) -> None:
    rows = {field.name: field for field in kind.fields}
    for values in kind.variants.values():
        for name, value in values.items():
            assert is_of_type(value, rows[name])


@ROWS
def test_names_within_a_level_are_unique_and_json_orders_name_existing_fields(kind: Kind) -> None:
    assert max(Counter(names(kind.fields)).values()) == 1
    assert set(kind.json_order) <= set(names(kind.fields))
    for field in all_fields(kind.fields):
        assert len(set(names(field.children))) == len(field.children)
        assert set(field.json_order) <= set(names(field.children))
        assert bool(field.children) == (field.type in (FieldType.TREE, FieldType.ITEMS))


def test_kinds_and_shapes_have_unique_names() -> None:
    assert all(name == kind.name for name, kind in PUSHES.items())
    shape_names = [name for name, _, _ in catalog.shapes()]
    assert len(set(shape_names)) == len(shape_names)
    assert {name.partition(".")[0] for name in shape_names} == set(PUSHES)


def test_kinds_that_share_an_event_are_told_apart_by_a_field_that_only_one_has() -> None:
    for kind in PUSHES.values():
        others = [each for each in PUSHES.values() if each.is_event and each.event == kind.event and each is not kind]
        if kind.is_event and others:
            assert kind.told_by in names(kind.fields)
            assert not any(kind.told_by in names(other.fields) for other in others)
        else:
            assert kind.told_by == ""


def test_message_ids_are_larger_than_a_javascript_number_holds() -> None:
    ids = [field.sample for kind in PUSHES.values() for field in kind.fields if field.name == "MsgId"]
    assert ids
    assert all(isinstance(each, int) and each > 2**53 and int(float(each)) != each for each in ids)


def test_only_messages_of_users_have_a_message_id() -> None:
    assert {kind.name for kind in PUSHES.values() if "MsgId" in names(kind.fields)} == {
        *catalog.USER_MESSAGES,
        UNKNOWN_MESSAGE.name,
    }


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("text", ["Content", "MsgId"]),
        ("image", ["PicUrl", "MediaId", "MsgId"]),
        ("miniprogrampage", ["MsgId", "Title", "AppId", "PagePath", "ThumbUrl", "ThumbMediaId"]),
        ("user_enter_tempsession", ["Event", "SessionFrom"]),
        ("debug_demo", ["Event", "debug_str"]),
        ("kf_create_session", ["Event", "KfAccount"]),
        ("kf_switch_session", ["Event", "FromKfAccount", "ToKfAccount"]),
        ("weapp_audit_fail", ["Event", "Reason", "FailTime", "ScreenShot"]),
        ("user_info_modified", ["Event", "OpenID", "AppID", "RevokeInfo", "PluginID", "OpenPID"]),
    ],
)
def test_fields_stand_in_the_order_of_the_official_page(kind: str, fields: list[str]) -> None:
    assert names(PUSHES[kind].fields)[4:] == fields


def test_a_mini_program_user_sends_three_kinds_of_messages() -> None:
    assert catalog.USER_MESSAGES == ("text", "image", "miniprogrampage")


def test_only_the_two_stand_ins_are_unknown() -> None:
    unknown = {kind.name for kind in PUSHES.values() if not catalog.is_known(make(kind))}
    assert unknown == {UNKNOWN_EVENT.name, UNKNOWN_MESSAGE.name}


def test_pushes_are_pushes_and_the_transfer_is_the_reply() -> None:
    assert {kind.direction for kind in PUSHES.values()} == {Direction.PUSH}
    assert TRANSFER.direction is Direction.REPLY
    assert names(TRANSFER.fields) == COMMON


def test_make_overrides_samples_appends_what_is_new_and_leaves_out_what_is_named() -> None:
    made = make(PUSHES["text"], {"BusinessId": 7, "Content": "hi"}, without=("MsgId", "CreateTime"))
    assert list(made.values) == ["ToUserName", "FromUserName", "MsgType", "Content", "BusinessId"]
    assert made.values["Content"] == "hi"


def test_a_message_answers_for_its_own_fields() -> None:
    push = make(PUSHES["user_enter_tempsession"])
    assert (push.to_user, push.from_user, push.msgtype) == ("gh_97417a04a28d", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "event")
    assert push.is_event
    reply = transfer("oUSER", "gh_1", 1714112446)
    assert not reply.is_event
    assert dict(reply.values) == {
        "ToUserName": "oUSER",
        "FromUserName": "gh_1",
        "CreateTime": 1714112446,
        "MsgType": "transfer_customer_service",
    }

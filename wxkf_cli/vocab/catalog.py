"""Every kind that is pushed, one row each: fields, samples, source and how well it is known.

Kinds without a public field list are tagged reported and carry the known fields only.
"""

from wxkf_cli.vocab import sources
from wxkf_cli.vocab.message import Field, FieldType, Kind, Message, Value
from wxkf_cli.vocab.terms import Direction, Evidence

_TEXT, _INTEGER, _BARE = FieldType.TEXT, FieldType.INTEGER, FieldType.BARE_TEXT
_TREE, _ITEMS = FieldType.TREE, FieldType.ITEMS

#: The sample values of the official pages.
SAMPLE_ORIGINAL_ID = "gh_97417a04a28d"
SAMPLE_OPENID = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
SAMPLE_APPID = "wxba5fad812f8e6fb9"
SAMPLE_TOKEN = "AAAAA"  # noqa: S105 - the documented sample, not a secret
SAMPLE_TIME = 1714112445
#: 64 bits, and past 2^53, as real ones are: a JavaScript number cannot hold it.
SAMPLE_MSGID = 23637352235060881


def _addresses(msgtype: str) -> tuple[Field, ...]:
    return (
        Field("ToUserName", _TEXT, SAMPLE_ORIGINAL_ID),
        Field("FromUserName", _TEXT, SAMPLE_OPENID),
        Field("CreateTime", _INTEGER, SAMPLE_TIME),
        Field("MsgType", _TEXT, msgtype),
    )


def _message(name: str, *fields: Field, evidence: Evidence = Evidence.DOCUMENTED, note: str = "") -> Kind:
    return Kind(
        name, Direction.PUSH, name, "", _addresses(name) + fields, source=sources.RECEIVE, evidence=evidence, note=note
    )


def _event(name: str, *fields: Field, source: str, evidence: Evidence = Evidence.DOCUMENTED, **more: object) -> Kind:
    event = str(more.pop("event", name))
    row = Kind(
        name,
        Direction.PUSH,
        "event",
        event,
        (*_addresses("event"), Field("Event", _TEXT, event), *fields),
        source=source,
        evidence=evidence,
    )
    return row._replace(**more)  # type: ignore[arg-type] # the names are those of Kind


_MSGID = Field("MsgId", _INTEGER, SAMPLE_MSGID)

_MESSAGES = (
    _message("text", Field("Content", _TEXT, "你好"), _MSGID),
    _message(
        "image",
        Field("PicUrl", _TEXT, "http://mmbiz.qpic.cn/example/0"),
        Field("MediaId", _TEXT, "MEDIA_ID"),
        _MSGID,
    ),
    _message(
        "miniprogrampage",
        _MSGID,
        Field("Title", _TEXT, "订单 42"),
        Field("AppId", _TEXT, SAMPLE_APPID),
        Field("PagePath", _TEXT, "pages/order/index?id=42"),
        Field("ThumbUrl", _TEXT, "http://mmbiz.qpic.cn/example/1"),
        Field("ThumbMediaId", _TEXT, "THUMB_MEDIA_ID"),
    ),
)


def _subscribe(name: str, wrapper: str, *children: Field, several: tuple[Value, ...]) -> Kind:
    sample = {child.name: child.sample for child in children}
    items = Field(
        "List",
        _ITEMS,
        (sample,),
        children,
        xml_wrapper=wrapper,
        one_is_object=True,
        json_order=tuple(sorted(child.name for child in children)),
    )
    return _event(name, items, source=sources.SUBSCRIBE_MESSAGE, variants={"several": {"List": (sample, *several)}})


_SUBSCRIBE = (
    _subscribe(
        "subscribe_msg_popup_event",
        "SubscribeMsgPopupEvent",
        Field("TemplateId", _TEXT, "TPL_A"),
        Field("SubscribeStatusString", _TEXT, "accept"),
        Field("PopupScene", _BARE, "0"),
        several=({"TemplateId": "TPL_B", "SubscribeStatusString": "reject", "PopupScene": "0"},),
    ),
    _subscribe(
        "subscribe_msg_change_event",
        "SubscribeMsgChangeEvent",
        Field("TemplateId", _TEXT, "TPL_A"),
        Field("SubscribeStatusString", _TEXT, "reject"),
        several=({"TemplateId": "TPL_B", "SubscribeStatusString": "reject"},),
    ),
    _subscribe(
        "subscribe_msg_sent_event",
        "SubscribeMsgSentEvent",
        Field("TemplateId", _TEXT, "TPL_A"),
        Field("MsgID", _TEXT, "1864323726461255680"),
        Field("ErrorCode", _BARE, "0"),
        Field("ErrorStatus", _TEXT, "success"),
        several=({"TemplateId": "TPL_B", "MsgID": "1864323726461255681", "ErrorCode": "0", "ErrorStatus": "success"},),
    ),
)

_STRATEGY = (
    Field("strategy", _TEXT, "content_model"),
    Field("errcode", _INTEGER, 0),
    Field("suggest", _TEXT, "pass"),
    Field("label", _BARE, "100"),
    Field("prob", _INTEGER, 90),
)

_MEDIA_CHECK = (
    _event(
        "wxa_media_check",
        Field("appid", _TEXT, SAMPLE_APPID),
        Field("trace_id", _TEXT, "66000000-00000000-00000000"),
        Field("version", _INTEGER, 2),
        Field("detail", _ITEMS, ({field.name: field.sample for field in _STRATEGY},), _STRATEGY),
        Field("errcode", _INTEGER, 0),
        Field("errmsg", _TEXT, "ok"),
        Field(
            "result",
            _TREE,
            {"suggest": "pass", "label": "100"},
            (Field("suggest", _TEXT, "pass"), Field("label", _BARE, "100")),
        ),
        source=sources.MEDIA_CHECK,
        json_order=("appid", "trace_id", "version", "result", "detail", "errcode", "errmsg"),
        told_by="version",
        note="version 2; label is a string in the JSON pushes of 2025, a number in the page",
    ),
    _event(
        "wxa_media_check_v1",
        Field("isrisky", _INTEGER, 0),
        Field("extra_info_json", _TEXT, ""),
        Field("appid", _TEXT, SAMPLE_APPID),
        Field("trace_id", _TEXT, "66000000-00000000-00000001"),
        Field("status_code", _INTEGER, 0),
        Field("detail", _ITEMS, (), _STRATEGY),
        source=sources.MEDIA_CHECK_V1_THREAD,
        evidence=Evidence.REPORTED,
        event="wxa_media_check",
        told_by="isrisky",
        note="version 1",
    ),
)


def _authorization(name: str, revoke_info: str) -> Kind:
    return _event(
        name,
        Field("OpenID", _TEXT, SAMPLE_OPENID),
        Field("AppID", _TEXT, SAMPLE_APPID),
        Field("RevokeInfo", _TEXT, revoke_info),
        Field("PluginID", _TEXT, ""),
        Field("OpenPID", _TEXT, ""),
        source=sources.USER_INFO_CHANGES,
    )


_PLATFORM = (
    _authorization("user_info_modified", "301"),
    _authorization("user_authorization_revoke", "301"),
    _authorization("user_authorization_cancellation", "301"),
    _event(
        "wxa_punish_event",
        Field("event_type", _TEXT, "1"),
        Field("punish_id", _TEXT, "1001"),
        Field("appid", _TEXT, SAMPLE_APPID),
        Field("punish_time", _TEXT, "1714112445"),
        Field("illegal_reason", _TEXT, "example"),
        Field("illegal_content", _TEXT, "example"),
        Field("rule_name", _TEXT, "example"),
        Field("rule_url", _TEXT, "https://developers.weixin.qq.com/"),
        Field("adjust_guide_url", _TEXT, "https://developers.weixin.qq.com/"),
        Field("detail", _TEXT, "{}"),
        source=sources.PUNISHMENT,
    ),
    _event("weapp_audit_success", Field("SuccTime", _INTEGER, 1714112700), source=sources.CODE_AUDIT),
    _event(
        "weapp_audit_fail",
        Field("Reason", _TEXT, "1: category mismatch"),
        Field("FailTime", _INTEGER, 1714112700),
        Field("ScreenShot", _TEXT, "MEDIA1|MEDIA2"),
        source=sources.CODE_AUDIT,
    ),
    _event(
        "weapp_audit_delay",
        Field("Reason", _TEXT, "more time is needed"),
        Field("DelayTime", _INTEGER, 1714112700),
        source=sources.CODE_AUDIT,
    ),
    _event(
        "wxa_nickname_audit",
        Field("ret", _INTEGER, 3),
        Field("nickname", _TEXT, "示例小程序"),
        Field("reason", _TEXT, ""),
        source=sources.NICKNAME_AUDIT,
    ),
)

_ACTION = (
    Field("ActionTime", _INTEGER, 1714112600),
    Field("ActionType", _INTEGER, 100001),
    Field("ActionMsg", _TEXT, "揽件成功"),
)


def _paid(*more: Field) -> tuple[Field, ...]:
    return (
        Field("transaction_id", _TEXT, "4200000000000000000000000001"),
        Field("merchant_id", _TEXT, "1230000109"),
        Field("sub_merchant_id", _TEXT, "1900000109"),
        Field("merchant_trade_no", _TEXT, "ORDER-42"),
        Field("pay_time", _INTEGER, 1714112000),
        *more,
    )


_PRODUCTS = (
    _event(
        "add_express_path",
        Field("DeliveryID", _TEXT, "TEST"),
        Field("WayBillId", _TEXT, "WAYBILL-42"),
        Field("OrderId", _TEXT, "ORDER-42"),
        Field("Version", _INTEGER, 1),
        Field("Count", _INTEGER, 1),
        Field("Actions", _ITEMS, ({field.name: field.sample for field in _ACTION},), _ACTION),
        source=sources.EXPRESS_PATH,
        evidence=Evidence.REPORTED,
    ),
    _event(
        "trade_manage_remind_access_api",
        Field("msg", _TEXT, "example"),
        source=sources.ORDER_MANAGEMENT,
        evidence=Evidence.REPORTED,
    ),
    _event(
        "trade_manage_remind_shipping",
        *_paid(Field("msg", _TEXT, "example")),
        source=sources.ORDER_MANAGEMENT,
        evidence=Evidence.REPORTED,
    ),
    _event(
        "trade_manage_order_settlement",
        *_paid(
            Field("shipped_time", _INTEGER, 1714112100),
            Field("estimated_settlement_time", _INTEGER, 1714112200),
            Field("confirm_receive_method", _INTEGER, 2),
            Field("confirm_receive_time", _INTEGER, 1714112300),
            Field("settlement_time", _INTEGER, 1714112400),
        ),
        source=sources.ORDER_MANAGEMENT,
        evidence=Evidence.REPORTED,
    ),
)

_OFFICIAL_ACCOUNT_ONLY = "official accounts only; not documented for mini programs"
_AGENT = "agent1@example"

_SESSION_CONTROL = (
    _event(
        "kf_create_session",
        Field("KfAccount", _TEXT, _AGENT),
        source=sources.SESSION_CONTROL,
        note=_OFFICIAL_ACCOUNT_ONLY,
    ),
    _event(
        "kf_close_session",
        Field("KfAccount", _TEXT, _AGENT),
        source=sources.SESSION_CONTROL,
        note=_OFFICIAL_ACCOUNT_ONLY,
    ),
    _event(
        "kf_switch_session",
        Field("FromKfAccount", _TEXT, _AGENT),
        Field("ToKfAccount", _TEXT, "agent2@example"),
        source=sources.SESSION_CONTROL,
        note=_OFFICIAL_ACCOUNT_ONLY,
    ),
)

#: What stands for everything that WeChat may push tomorrow.
UNKNOWN_EVENT = _event(
    "unknown_event",
    source=sources.MESSAGE_PUSH,
    evidence=Evidence.ASSUMED,
    event="wxkf_event_of_tomorrow",
    note="an event that nobody knows yet",
)
UNKNOWN_MESSAGE = Kind(
    "unknown_message",
    Direction.PUSH,
    "wxkf_message_of_tomorrow",
    "",
    (*_addresses("wxkf_message_of_tomorrow"), _MSGID),
    source=sources.RECEIVE,
    evidence=Evidence.ASSUMED,
    note="a MsgType that nobody knows yet",
)

_ENTER = _event(
    "user_enter_tempsession",
    Field("SessionFrom", _TEXT, "wxapp"),
    source=sources.RECEIVE,
    note="the user opens the session; must never be transferred",
)
_DEBUG = _event(
    "debug_demo",
    Field("debug_str", _TEXT, "hello world"),
    source=sources.MESSAGE_PUSH,
    note="sent by the console's debugging tool",
)

#: Every kind that can be pushed, by name, in the order they are listed.
PUSHES: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        *_MESSAGES,
        _ENTER,
        _DEBUG,
        *_SUBSCRIBE,
        *_MEDIA_CHECK,
        *_PLATFORM,
        *_PRODUCTS,
        *_SESSION_CONTROL,
        UNKNOWN_EVENT,
        UNKNOWN_MESSAGE,
    )
}

#: The MsgTypes a user can send (documented, sources.RECEIVE).
USER_MESSAGES = tuple(kind.name for kind in _MESSAGES)


def shapes() -> list[tuple[str, Kind, dict[str, Value]]]:
    """Every shape that can be pushed: its name (`kind` or `kind.variant`), its kind, what differs from the samples."""
    return [
        (f"{kind.name}.{variant}" if variant else kind.name, kind, dict(values))
        for kind in PUSHES.values()
        for variant, values in {"": {}, **kind.variants}.items()
    ]


def is_known(push: Message) -> bool:
    """Whether the push is of a kind that is documented or reported, as opposed to one nobody knows."""
    return push.kind not in (UNKNOWN_EVENT, UNKNOWN_MESSAGE)

"""The events that reach a handler beside the messages: each is to be acknowledged, none to be transferred.

Kinds without a public field list are tagged reported and carry the known fields only.
"""

from wxkf_cli.vocab import sources
from wxkf_cli.vocab.message import Field, FieldType, Kind, Value
from wxkf_cli.vocab.rows import SAMPLE_APPID, SAMPLE_OPENID, event
from wxkf_cli.vocab.terms import Evidence

_TEXT, _INTEGER, _BARE = FieldType.TEXT, FieldType.INTEGER, FieldType.BARE_TEXT
_TREE, _ITEMS = FieldType.TREE, FieldType.ITEMS


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
    return event(name, items, source=sources.SUBSCRIBE_MESSAGE, variants={"several": {"List": (sample, *several)}})


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
    event(
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
    event(
        "wxa_media_check_v1",
        Field("isrisky", _INTEGER, 0),
        Field("extra_info_json", _TEXT, ""),
        Field("appid", _TEXT, SAMPLE_APPID),
        Field("trace_id", _TEXT, "66000000-00000000-00000001"),
        Field("status_code", _INTEGER, 0),
        Field("detail", _ITEMS, (), _STRATEGY),
        source=sources.MEDIA_CHECK_V1_THREAD,
        evidence=Evidence.REPORTED,
        called="wxa_media_check",
        told_by="isrisky",
        note="version 1",
    ),
)


def _authorization(name: str, revoke_info: str) -> Kind:
    return event(
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
    event(
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
    event("weapp_audit_success", Field("SuccTime", _INTEGER, 1714112700), source=sources.CODE_AUDIT),
    event(
        "weapp_audit_fail",
        Field("Reason", _TEXT, "1: category mismatch"),
        Field("FailTime", _INTEGER, 1714112700),
        Field("ScreenShot", _TEXT, "MEDIA1|MEDIA2"),
        source=sources.CODE_AUDIT,
    ),
    event(
        "weapp_audit_delay",
        Field("Reason", _TEXT, "more time is needed"),
        Field("DelayTime", _INTEGER, 1714112700),
        source=sources.CODE_AUDIT,
    ),
    event(
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
    event(
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
    event(
        "trade_manage_remind_access_api",
        Field("msg", _TEXT, "example"),
        source=sources.ORDER_MANAGEMENT,
        evidence=Evidence.REPORTED,
    ),
    event(
        "trade_manage_remind_shipping",
        *_paid(Field("msg", _TEXT, "example")),
        source=sources.ORDER_MANAGEMENT,
        evidence=Evidence.REPORTED,
    ),
    event(
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
    event(
        "kf_create_session",
        Field("KfAccount", _TEXT, _AGENT),
        source=sources.SESSION_CONTROL,
        note=_OFFICIAL_ACCOUNT_ONLY,
    ),
    event(
        "kf_close_session",
        Field("KfAccount", _TEXT, _AGENT),
        source=sources.SESSION_CONTROL,
        note=_OFFICIAL_ACCOUNT_ONLY,
    ),
    event(
        "kf_switch_session",
        Field("FromKfAccount", _TEXT, _AGENT),
        Field("ToKfAccount", _TEXT, "agent2@example"),
        source=sources.SESSION_CONTROL,
        note=_OFFICIAL_ACCOUNT_ONLY,
    ),
)

#: All of them, in the order they are listed.
EVENTS = (*_SUBSCRIBE, *_MEDIA_CHECK, *_PLATFORM, *_PRODUCTS, *_SESSION_CONTROL)

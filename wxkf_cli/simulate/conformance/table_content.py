"""C15 to C27: what may stand in a push."""

from wxkf_cli.simulate.conformance import content, entities
from wxkf_cli.simulate.conformance.check import Check, Letter
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Text

_C, _H, _M, _L = Letter.CRITICAL, Letter.HIGH, Letter.MEDIUM, Letter.LOW
_DOCUMENTED, _REPORTED = Evidence.DOCUMENTED, Evidence.REPORTED
_COMPUTED, _ASSUMED = Evidence.COMPUTED, Evidence.ASSUMED
_XML_ONLY = (DataFormat.XML,)

_NO_DOCTYPE = Text(
    "refuse any DOCTYPE and switch external entities, DTDs and XInclude off in the parser",
    "拒绝任何 DOCTYPE，并在解析器中关闭外部实体、DTD 和 XInclude",
)
_BOUNDED = Text(
    "bound the body before reading it, the parser's expansion, and the time of one push",
    "读取前限制正文大小，限制解析器的展开和单次推送的处理时间",
)
_ACKNOWLEDGE = Text("answer success to whatever is no user's message", "凡不是用户消息的推送都返回 success")
_ONLY_TEXT = Text(
    "keep and pass on what users write as text: no parser, template or shell ever sees it",
    "用户写的内容只当作文字保存和传递，不交给任何解析器、模板或 shell",
)

CONTENT = (
    Check(
        "C15",
        "xxe-external-entity",
        Text("resolves no external entity", "不解析外部实体"),
        _C,
        "KF715",
        _NO_DOCTYPE,
        sources.XXE_PAY_SDK,
        _REPORTED,
        entities.external_entity,
        formats=_XML_ONLY,
    ),
    Check(
        "C16",
        "xxe-local-file",
        Text("reads no file that an entity names", "不读取实体所指的文件"),
        _C,
        "KF715",
        _NO_DOCTYPE,
        sources.XXE_ADVISORY,
        _REPORTED,
        entities.local_file,
        formats=_XML_ONLY,
    ),
    Check(
        "C17",
        "xxe-dtd",
        Text(
            "loads no DTD or parameter entity, in any encoding, before any signature",
            "不加载 DTD 和参数实体，无论编码，也不在验签之前",
        ),
        _C,
        "KF715",
        _NO_DOCTYPE,
        sources.PARSED_FIRST,
        _REPORTED,
        entities.external_subset,
        formats=_XML_ONLY,
        needs_canary=True,
    ),
    Check(
        "C18",
        "xinclude",
        Text("follows no XInclude, stylesheet or schemaLocation", "不跟随 XInclude、样式表和 schemaLocation"),
        _H,
        "KF715",
        _NO_DOCTYPE,
        sources.XXE_ADVISORY,
        _REPORTED,
        entities.other_inclusions,
        formats=_XML_ONLY,
        needs_canary=True,
    ),
    Check(
        "C19",
        "growing-entities",
        Text("bears entities that multiply, and answers the next push", "经受住成倍展开的实体，并应答下一个推送"),
        _H,
        "KF717",
        _NO_DOCTYPE,
        sources.EXPAT_SECURITY,
        _REPORTED,
        entities.growing_entities,
        formats=_XML_ONLY,
    ),
    Check(
        "C20",
        "unknown-msgtype",
        Text("acknowledges a MsgType of tomorrow", "对将来的 MsgType 只确认收到"),
        _H,
        "KF718",
        _ACKNOWLEDGE,
        sources.MESSAGE_PUSH,
        _ASSUMED,
        content.unknown_message,
    ),
    Check(
        "C21",
        "unknown-events",
        Text("acknowledges events of any name and shape", "对任何名称和结构的事件只确认收到"),
        _H,
        "KF718",
        _ACKNOWLEDGE,
        sources.MESSAGE_PUSH,
        _DOCUMENTED,
        content.unknown_event,
    ),
    Check(
        "C22",
        "session-entered",
        Text("acknowledges user_enter_tempsession", "对 user_enter_tempsession 只确认收到"),
        _H,
        "KF718",
        _ACKNOWLEDGE,
        sources.TRANSFER,
        _DOCUMENTED,
        content.session_entered,
    ),
    Check(
        "C23",
        "long-text",
        Text("bears texts of 2 KB, 20 KB and 1 MiB", "经受住 2 KB、20 KB、1 MiB 的文字"),
        _M,
        "KF717",
        _BOUNDED,
        sources.RECEIVE,
        _ASSUMED,
        content.long_text,
    ),
    Check(
        "C24",
        "rare-characters",
        Text("bears emoji and characters beyond U+FFFF", "经受住表情符号和 U+FFFF 以外的字符"),
        _H,
        "KF719",
        Text("use utf8mb4 where MySQL keeps texts, and UTF-8 everywhere", "MySQL 用 utf8mb4，其余都用 UTF-8"),
        sources.MYSQL_UTF8,
        _REPORTED,
        content.rare_characters,
    ),
    Check(
        "C25",
        "markup-as-text",
        Text("bears markup as a text", "经受住内容为标记的文字"),
        _H,
        "KF719",
        _ONLY_TEXT,
        sources.XML_CDATA,
        _COMPUTED,
        content.markup_as_text,
    ),
    Check(
        "C26",
        "injections",
        Text(
            "takes SQL, shell, templates, JNDI, paths and line breaks for text",
            "把 SQL、shell、模板、JNDI、路径和换行都当作文字",
        ),
        _H,
        "KF719",
        _ONLY_TEXT,
        sources.LOG4SHELL,
        _REPORTED,
        content.injections,
    ),
    Check(
        "C27",
        "fetched-pictures",
        Text("fetches no address of a push unasked", "不擅自访问推送中的地址"),
        _H,
        "KF716",
        Text(
            "fetch media by MediaId through the official API; never an address that a push names",
            "通过官方接口按 MediaId 获取素材，不访问推送所给的地址",
        ),
        sources.SSRF,
        _REPORTED,
        content.fetched_pictures,
        needs_canary=True,
    ),
)

"""Answers that look like others: each gets the one code that tells it apart, with the push known and without."""

import base64
import gzip
import json
import zlib
from urllib.parse import quote

import pytest

from tests.lint.texts import check_message
from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.linter import lint
from wxkf_cli.lint.rule import Example
from wxkf_cli.vocab.terms import DataFormat, Severity
from wxkf_cli.wechat.verdict import Verdict, judge

OPENID, ORIGINAL_ID, TIME = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "gh_97417a04a28d", 1714112446
XML, JSON = DataFormat.XML, DataFormat.JSON


def xml(**values: object) -> str:
    fields = {"ToUserName": OPENID, "FromUserName": ORIGINAL_ID, "CreateTime": TIME}
    fields |= {"MsgType": "transfer_customer_service", **values}
    return "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items()) + "</xml>"


def as_object(**values: object) -> str:
    return json.dumps(json.loads(RIGHT_JSON) | values, ensure_ascii=False)


#: Body, format of the push, its one code, and a part of what is said.
SUCCESS = [
    ('"success"', XML, "KF201", "in quotes"),
    ("SUCCESS", XML, "KF201", "in capitals"),
    ("Success", XML, "KF201", "in capitals"),
    ("success\n", XML, "KF204", "white space behind"),
    ("\nsuccess", XML, "KF201", "behind white space"),
    ("\ufeffsuccess", XML, "KF201", "behind a byte order mark"),
    ('\ufeff"success"', JSON, "KF201", "behind a byte order mark"),
    ("ｓｕｃｃｅｓｓ", XML, "KF201", "U+FF53 FULLWIDTH LATIN SMALL LETTER S"),
    ("succ\u0435ss", XML, "KF201", "U+0435 CYRILLIC SMALL LETTER IE"),
    ("success\u200b", XML, "KF201", "U+200B ZERO WIDTH SPACE"),
    ("success\ufeff", XML, "KF201", "U+FEFF"),
    ("<p>success</p>", XML, "KF201", "inside HTML"),
    ("<!DOCTYPE html><html><body>success</body></html>", XML, "KF201", "inside HTML"),
    ('<html><head></head><body><pre style="white-space: pre">success</pre></body></html>', XML, "KF201", "inside HTML"),
    ("<xml>success</xml>", XML, "KF201", "inside HTML or XML"),
    ('<string xmlns="urn:x">success</string>', XML, "KF201", "inside HTML or XML"),
    ("success;", XML, "KF201", "something around"),
    ("sucess", XML, "KF223", "did you mean success?"),
    ("successful", XML, "KF223", "did you mean success?"),
    ('{"success":true}', JSON, "KF222", 'a result with "success"'),
    ("<xml><result>success</result></xml>", XML, "KF222", 'a result with "result"'),
    ('{"statusCode":200,"body":"success"}', JSON, "KF222", 'a result with "statusCode"'),
    ('cb("success")', XML, "KF219", "JSONP"),
    ("success".encode("utf-16"), XML, "KF205", "UTF-16"),
    ("success".encode("utf-16-be"), XML, "KF205", "UTF-16"),
    ("success".encode("utf-16-le"), XML, "KF205", "UTF-16"),
    (gzip.compress(b"success", mtime=0), XML, "KF217", 'it holds "success"'),
    ("c3VjY2Vzcw==", XML, "KF228", "base64"),
    ("ok", XML, "KF216", "neither success"),
    ("error", XML, "KF216", "neither success"),
    ("access", XML, "KF216", "neither success"),
    ("x^2", XML, "KF216", "neither success"),
]  # fmt: skip
EMPTY = [
    (" ", XML, "KF208", "1 byte, not zero"),
    ("\u00a0", XML, "KF208", "2 bytes, not zero"),
    ("\u3000", JSON, "KF208", "3 bytes, not zero"),
    ("\u200b", JSON, "KF208", "3 bytes, not zero"),
    ("\x00", XML, "KF208", "1 byte, not zero"),
    ("null", JSON, "KF208", "4 bytes"),
    ("[]", JSON, "KF208", "2 bytes"),
    ("<xml/>", XML, "KF208", "6 bytes"),
    ("\ufeff \n", XML, "KF206", "EF BB BF"),
]
WHOLE = [
    (RIGHT_XML.encode("utf-32"), XML, "KF205", "UTF-32"),
    (xml(FromUserName="客服").encode("gbk"), XML, "KF205", "GBK"),
    (('<?xml version="1.0" encoding="GBK"?>' + xml(FromUserName="客服")).encode("gbk"), XML, "KF205", "GBK"),
    ('<?xml version="1.0" encoding="GBK"?>' + RIGHT_XML, XML, "KF227", '"GBK"'),
    ('<?xml version="1.0" encoding="utf-16"?>\n<Reply xmlns:xsi="u"/>', XML, "KF227", '"utf-16"'),
    (zlib.compress(RIGHT_XML.encode()), XML, "KF217", "zlib"),
    (json.dumps(RIGHT_XML), XML, "KF211", "inside a string"),
    (RIGHT_XML.replace("<", "&lt;").replace(">", "&gt;"), XML, "KF211", "angle brackets"),
    (RIGHT_JSON.replace('"', "&quot;"), JSON, "KF211", "quotation marks are escaped"),
    (RIGHT_JSON.replace('"', "&#34;"), JSON, "KF211", "quotation marks are escaped"),
    (RIGHT_JSON.replace('"', "'"), JSON, "KF218", "as Python prints it"),
    (RIGHT_JSON.replace('"', "'"), XML, "KF218", "as Python prints it"),
    ("{ ToUserName: 'a', MsgType: 'b' }", JSON, "KF218", "as Node.js prints it"),
    ("&{o9Ag gh_9 1714112446 transfer_customer_service}", JSON, "KF218", "as Go prints it"),
    ("OrderedDict([('ToUserName', 'x')])", XML, "KF218", "as its class prints it"),
    ("{'a': 1}\n" + RIGHT_XML, XML, "KF210", "before the document"),
    ("Array\n(\n    [a] => 1\n)\n" + RIGHT_XML, XML, "KF210", "before the document"),
    ("<br />\n<b>Warning</b>:  Undefined variable $a in <b>/a.php</b>\n" + RIGHT_XML, XML, "KF210", "<b>Warning</b>"),
    (RIGHT_XML + RIGHT_XML, XML, "KF210", "a second document"),
    (RIGHT_JSON + "\n" + RIGHT_JSON, JSON, "KF210", "a second document"),
    ("Traceback (most recent call last):\n  File\nKeyError: 1\n", XML, "KF209", "an error report"),
    (f"callback({RIGHT_JSON})", JSON, "KF219", "JSONP"),
    (f"/**/cb({RIGHT_JSON});", JSON, "KF219", "JSONP"),
    (f"[{RIGHT_JSON}]", JSON, "KF220", "inside an array"),
    (f"[{RIGHT_JSON},{RIGHT_JSON}]", JSON, "KF220", "inside an array"),
    (RIGHT_JSON[:-1] + ",}", JSON, "KF202", "a comma behind the last member"),
    (f'{{"code":0,"data":{RIGHT_JSON}}}', JSON, "KF221", 'inside the field "data"'),
    (json.dumps({"code": 0, "data": RIGHT_XML}), JSON, "KF221", 'inside the field "data"'),
    (json.dumps({"statusCode": 200, "body": RIGHT_JSON}), JSON, "KF221", 'inside the field "body"'),
    (f"<xml>{RIGHT_XML}</xml>", XML, "KF221", 'inside the field "xml"'),
    (f"<xml><data><![CDATA[{RIGHT_XML}]]></data></xml>", XML, "KF221", 'inside the field "data"'),
    ('{"errcode":0}', JSON, "KF222", 'a result with "errcode"'),
    (RIGHT_XML.replace("xml>", "root>"), XML, "KF224", "<root>"),
    (RIGHT_XML.replace("<xml>", '<xml xmlns="urn:x">'), XML, "KF225", 'xmlns="'),
    (RIGHT_XML.replace("<xml>", '<xml version="1">'), XML, "KF225", 'version="'),
    (xml(FromUserName="<![CDATA[<a b=1>]]>").replace("<MsgType>", "<MsgType c='1'>"), XML, "KF225", 'c="'),
    (RIGHT_XML.replace("<xml>", "<xml><!-- x -->"), XML, "KF226", "<!-- x -->"),
    (RIGHT_XML.replace("<xml>", "<xml><?php x ?>"), XML, "KF226", "<?php x ?>"),
    ("<!DOCTYPE xml>" + RIGHT_XML, XML, "KF207", "DOCTYPE"),
    (base64.b64encode(RIGHT_JSON.encode()), JSON, "KF228", "base64"),
    (quote(RIGHT_XML), XML, "KF228", "percent signs"),
    ("ToUserName=a&FromUserName=b&CreateTime=1&MsgType=c", XML, "KF228", "a form"),
]  # fmt: skip
FIELDS = [
    (xml(MsgType="transfer"), XML, "KF304", "did you mean transfer_customer_service?"),
    (xml(MsgType="transfer_to_kf"), XML, "KF304", "did you mean transfer_customer_service?"),
    (xml(MsgType="TRANSFER_CUSTOMER_SERVICE"), XML, "KF304", "did you mean transfer_customer_service?"),
    (xml(MsgType="transfer-customer-service"), XML, "KF304", "did you mean transfer_customer_service?"),
    (xml(MsgType="transfer＿customer＿service"), XML, "KF317", "U+FF3F FULLWIDTH LOW LINE"),
    (xml(MsgType="transf\u0435r_customer_service"), XML, "KF317", "U+0435"),
    (as_object(MsgType="transfer_customer_service\u200b"), JSON, "KF317", "U+200B"),
    (xml(MsgType="&lt;![CDATA[transfer_customer_service]]&gt;"), XML, "KF321", "as text"),
    (as_object(MsgType="<![CDATA[transfer_customer_service]]>"), JSON, "KF321", "as text"),
    (xml(MsgType="{{ msgtype }}"), XML, "KF320", "never filled in: MsgType"),
    (RIGHT_XML.replace("MsgType", "MsgTyp\u0435"), XML, "KF316", "U+0435"),
    (RIGHT_JSON.replace("MsgType", "ＭｓｇＴｙｐｅ"), JSON, "KF316", "FULLWIDTH"),
    (RIGHT_JSON.replace("CreateTime", "CreateTime\u200b"), JSON, "KF316", "ZERO WIDTH SPACE"),
    (as_object(CreateTime={"wall": 1, "ext": 2, "loc": None}), JSON, "KF318", "an object"),
    (xml(CreateTime="<wall>1</wall><ext>2</ext><loc></loc>"), XML, "KF318", "an object"),
    (xml(CreateTime="2024-04-26 14:20:46.123456 +0800 CST m=+0.1"), XML, "KF318", "a date as text"),
    (as_object(CreateTime="2024-04-26T14:20:46.123+08:00"), JSON, "KF318", "a date as text"),
    (as_object(CreateTime=1714112446.25), JSON, "KF306", "not an integer"),
    (xml(CreateTime="%s"), XML, "KF320", "never filled in: CreateTime"),
    (xml(CreateTime=TIME * 1000), XML, "KF303", "milliseconds"),
    (xml(CreateTime=TIME * 10**6), XML, "KF319", "microseconds; in seconds it is 1714112446"),
    (xml(CreateTime=TIME * 10**9), XML, "KF319", "nanoseconds; in seconds it is 1714112446"),
    (as_object(ToUserName=12345), JSON, "KF322", "ToUserName is 12345, not text"),
    (json.dumps({name: [value] for name, value in json.loads(RIGHT_JSON).items()}), JSON, "KF323", "in an array"),
    (f'{{"touser":"{OPENID}","msgtype":"transfer_customer_service"}}', JSON, "KF309", "custom/send"),
    (f'{{"touser":"{OPENID}","template_id":"x","data":{{}}}}', JSON, "KF309", "template_id"),
    (RIGHT_XML.replace("</xml>", "<MsgType>x</MsgType></xml>"), XML, "KF213", "more than once"),
]  # fmt: skip
#: Wrong only beside the push, which says what would be right.
BESIDE_A_PUSH = [
    (xml(ToUserName=f"{OPENID}\u200b"), XML, "KF317", "U+200B"),
    (xml(FromUserName="gh＿97417a04a28d"), XML, "KF317", "U+FF3F"),
    (xml(FromUserName="undefined"), XML, "KF320", "FromUserName"),
    (xml(ToUserName="${toUser}"), XML, "KF320", "ToUserName"),
    (xml(FromUserName="[CDATA[gh_97417a04a28d]]"), XML, "KF321", "FromUserName"),
    (xml(ToUserName=OPENID.lower()), XML, "KF314", "the push's FromUserName"),
]
Case = tuple[str | bytes, DataFormat, str, str]


def one_finding(case: Case, push: str | None) -> None:
    body, data, code, part = case
    exchange = Example(body, push=push, data=data).exchange()
    (finding,) = lint(exchange).findings
    assert finding.code == code
    assert part in finding.message.en
    check_message(finding.message)
    if finding.severity is Severity.ERROR:
        assert judge(exchange).verdict is Verdict.ABNORMAL


@pytest.mark.parametrize("case", [*SUCCESS, *EMPTY, *WHOLE, *FIELDS], ids=lambda case: repr(case[0])[:40])
@pytest.mark.parametrize("push", ["text", None])
def test_what_looks_like_something_else_is_told_apart(case: Case, push: str | None) -> None:
    one_finding(case, push)


@pytest.mark.parametrize("case", BESIDE_A_PUSH, ids=lambda case: repr(case[0])[:40])
def test_a_value_is_told_apart_by_the_push(case: Case) -> None:
    one_finding(case, "text")
    assert lint(Example(case[0], push=None).exchange()).findings == ()


#: What real handlers send, and what must therefore pass.
RIGHT = [
    (RIGHT_XML, XML),
    (RIGHT_JSON, JSON),
    (f"\n  {RIGHT_XML}\n", XML),
    ("<!-- from a template -->" + RIGHT_XML, XML),
    ('<?xml version="1.0" encoding="utf-8" standalone="no"?>' + RIGHT_XML, XML),
    (xml(CreateTime=TIME - 80_000), XML),
    (RIGHT_XML.replace("><", ">\n  <"), XML),
    (json.dumps(json.loads(RIGHT_JSON), indent=2), JSON),
    (json.dumps(dict(reversed(json.loads(RIGHT_JSON).items()))), JSON),
    (xml(FromUserName="<![CDATA[gh_97417a04a28d]]>"), XML),
]
TYPES = ["", "text/xml", "text/html; charset=utf-8", "application/json", "application/octet-stream", "text/plain"]


@pytest.mark.parametrize(("body", "data"), RIGHT)
@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("push", ["text", "image", None])
def test_what_real_handlers_send_passes(body: str, data: DataFormat, content_type: str, push: str | None) -> None:
    headers = (("Content-Type", content_type),) if content_type else ()
    assert lint(Example(body, push=push, data=data, headers=headers).exchange()).findings == ()

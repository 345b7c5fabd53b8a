"""What is found when one push comes more than once (KF406 to KF408): no one answer shows it, so no rule can.

Explained as rules are. An example is the deliveries of one push in their order; who plays them finds the code, and no
other, in a bad one, and nothing in a good one.
"""

from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.lint.rule import Example
from wxkf_cli.lint.run_findings import Delivered, Redelivery, RunFinding
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import Evidence, Severity, Text

_SUCCESS = Example("success")
_TRANSFER = Example(RIGHT_XML)
#: The transfer to one agent; the official accounts' field, which WeChat may or may not heed here.
_TO_AN_AGENT = Example(
    RIGHT_XML.replace("</xml>", "<TransInfo><KfAccount>a@gh_97417a04a28d</KfAccount></TransInfo></xml>")
)
_OF_AN_EVENT = Example("success", push="user_enter_tempsession")

REDELIVERY_FINDINGS = (
    RunFinding(
        "KF406",
        "message-lost-on-redelivery",
        "0.1.0",
        Severity.ERROR,
        Text("A message whose transfer got lost is transferred again", "转发回复丢失后，再次推送的消息仍要转发"),
        Text(
            "WeChat pushes again because it has no answer. Deduplication that answers the second delivery with "
            "success tells it that nothing is left to be done: the first transfer never arrived, the second was "
            "never sent, and no agent ever sees the message.",
            "微信再次推送，是因为没有收到应答。如果去重后对第二次推送返回 success，就等于告诉微信无需处理："
            "第一次的转发没有送达，第二次又没有转发，客服永远看不到这条消息。",
        ),
        Text(
            "remember the answer by MsgId (FromUserName and CreateTime for events) and give the same answer again; "
            "leave out the work, not the answer",
            "按 MsgId（事件按 FromUserName 和 CreateTime）记住应答，再次推送时返回同样的应答；省去的是处理，不是应答",
        ),
        Evidence.DOCUMENTED_OLD,
        sources.RECEIVE_OLD,
        bad=(
            Redelivery((Delivered(_TRANSFER, is_lost=True), Delivered(_SUCCESS))),
            Redelivery((Delivered(_TRANSFER, is_lost=True), Delivered(_TRANSFER, is_lost=True), Delivered(_SUCCESS))),
        ),
        good=(
            Redelivery((Delivered(_TRANSFER, is_lost=True), Delivered(_TRANSFER))),
            Redelivery((Delivered(_SUCCESS, is_lost=True), Delivered(_SUCCESS))),
        ),
    ),
    RunFinding(
        "KF407",
        "redelivery-answered-differently",
        "0.1.0",
        Severity.WARNING,
        Text("Every delivery of one push is answered alike", "同一条推送的每次推送都得到同样的应答"),
        Text(
            "Which of several deliveries WeChat gets the answer to, it alone knows. Where answers differ, chance "
            "decides whether an agent gets the message, and which one.",
            "微信收到的是哪一次推送的应答，只有微信知道。应答不同，消息是否转给客服、转给哪位客服，就全凭运气。",
        ),
        Text(
            "remember the answer by MsgId (FromUserName and CreateTime for events) and give the same answer again, "
            "also while the first delivery is still being handled",
            "按 MsgId（事件按 FromUserName 和 CreateTime）记住应答，再次推送时返回同样的应答，"
            "第一次推送仍在处理时也一样",
        ),
        Evidence.DOCUMENTED_OLD,
        sources.RECEIVE_OLD,
        bad=(
            Redelivery((Delivered(_SUCCESS, is_lost=True), Delivered(_TRANSFER))),
            Redelivery((Delivered(_TRANSFER), Delivered(_SUCCESS, is_copy=True))),
            Redelivery((Delivered(_TO_AN_AGENT, is_lost=True), Delivered(_TRANSFER))),
            Redelivery((Delivered(_TRANSFER, is_lost=True), Delivered(Example("busy", status=503)))),
        ),
        good=(
            Redelivery((Delivered(_TRANSFER), Delivered(_TRANSFER, is_copy=True))),
            # Both say that nothing more is to be done.
            Redelivery((Delivered(_OF_AN_EVENT, is_lost=True), Delivered(_OF_AN_EVENT._replace(body="")))),
        ),
    ),
    RunFinding(
        "KF408",
        "acted-twice",
        "0.1.0",
        Severity.ERROR,
        Text("A push that comes again is acted on once", "重复推送只处理一次"),
        Text(
            "WeChat delivers up to three times whatever it gets no answer to in time, and a container may get a "
            "push twice. Whoever acts each time replies, charges or opens a ticket twice.",
            "微信没有及时收到应答时最多推送三次，云托管也可能重复推送。每次都处理，就会重复回复、重复扣费或重复建工单。",
        ),
        Text(
            "remember each MsgId (FromUserName and CreateTime for events) before acting, in a store that all "
            "processes share, by one atomic step: SET NX in Redis, or a unique key",
            "处理之前，先用一步原子操作记下 MsgId（事件用 FromUserName 和 CreateTime），"
            "存放在所有进程共享的地方：Redis 的 SET NX，或唯一键",
        ),
        Evidence.DOCUMENTED_OLD,
        sources.RECEIVE_OLD,
        bad=(
            Redelivery((Delivered(_TRANSFER, is_lost=True), Delivered(_TRANSFER)), acted=2),
            Redelivery((Delivered(_SUCCESS), Delivered(_SUCCESS, is_copy=True)), acted=2),
        ),
        good=(
            Redelivery((Delivered(_TRANSFER, is_lost=True), Delivered(_TRANSFER)), acted=1),
            # Whether anything is to be done about a message is the handler's affair.
            Redelivery((Delivered(_SUCCESS), Delivered(_SUCCESS, is_copy=True)), acted=0),
        ),
    ),
)

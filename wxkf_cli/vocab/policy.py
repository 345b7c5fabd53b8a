"""Numbers: how WeChat behaves and where wxkf stops reading, each with its source and how well it is known."""

from typing import NamedTuple

from wxkf_cli.vocab.terms import Text

#: Seconds from the first SYN to the last body byte (documented-old, sources.RECEIVE_OLD).
DEADLINE_SECONDS = 5.0

#: An answer slower than this share of the deadline is a warning (ours).
SLOW_SHARE = 0.8

#: HTTP statuses that count as an answer (assumed: the push page names none, the container check asks for 200).
ACCEPTED_STATUSES = (200,)

#: Whether an event of a cloud function has `userInfo` (assumed: it has not; code was seen that reads it).
EVENT_USER_INFO = False

#: Headers that mark a push to a cloud container: two official pages spell the first differently (documented, both).
CONTAINER_SOURCE_HEADERS = ("X-WX-SOURCE", "X-WX-SOURCES")

#: Bytes after which wxkf stops reading (ours; WeChat documents no limit).
BODY_LIMIT = 262_144
HEADER_LIMIT = 65_536
HEADER_LINES_LIMIT = 100
INTERIM_RESPONSES_LIMIT = 8

#: Bytes of a document that are parsed at all (ours).
DOCUMENT_LIMIT = 65_536

#: What the agents' system takes as the transfer (documented, sources.TRANSFER).
TRANSFER_MSGTYPE = "transfer_customer_service"
ACKNOWLEDGEMENT = b"success"

#: CreateTime further than this from the push or the send time is called far off, seconds (ours).
FAR_OFF_SECONDS = 86_400

#: The grey line in the chat (documented-old, sources.RECEIVE_OLD), with a gloss in English.
NOTICE = Text(
    en="This mini program's customer service cannot serve you right now, please try again later",
    zh="该小程序客服暂时无法提供服务，请稍后再试",
)
#: The grey line when a sealed reply cannot be opened (reported: royalrick/weapp issue 87).
NOTICE_FAULT = Text(
    en="The service of this mini program is faulty, please try again later",
    zh="该小程序提供的服务出现故障，请稍候再试",
)

#: Pushes a second and in flight towards a public host (ours).
PUBLIC_RATE = 5.0
PUBLIC_IN_FLIGHT = 4


#: Deliveries of one push in all (documented-old, sources.RECEIVE_OLD: three in total, which might mean one and three).
DELIVERIES = 3
#: Seconds from the start of one delivery to that of the next, unless the first took longer (reported: about five).
DELIVERY_SPACING = 5.0
#: Seconds after which a session that nobody closed gives the handler back (documented, sources.TRANSFER).
SESSION_SECONDS = 1800.0


class Grant(NamedTuple):
    """What a user's action lets the handler send.

    Attributes:
        messages: How many; actions do not add up, the larger number holds.
        seconds: For how long; the later end holds.
    """

    messages: int
    seconds: float


#: What may be sent after a message (documented), and after entering the session (documented; once in older text).
QUOTA_MESSAGE = Grant(5, 48 * 3600.0)
QUOTA_ENTRY = Grant(2, 60.0)


class Policy(NamedTuple):
    """The assumptions about WeChat that are settings.

    Attributes:
        accepted_statuses: HTTP statuses that count as an answer.
        deadline: Seconds a handler has, from the first SYN to the last body byte.
        deliveries: Deliveries of one push in all.
        delivery_spacing: Seconds from the start of one delivery to that of the next, at least.
        redeliver_abnormal: Whether an abnormal answer is delivered again, as a late one is (assumed: it is not).
        is_signed_anew: Whether a redelivery has a timestamp, nonce and signature of its own (assumed: it has).
        session_seconds: After how long an open session gives the handler back.
        session_counts_from_message: Whether that is counted from the last message instead of from acceptance (assumed:
            it is not).
        quota_message: What may be sent after a message.
        quota_entry: What may be sent after the user entered the session.
    """

    accepted_statuses: tuple[int, ...] = ACCEPTED_STATUSES
    deadline: float = DEADLINE_SECONDS
    deliveries: int = DELIVERIES
    delivery_spacing: float = DELIVERY_SPACING
    redeliver_abnormal: bool = False
    is_signed_anew: bool = True
    session_seconds: float = SESSION_SECONDS
    session_counts_from_message: bool = False
    quota_message: Grant = QUOTA_MESSAGE
    quota_entry: Grant = QUOTA_ENTRY


DEFAULT_POLICY = Policy()

#: What a container is asked for before its path is saved.
CONTAINER_CHECK = "CheckContainerPath"

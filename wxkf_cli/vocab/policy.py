"""Numbers: how WeChat behaves and where wxkf stops reading, each with its source and how well it is known."""

from typing import NamedTuple

from wxkf_cli.vocab.terms import Text

#: Seconds from the first SYN to the last body byte (documented-old, sources.RECEIVE_OLD).
DEADLINE_SECONDS = 5.0

#: An answer slower than this share of the deadline is a warning (ours).
SLOW_SHARE = 0.8

#: HTTP statuses that count as an answer (assumed: the push page names none, the container check asks for 200).
ACCEPTED_STATUSES = (200,)

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


class Policy(NamedTuple):
    """The assumptions about WeChat that are settings.

    Attributes:
        accepted_statuses: HTTP statuses that count as an answer.
        deadline: Seconds a handler has, from the first SYN to the last body byte.
    """

    accepted_statuses: tuple[int, ...] = ACCEPTED_STATUSES
    deadline: float = DEADLINE_SECONDS


DEFAULT_POLICY = Policy()

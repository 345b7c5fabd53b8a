"""Whether a rule could have found anything in an exchange of that sort, whatever the answer had been."""

from wxkf_cli.lint.rule import Need, Rule
from wxkf_cli.lint.subject import (
    Answered,
    Attempt,
    Failed,
    PathCheck,
    Probe,
    RepliedInContainer,
    Sealed,
    Setting,
    Subject,
    Verification,
)
from wxkf_cli.vocab.terms import Route
from wxkf_cli.wire.exchange import Exchange, Failure


def could_find(rule: Rule, exchange: Exchange, setting: Setting) -> bool:
    """Whether what the rule is about, and what it needs, is there to be wrong."""
    if not lacking(exchange).isdisjoint(rule.needs):
        return False
    stage = rule.on
    if issubclass(stage, Probe):
        return not exchange.genuine
    if issubclass(stage, Verification):
        return exchange.genuine and exchange.is_verification
    if issubclass(stage, PathCheck | Failed | RepliedInContainer):
        return exchange.genuine and _comes_by(stage, exchange)
    if issubclass(stage, Answered):
        has_key = setting.seal is not None
        return exchange.genuine and not exchange.is_verification and (has_key or stage is not Sealed)
    if issubclass(stage, Attempt):  # about the transport, of which a bare body says nothing
        return exchange.genuine and (isinstance(exchange.answer, Failure) or exchange.answer.status is not None)
    return True


def _comes_by(stage: type[Subject], exchange: Exchange) -> bool:
    """Whether the push came on the one way on which the stage is reached."""
    if issubclass(stage, Failed):
        return exchange.route is Route.CLOUD_FUNCTION
    return exchange.route is Route.CONTAINER and exchange.is_path_check == issubclass(stage, PathCheck)


def lacking(exchange: Exchange) -> frozenset[Need]:
    """The context that an exchange comes without."""
    return frozenset(
        need
        for need, is_there in (
            (Need.PUSH, exchange.push is not None),
            (Need.DATA_FORMAT, exchange.data is not None),
            (Need.SEND_TIME, exchange.push is not None or exchange.sent_at is not None),
            (Need.WIRE, exchange.has_wire),
            (Need.STATUS, exchange.has_status),
        )
        if not is_there
    )

"""One WeChat with its users, agents, story time and pushes, once its handler can be pushed to."""

import asyncio
import secrets
from collections.abc import Awaitable, Iterator

from wxkf_cli.errors import HandlerDown, UsageError
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import CaseDone, Event, Found
from wxkf_cli.simulate.clock import VirtualClock, system_clock
from wxkf_cli.simulate.engine import Engine
from wxkf_cli.simulate.shot import TEXTS, Shot
from wxkf_cli.simulate.story import Story
from wxkf_cli.testing.answer import Answer, Came
from wxkf_cli.testing.connecting import Connection
from wxkf_cli.testing.options import Chosen, Options, word
from wxkf_cli.testing.showing import Shown
from wxkf_cli.testing.users import Said, faults_of
from wxkf_cli.testing.watching import watch_of
from wxkf_cli.trial.delivering import Stage, deliver
from wxkf_cli.trial.played import Played
from wxkf_cli.trial.scoring import Scorer
from wxkf_cli.trial.witnessing import Watch
from wxkf_cli.vocab.catalog import USER_MESSAGES
from wxkf_cli.vocab.outcomes import MEANING
from wxkf_cli.vocab.policy import PUBLIC_RATE
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.vocab.unseen import Unseen
from wxkf_cli.wechat.delivery import Delivery
from wxkf_cli.wechat.platform import Platform
from wxkf_cli.wechat.verdict import Judgement
from wxkf_cli.wire.exchange import Exchange

_ENTERS = "user_enter_tempsession"
_VERIFICATION = "url-verification"
#: Seconds that what an app does after its answer has before a witness is asked (ours).
_SETTLING_SECONDS = 2.0
#: Users by names have openids of their own; a story without steps knows how they are made.
_NAMES = Story("", ())


class Course:
    """What goes on between one WeChat and one handler.

    Args:
        connection: To the handler.
        chosen: What the test and the settings say.
        options: As the test gave them.

    Attributes:
        clock: Story time, seconds since the epoch.
        platform: How users and agents stand.
        answers: Everything that was pushed so far.
        is_over: Whether nothing can be pushed any more.
        url: Of the handler; in process one that only names it.
        seed: What ids and nonces follow from.
    """

    def __init__(self, connection: Connection, chosen: Chosen, options: Options) -> None:
        console = connection.console
        seed = options.get("seed")
        self.seed = secrets.randbelow(2**31) if seed is None else seed
        self.clock = VirtualClock(system_clock())
        self.platform = Platform(console.policy, seats=options.get("agents", 0))
        self.answers: list[Answer] = []
        self._connection = connection
        # A function has no format of its own: the dict that it gives is JSON.
        usual = DataFormat.JSON if Unseen.STATUS in connection.unseen else DataFormat.XML
        self._mode, self._data = console.modes[0], chosen.data or usual
        self._selection = chosen.selection
        self._number = 0
        self._next_push_at = 0.0
        self.is_over = False
        self.url = connection.target.url
        self._witness = options.get("witness")
        self._allow_remote = options.get("allow_remote")
        self._watch: Watch | None = None
        self._told: list[CaseDone] = []
        self._scorer = Scorer(
            Setting(console.policy, seal=console.sender.seal), chosen.selection, self._tell, console.redact
        )
        self._shown = Shown(
            chosen.language, console.redact, chosen.selection, console.sender.seal, tuple(options.get("again", ()))
        )
        self._engine = Engine(
            console.sender,
            host=connection.target.host_header,
            clock=self.clock,
            seed=self.seed,
            wall=system_clock,
        )

    def openid(self, user: str) -> str:
        """The openid of a user."""
        return openid(user, self._connection.console.sender.openid)

    async def begin(self) -> None:
        """Before anything is pushed.

        Raises:
            UsageError: The witness has no count.
        """
        settle = self._connection.settle
        self._watch = await watch_of(self._witness, lambda: settle(_SETTLING_SECONDS), self._allow_remote)
        if self._watch is not None:
            await self._watch.begin()

    async def push(self, said: Said) -> Answer:
        """Push one thing and see what comes of it.

        Raises:
            HandlerDown: No connection was ever made.
            UsageError: A way of delivery that makes no sense.
        """
        if self.is_over:
            raise closed()
        faults, shot = faults_of(said.delivery), self._shot(said)
        self._number += 1
        number = self._number
        sending = self._engine.prepare(shot, number)
        openid, message, at = self.openid(said.user), sending.push, self.clock()
        is_message = said.kind in USER_MESSAGES
        if message is not None and is_message and not self.platform.sends(openid, message, at):
            return self._kept(sending, (), None, 0, self._scorer.opened(), has_notice=False)
        if said.kind == _ENTERS:
            self.platform.enters(openid, at)

        def transferred(exchange: Exchange) -> None:
            if is_message and exchange.push is not None:
                self.platform.transferred(openid, exchange.push, self.clock())

        played, exchanges = self._scorer.opened(), list[Exchange]()
        stage = self._stage(exchanges)
        _, judgement, deliveries, has_notice = await deliver(sending, number, faults, played, stage, transferred)
        failure = self._scorer.summary.failure
        if self._scorer.summary.is_down and failure is not None:
            down = f"the handler at {self._connection.target.url} could not be reached: {MEANING[failure.outcome].en}"
            raise HandlerDown(down, "is it started, and on that port?")
        return self._kept(sending, tuple(exchanges), judgement, deliveries, played, has_notice=has_notice)

    def unexpected(self) -> Iterator[Answer]:
        """The answers with findings that a test should fail for."""
        return (answer for answer in self.answers if answer.unexpected)

    def _shot(self, said: Said) -> Shot:
        delivery = said.delivery
        mode = word(Mode, delivery.get("mode"), "mode") or self._mode
        data = word(DataFormat, delivery.get("format"), "format") or self._data
        values = {"FromUserName": self.openid(said.user), **said.values} if said.kind else {}
        case = said.kind or _VERIFICATION
        self._check_possible(said, mode)
        return Shot(case, said.kind, data, values, mode, content_type=delivery.get("content_type"))

    def _check_possible(self, said: Said, mode: Mode) -> None:
        """Complain of what cannot be pushed to such a handler.

        Raises:
            UsageError: It cannot.
        """
        if not said.kind and Unseen.VERIFICATION in self._connection.unseen:
            message = "a function has no URL to verify"
            raise UsageError(message, "test the app around it")
        if mode is not Mode.PLAINTEXT and self._connection.console.sender.seal is None:
            message = f"a push in {mode} mode, where nothing is sealed"
            raise UsageError(message, f'with mode="{mode}" for the whole test, single pushes may have mode="plaintext"')

    def _stage(self, exchanges: list[Exchange]) -> Stage:
        """What one push is delivered with; its deliveries are kept in `exchanges`."""
        console = self._connection.console

        def take(
            exchange: Exchange, played: Played, *, is_old: bool = False, delivery: Delivery | None = None
        ) -> Judgement:
            exchanges.append(exchange)
            return self._scorer.take(exchange, played, is_old=is_old, delivery=delivery)

        return Stage(
            self._engine,
            self.clock,
            self._connection.transport,
            self._scorer,
            take,
            self._sent,
            console.sender.openid,
            TEXTS,
            console.policy,
            watch=self._watch,
        )

    def _sent(self, _: Exchange) -> Awaitable[None] | None:
        self._scorer.summary.pushes += 1
        return self._paced() if self._connection.is_public else None

    async def _paced(self) -> None:
        """A public host is not to notice that it is tested."""
        loop = asyncio.get_running_loop()
        at = max(self._next_push_at, loop.time())
        self._next_push_at = at + 1 / PUBLIC_RATE
        await asyncio.sleep(at - loop.time())

    def _kept(
        self,
        sending: Exchange,
        exchanges: tuple[Exchange, ...],
        judgement: Judgement | None,
        deliveries: int,
        played: Played,
        *,
        has_notice: bool,
    ) -> Answer:
        """The answer, remembered until the end of the test."""
        is_get = sending.push is None
        self._scorer.settle(sending.case, None if is_get else sending.data, None if is_get else sending.mode, played)
        case = self._told.pop()
        fails = tuple(
            each for each in case.findings if self._selection.fail_on and self._selection.fails(each.severity)
        )
        came = Came(
            sending,
            exchanges,
            judgement,
            deliveries,
            has_notice,
            case,
            self._shown,
            fails,
            self._connection.console.redact,
        )
        self.answers.append(Answer(came))
        return self.answers[-1]

    def _tell(self, event: Event) -> None:
        if isinstance(event, CaseDone):
            self._told.append(event)
        assert not isinstance(event, Found) or event.finding.exchange is not None  # noqa: S101 - none is of a run


def closed() -> UsageError:
    """The error for pushing after the end."""
    message = "this WeChat is closed"
    return UsageError(message, "push inside of its with, or before close(); each test has a WeChat of its own")


def openid(user: str, default: str) -> str:
    """The openid of a user of that name; `default` is that of the unnamed one."""
    return _NAMES.openid(user, default)

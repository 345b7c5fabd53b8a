"""What agents do with users; nothing is pushed for it."""

from typing import Any

from wxkf_cli.simulate.story import line_on_desk
from wxkf_cli.testing.answer import Failed
from wxkf_cli.testing.course import Course
from wxkf_cli.testing.users import Says
from wxkf_cli.wechat.session import Impossible

# As in `users`.
__tracebackhide__ = True


class Agent:
    """The agents, who serve one user each; nothing is pushed for what they do."""

    def __init__(self, course: Course) -> None:
        self._course = course

    def accepts(self, user: Says[Any]) -> None:
        """An agent accepts a user who waits, and sees what waited; from now on his messages are not pushed.

        Raises:
            Failed: He does not wait: nothing of his was transferred, or an agent has him already.
        """
        course = self._course
        try:
            course.platform.accepts(user.openid, course.clock())
        except Impossible as error:
            raise Failed(self._cannot(user, error)) from error

    def closes(self, user: Says[Any]) -> None:
        """An agent ends the session of a user, or turns away one who waits; the handler has him again.

        Raises:
            Failed: There is nothing to end.
        """
        course = self._course
        try:
            course.platform.closes(user.openid, course.clock())
        except Impossible as error:
            raise Failed(self._cannot(user, error)) from error

    def sees(self, user: Says[Any]) -> tuple[str, ...]:
        """What the agent who serves a user has in view, oldest first: of a text its Content, else its kind."""
        return tuple(map(line_on_desk, self._course.platform.user(user.openid).desk))

    def waiting(self, user: Says[Any]) -> tuple[str, ...]:
        """What of a user waits for an agent, in the same way."""
        return tuple(map(line_on_desk, self._course.platform.user(user.openid).waiting))

    def _cannot(self, user: Says[Any], error: Impossible) -> str:
        mine = [answer for answer in self._course.answers if answer.is_of(user.openid)]
        last = f"\nhis last push:\n{mine[-1]}" if mine else "; nothing of his was pushed yet"
        return f"{error.of(user.name).en}{last}"

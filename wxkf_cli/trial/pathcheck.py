"""What a cloud container is asked before anything is pushed to it: whether its path is right."""

from dataclasses import replace

from wxkf_cli.simulate.shot import CONTAINER_PATH
from wxkf_cli.simulate.story import Say, Story
from wxkf_cli.trial.plan import Plan
from wxkf_cli.vocab.terms import Route, Text

_PATH_CHECK = Story(
    CONTAINER_PATH,
    (Say("", CONTAINER_PATH),),
    Text("confirms its path when CheckContainerPath is posted", "收到 CheckContainerPath 时确认路径"),
)


def with_path_check(plan: Plan, route: Route) -> Plan:
    """The plan as it is played towards a handler that is reached like this: to a container, its path checked first.

    No record names that story among those of the suite: it is put before them again.
    """
    if route is not Route.CONTAINER or plan.is_named:
        return plan
    return replace(plan, stories=(_PATH_CHECK, *plan.stories))

"""One handler in every place where handlers live: the same pushes, the same verdicts, the same exit codes.

`test_places` is about the places; this is about what they have in common.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import uvicorn
from fastapi import FastAPI

from tests.apps import everywhere, logic, with_fastapi
from tests.cli.running import Wxkf, codes
from wxkf_cli.lint.linter import all_rules
from wxkf_cli.lint.rule import Need
from wxkf_cli.vocab.unseen import Unseen

ROOT = Path(__file__).parents[2]
CLOUD_FUNCTIONS = ROOT / "tests" / "apps" / "cloudfn"


class Place(NamedTuple):
    """A place, and what there is not in it.

    Attributes:
        right: The options for the handler that is right.
        forwarding: The options for the same handler, but it forwards whatever comes.
        lacks: What rules need and this place has not.
        hides: What stories are about and this place has not.
        formats: The data formats that the handler speaks there.
    """

    right: list[str]
    forwarding: list[str]
    lacks: tuple[Need, ...] = ()
    hides: tuple[Unseen, ...] = ()
    formats: tuple[str, ...] = ("xml", "json")


IN_PROCESS = (Need.WIRE,)
FUNCTION = (Need.WIRE, Need.STATUS)
NO_HTTP = (Unseen.VERIFICATION, Unseen.SIGNATURE, Unseen.STATUS, Unseen.SEALING)
#: `{url}` is where the server of this module listens, `{cloudfn}` where the cloud functions are.
PLACES: dict[str, Place] = {
    "WSGI, Flask": Place(
        ["--app", "tests.apps.with_flask:app"], ["--app", "tests.apps.with_flask:forwarding()"], IN_PROCESS
    ),
    "ASGI, FastAPI": Place(
        ["--app", "tests.apps.with_fastapi:app"], ["--app", "tests.apps.with_fastapi:forwarding()"], IN_PROCESS
    ),
    "WSGI, Django": Place(
        ["--app", "tests.apps.with_django:application"],
        ["--app", "tests.apps.with_django:application", "--path", "/forwarding"],
        IN_PROCESS,
    ),
    "ASGI, Django": Place(
        ["--app", "tests.apps.with_django:asgi"],
        ["--app", "tests.apps.with_django:asgi", "--path", "/forwarding"],
        IN_PROCESS,
    ),
    "function": Place(
        ["--app", "tests.apps.plain:handle"], ["--app", "tests.apps.plain:forwarding"], FUNCTION, NO_HTTP, ("json",)
    ),
    "URL": Place(["--url", "{url}/right/"], ["--url", "{url}/forwarding/"]),
    "cloud function": Place(
        ["--cloud-function", "{cloudfn}/right"],
        ["--cloud-function", "{cloudfn}/forwarding"],
        FUNCTION,
        NO_HTTP,
        ("json",),
    ),
}

#: Case -> the verdicts, push by push, on the handler that is right and on the one that forwards whatever comes.
VERDICTS: dict[str, tuple[list[str], list[str]]] = {
    "text": (["transferred"] * 2, ["transferred"] * 2),
    "image": (["transferred"], ["transferred"]),
    "miniprogrampage": (["transferred"], ["transferred"]),
    "user_enter_tempsession": (["acknowledged"], ["event-transferred"]),
    "known-event": (["acknowledged"], ["event-transferred"]),
    "unknown-event": (["acknowledged"], ["event-transferred"]),
    "unknown-message": (["acknowledged"], ["transferred"]),
    "lost-answer": (["void", "transferred"], ["void", "transferred"]),
    "slow-answer": (["void", "transferred", "transferred"], ["void", "transferred", "transferred"]),
    "two-users": (["transferred"] * 5, ["transferred"] * 5),
    "session": (["transferred"] * 2, ["transferred"] * 2),
}
#: The findings on the one that forwards whatever comes, in each data format.
FORWARDED = Counter({"KF401": 2, "KF402": 1, "KF405": 1})
#: What a story is about -> the stories of the standard suite that cannot be played without.
ABOUT: dict[Unseen, set[str]] = {
    Unseen.VERIFICATION: {"url-verification"},
    Unseen.SIGNATURE: {"bad-signature"},
    Unseen.STATUS: {"json-as-text-xml"},
    Unseen.SEALING: {
        "paddings",
        "other-appid",
        "truncated-encrypt",
        "encrypt-not-base64",
        "plaintext-body",
        "plain-sealed-plain",
    },
}
HANDLERS = ("right", "forwarding")


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of the app behind a real server on a port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    started = threading.Event()
    startup = server.startup

    async def tell_when_started(sockets: Any = None) -> None:
        await startup(sockets)
        started.set()

    server.startup = tell_when_started  # type: ignore[method-assign] # it has no other sign than a flag to be polled
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert started.wait(30)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    apps: dict[str, Callable[[], FastAPI]] = {
        "right": with_fastapi.create_app,
        "forwarding": with_fastapi.forwarding,
        "background": everywhere.fastapi_background,
        "late": everywhere.fastapi_late,
    }
    whole = FastAPI()
    for name, make in apps.items():
        whole.mount(f"/{name}", make())
    with serving(whole) as address:
        yield address


@pytest.fixture
def simulate(wxkf: Wxkf, url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Runs `wxkf simulate` with such options, and gives what it says in JSON."""
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.setenv("WXKF_TOKEN", logic.TOKEN)
    for name in ("WXKF_AES_KEY", "WXKF_APPID"):
        monkeypatch.delenv(name, raising=False)

    def run(options: list[str], *more: str) -> dict[str, Any]:
        filled = [each.format(url=url, cloudfn=CLOUD_FUNCTIONS) for each in options]
        return wxkf.json("simulate", *filled, *more, "--no-record")

    return run


def verdicts(shape: dict[str, Any], data: str) -> dict[str, list[str]]:
    """Case -> the verdicts in one data format, push by push."""
    found = defaultdict(list)
    for each in shape["exchanges"]:
        if each["data"] == data and each["case"] in VERDICTS:
            found[each["case"]].append(each["verdict"])
    return found


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("name", PLACES)
def test_the_same_handler_gets_the_same_verdicts_in_every_place(
    simulate: Callable[..., dict[str, Any]], name: str, handler: str
) -> None:
    place, is_right = PLACES[name], handler == "right"
    shape = simulate(getattr(place, handler))
    wanted = {case: each[HANDLERS.index(handler)] for case, each in VERDICTS.items()}
    for data in place.formats:
        assert verdicts(shape, data) == wanted, data
    assert shape["exit_code"] == (0 if is_right else 1)
    found = Counter(codes(shape))
    # A note, where the handler could have spoken the other format and does not.
    del found["KF902"]
    assert found == Counter([] if is_right else [*FORWARDED.elements()] * len(place.formats))
    assert shape["summary"]["failed"] == (0 if is_right else 3 * len(place.formats))


@pytest.mark.parametrize("name", PLACES)
def test_what_there_is_not_in_a_place_is_counted_as_skipped(simulate: Callable[..., dict[str, Any]], name: str) -> None:
    place = PLACES[name]
    shape = simulate(place.right, "--data", "json")
    exchanges = shape["exchanges"]
    # To what was taken away on the wire there would have been an answer.
    is_function = shape["target"]["kind"] == "cloud-function"
    judged = [each for each in exchanges if each["verdict"] != "refused" and (is_function or each["response"])]
    wanted = {(case, each.value.en): 1 for each in place.hides for case in ABOUT[each]}
    for need in place.lacks:
        wanted["rules", need.value.en] = sum(need in each.needs for each in all_rules()) * len(judged)
    assert {(each["what"], each["why"]): each["count"] for each in shape["skipped"]} == wanted
    assert shape["summary"]["skipped"] == sum(wanted.values())
    # And what there is, is asked about.
    asked = {each["case"] for each in exchanges}
    for about in ABOUT.keys() - {Unseen.SEALING}:
        assert ABOUT[about].isdisjoint(asked) if about in place.hides else ABOUT[about] <= asked


#: Place -> the options for a handler of which something goes on after its answer, and for one that answers too late.
IN_TIME_AND_LATE: dict[str, tuple[list[str], list[str]]] = {
    "WSGI, Flask": (
        ["--app", "tests.apps.everywhere:flask_background()"],
        ["--app", "tests.apps.everywhere:flask_late()"],
    ),
    "ASGI, FastAPI": (
        ["--app", "tests.apps.everywhere:fastapi_background()"],
        ["--app", "tests.apps.everywhere:fastapi_late()"],
    ),
    "WSGI, Django": (
        ["--app", "tests.apps.everywhere:django_wsgi", "--path", "/background"],
        ["--app", "tests.apps.everywhere:django_wsgi", "--path", "/late"],
    ),
    "ASGI, Django": (
        ["--app", "tests.apps.everywhere:django_asgi", "--path", "/background-async"],
        ["--app", "tests.apps.everywhere:django_asgi", "--path", "/late-async"],
    ),
    "function": (
        ["--app", "tests.apps.everywhere:function_background"],
        ["--app", "tests.apps.everywhere:function_late"],
    ),
    "async function": (
        ["--app", "tests.apps.everywhere:coroutine_background"],
        ["--app", "tests.apps.everywhere:coroutine_late"],
    ),
    "URL": (["--url", "{url}/background/"], ["--url", "{url}/late/"]),
    "cloud function": (["--cloud-function", "{cloudfn}/background"], ["--cloud-function", "{cloudfn}/late"]),
}
#: Ways of an app to go on working that only its server can join: the run waits for that.
JOINED = {
    "when a response of Flask is closed": ["--app", "tests.apps.everywhere:flask_on_close()"],
    "when an answer of WSGI is closed": ["--app", "tests.apps.everywhere:wsgi_close"],
    "a background task of FastAPI": ["--app", "tests.apps.everywhere:fastapi_background()"],
}
ONE_IMAGE = ["--data", "json", "--only", "image"]


@pytest.fixture
def work() -> Iterator[everywhere.Work]:
    yield everywhere.WORK
    everywhere.WORK.finish()


@pytest.mark.parametrize("name", IN_TIME_AND_LATE)
def test_work_that_goes_on_after_the_answer_passes_in_every_place(
    simulate: Callable[..., dict[str, Any]], work: everywhere.Work, name: str
) -> None:
    shape = simulate(IN_TIME_AND_LATE[name][0], *ONE_IMAGE, "--deadline", "1")
    assert (shape["exit_code"], codes(shape)) == (0, [])
    assert [each["verdict"] for each in shape["exchanges"]] == ["transferred"]
    if name != "cloud function":  # which is in a process of its own
        assert work.has_begun()


@pytest.mark.parametrize("way", JOINED)
def test_work_that_the_app_leaves_to_its_server_is_waited_for(
    simulate: Callable[..., dict[str, Any]], work: everywhere.Work, way: str
) -> None:
    shape = simulate(JOINED[way], *ONE_IMAGE, "--deadline", "1")
    assert (shape["exit_code"], codes(shape)) == (0, [])
    assert (work.begun, work.ended) == (1, 1)


@pytest.mark.parametrize("name", IN_TIME_AND_LATE)
def test_an_answer_after_the_deadline_fails_in_every_place(simulate: Callable[..., dict[str, Any]], name: str) -> None:
    shape = simulate(IN_TIME_AND_LATE[name][1], *ONE_IMAGE, "--deadline", "0.2")
    assert shape["exit_code"] == 1
    assert {each["verdict"] for each in shape["exchanges"]} == {"late"}
    assert len(shape["exchanges"]) == 3, "delivered again, three times in all"
    assert set(codes(shape)) == {"KF003"}

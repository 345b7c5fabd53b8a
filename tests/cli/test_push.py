"""`wxkf push`: one push, now."""

import pytest

from tests.cli.running import Wxkf, codes
from tests.scripted import Reply, Request, correct, scripted
from wxkf_cli.vocab.catalog import shapes


@pytest.mark.parametrize("name", [name for name, _, _ in shapes()])
@pytest.mark.parametrize("data", ["xml", "json"])
def test_every_shape_can_be_pushed_and_is_judged(wxkf: Wxkf, name: str, data: str) -> None:
    with scripted() as handler:
        shape = wxkf.json("push", name, "--url", handler.url, "--data", data)
        (request,) = handler.requests
    assert request.push.kind.name == name.partition(".")[0]
    assert (shape["exit_code"], codes(shape)) == (0, [])


def test_fields_are_set_and_left_out(wxkf: Wxkf) -> None:
    with scripted(lambda _: Reply()) as handler:
        wxkf(
            "push", "text", "--url", handler.url, "--set", "Content=a=b]]>c", "--set", "MsgId=7", "--set", "Extra=1",
            "--unset", "CreateTime",
        )  # fmt: skip
        values = handler.requests[0].push.values
    assert (values["Content"], values["MsgId"], values["Extra"]) == ("a=b]]>c", 7, "1")
    assert "CreateTime" not in values


def test_a_value_that_is_no_number_is_pushed_as_it_is(wxkf: Wxkf) -> None:
    with scripted(lambda _: Reply()) as handler:
        wxkf("push", "text", "--url", handler.url, "--set", "MsgId=49d7_155", "--data", "json")
        assert handler.requests[0].push.values["MsgId"] == "49d7_155"


def test_an_event_that_is_transferred_is_exit_1(wxkf: Wxkf) -> None:
    def forwards(request: Request) -> Reply:
        return Reply(request.transferred())

    with scripted(forwards) as handler:
        ran = wxkf("push", "user_enter_tempsession", "--url", handler.url)
    assert ran.code == 1
    assert "KF401 event-transferred" in ran.out
    assert f"reproduce: wxkf push user_enter_tempsession --url {handler.url} --data xml" in ran.out


def test_repeat_pushes_messages_of_their_own(wxkf: Wxkf) -> None:
    with scripted() as handler:
        wxkf("push", "text", "--url", handler.url, "--repeat", "3")
        assert len({request.push.values["MsgId"] for request in handler.requests}) == 3


def test_print_shows_the_request_and_sends_nothing(wxkf: Wxkf) -> None:
    with scripted(correct) as handler:
        ran = wxkf("push", "text", "--url", handler.url + "?a=1", "--print", "--seed", "1")
        assert handler.requests == []
    head, _, body = ran.out.partition("\r\n\r\n")
    assert head.splitlines()[0].startswith("POST /wx?a=1&signature=")
    assert "Content-Type: text/xml" in head.splitlines()
    assert body.startswith("<xml><ToUserName>")
    assert body.endswith("</xml>")


def test_the_kinds_are_listed(wxkf: Wxkf) -> None:
    lines = wxkf("push", "--list").out.splitlines()
    assert [line.split()[0] for line in lines] == [name for name, _, _ in shapes()]
    assert all("official accounts only" in line for line in lines if line.startswith("kf_"))


BAD_INPUT = [
    ([], "no kind given"),
    (["txt"], "nothing that can be pushed is called 'txt'"),
    (["text", "--set", "Content"], '--set "Content" names no value'),
    (["text", "--set", "content=x"], 'text has no field "content"'),
    (["text", "--unset", "Contents"], "text has no field 'Contents'"),
    (["subscribe_msg_popup_event", "--set", "List=x"], '--set List="x" is not JSON for it'),
    *(
        (["subscribe_msg_popup_event", "--set", f"List={'[' * deep}{']' * deep}"], "is not JSON for it")
        for deep in (101, 960, 1300, 5000)
    ),
    (["text", "--url", "http://127.0.0.1:1/", "--set", "Content=\x07"], "which XML cannot carry"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD_INPUT, ids=[repr(row[0]) for row in BAD_INPUT])
def test_bad_input_is_one_clear_line_and_exit_2(wxkf: Wxkf, arguments: list[str], said: str) -> None:
    ran = wxkf("push", *arguments)
    assert ran.code == 2
    assert said in ran.err.splitlines()[0]

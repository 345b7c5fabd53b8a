"""The handler on Flask; a factory makes the one that forwards events too."""

from flask import Flask, abort, request

from tests.apps import logic


def create_app(*, forwards_events: bool = False) -> Flask:
    made = Flask(__name__)

    @made.route("/", methods=["GET", "POST"])
    def wechat() -> bytes | str:
        if not logic.is_signed(request.args):
            abort(403)
        if request.method == "GET":
            return request.args["echostr"]
        return logic.answer(request.get_data(), forwards_events=forwards_events)

    return made


def forwarding() -> Flask:
    return create_app(forwards_events=True)


app = create_app()

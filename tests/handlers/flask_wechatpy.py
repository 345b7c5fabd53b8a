"""A handler on Flask and wechatpy 1.8, as a developer writes it: `python flask_wechatpy.py VARIANT`.

Listens on a free port of 127.0.0.1, prints `ready PORT` and serves `/wx` until killed. The Token is in WXKF_TOKEN; with
an EncodingAESKey in WXKF_AES_KEY and the appid in WXKF_APPID it opens pushes that say `encrypt_type=aes`, and seals its
replies to them. Others it takes as plaintext even then, as wechatpy's own example does.
It reads XML only, as wechatpy does: a push in JSON is an ExpatError, hence 500. It imports nothing of wxkf.
"""
# mypy: disable-error-code="import-untyped"
# wechatpy ships no types.

import argparse
import logging
import os
from collections.abc import Callable

from flask import Flask, Response, abort, request
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.messages import BaseMessage
from wechatpy.replies import TransferCustomerServiceReply
from wechatpy.utils import check_signature
from werkzeug.serving import make_server

#: Whether each kind that the developer of `crash` had met is transferred, by Event or else by MsgType.
_MET = {
    "text": True,
    "image": True,
    "miniprogrampage": True,
    "user_enter_tempsession": False,
    "subscribe_msg_popup_event": False,
    "subscribe_msg_change_event": False,
    "subscribe_msg_sent_event": False,
}


def correct(message: BaseMessage) -> bool:
    """What a user can send, and nothing else."""
    return message.type in ("text", "image", "miniprogrampage")


def forwarding(_message: BaseMessage) -> bool:
    """Everything, events included."""
    return True


def trap(message: BaseMessage) -> bool:
    """Everything but events, so the author thinks: an event that wechatpy does not know has the type `unknown`."""
    return bool(message.type != "event")


def crash(message: BaseMessage) -> bool:
    """Right for what its author had met; a KeyError, hence 500, for anything else."""
    return _MET[message._data.get("Event") or message._data["MsgType"]]


VARIANTS = {variant.__name__: variant for variant in (correct, forwarding, trap, crash)}


def create_app(token: str, transfers: Callable[[BaseMessage], bool], crypto: WeChatCrypto | None = None) -> Flask:
    """The handler that transfers those messages of which `transfers` is true, and acknowledges the rest."""
    app = Flask(__name__)

    @app.before_request
    def refuse_forgeries() -> None:
        signed = (request.args.get(name, "") for name in ("signature", "timestamp", "nonce"))
        try:
            check_signature(token, *signed)
        except InvalidSignatureException:
            abort(403)

    @app.get("/wx")
    def verify() -> Response:
        return Response(request.args.get("echostr", ""), mimetype="text/plain")

    @app.post("/wx")
    def receive() -> Response:
        push = request.get_data()
        signature, timestamp, nonce = (request.args.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
        sealer = crypto if request.args.get("encrypt_type") == "aes" else None
        if sealer is not None:
            try:
                push = sealer.decrypt_message(push, signature, timestamp, nonce)
            except (InvalidSignatureException, InvalidAppIdException):
                abort(403)
        message = parse_message(push)
        if not transfers(message):
            # Plain in every mode.
            return Response("success", mimetype="text/plain")
        reply = TransferCustomerServiceReply(message=message).render()
        if sealer is not None:
            reply = sealer.encrypt_message(reply, nonce, timestamp)
        return Response(reply, mimetype="application/xml")

    return app


def main() -> None:
    """Serve the variant that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("variant", choices=VARIANTS)
    transfers = VARIANTS[parser.parse_args().variant]
    logging.getLogger("werkzeug").disabled = True
    token = os.environ.get("WXKF_TOKEN", "AAAAA")
    aes_key = os.environ.get("WXKF_AES_KEY")
    crypto = WeChatCrypto(token, aes_key, os.environ["WXKF_APPID"]) if aes_key else None
    server = make_server("127.0.0.1", 0, create_app(token, transfers, crypto), threaded=True)
    print(f"ready {server.port}", flush=True)  # noqa: T201 - the launcher reads it
    server.serve_forever()


if __name__ == "__main__":
    main()

"""A handler on Flask for pushes in JSON, with wechatpy's crypto: `python flask_wechatpy_json.py VARIANT`.

Listens on a free port of 127.0.0.1, prints `ready PORT` and serves `/wx` until killed. The Token is in WXKF_TOKEN; with
an EncodingAESKey in WXKF_AES_KEY and the appid in WXKF_APPID it takes what is sealed and refuses the rest, without them
it serves plaintext mode.
wechatpy opens JSON but neither parses nor writes it, so its author does. What is not JSON is 400, whatever the
Content-Type says: WeChat's is not reliable. It imports nothing of wxkf.
"""
# mypy: disable-error-code="import-untyped"
# wechatpy ships no types.

import argparse
import json
import logging
import os
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, request
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.utils import WeChatSigner, check_signature, to_text
from werkzeug.serving import make_server


def correct(push: dict[str, Any]) -> bool:
    """What a user can send, and nothing else."""
    return push["MsgType"] in ("text", "image", "miniprogrampage")


def forwarding(_push: dict[str, Any]) -> bool:
    """Everything, events included."""
    return True


VARIANTS = {variant.__name__: variant for variant in (correct, forwarding)}


def sealed(reply: dict[str, Any], crypto: WeChatCrypto, nonce: str) -> dict[str, Any]:
    """A reply in its envelope; `crypto.encrypt_message` would write that in XML."""
    encrypt = to_text(PrpCrypto(crypto.key).encrypt(json.dumps(reply, ensure_ascii=False), crypto.app_id))
    timestamp = int(time.time())
    signer = WeChatSigner()
    signer.add_data(crypto.token, str(timestamp), nonce, encrypt)
    return {"Encrypt": encrypt, "MsgSignature": signer.signature, "TimeStamp": timestamp, "Nonce": nonce}


def create_app(token: str, transfers: Callable[[dict[str, Any]], bool], crypto: WeChatCrypto | None = None) -> Flask:
    """The handler that transfers those pushes of which `transfers` is true, and acknowledges the rest."""
    app = Flask(__name__)

    def refuse_forgeries() -> None:
        signed = (request.args.get(name, "") for name in ("signature", "timestamp", "nonce"))
        try:
            check_signature(token, *signed)
        except InvalidSignatureException:
            abort(403)

    def opened(envelope: dict[str, Any], crypto: WeChatCrypto) -> dict[str, Any]:
        if request.args.get("encrypt_type") != "aes":
            abort(403)
        if "Encrypt" not in envelope:
            abort(400)
        signed = (request.args.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
        try:
            push: dict[str, Any] = json.loads(crypto.decrypt_message(envelope, *signed))
        except (InvalidSignatureException, InvalidAppIdException):
            abort(403)
        return push

    @app.get("/wx")
    def verify() -> Response:
        refuse_forgeries()
        return Response(request.args.get("echostr", ""), mimetype="text/plain")

    @app.post("/wx")
    def receive() -> Response | dict[str, Any]:
        push = request.get_json(force=True)
        if not isinstance(push, dict):
            abort(400)
        if crypto is None:
            refuse_forgeries()
        else:
            push = opened(push, crypto)
        if not transfers(push):
            # Plain in every mode.
            return Response("success", mimetype="text/plain")
        reply = {
            "ToUserName": push["FromUserName"],
            "FromUserName": push["ToUserName"],
            "CreateTime": int(time.time()),
            "MsgType": "transfer_customer_service",
        }
        return reply if crypto is None else sealed(reply, crypto, request.args.get("nonce", ""))

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

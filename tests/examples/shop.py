"""A handler that takes orders and hands everything else to the agents. The data format in the console is JSON."""

import hashlib
import time
from typing import Any

from flask import Flask, abort, request

TOKEN = "AAAAA"
app = Flask(__name__)
orders: set[int] = set()


@app.route("/", methods=["GET", "POST"])
def handle() -> str | dict[str, Any]:
    parts = sorted((TOKEN, request.args["timestamp"], request.args["nonce"]))
    if hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest() != request.args["signature"]:
        abort(403)
    if request.method == "GET":
        return request.args["echostr"]
    push = request.get_json(force=True)
    if push["MsgType"] not in ("text", "image", "miniprogrampage"):
        return "success"
    if push.get("Content") == "下单":
        orders.add(push["MsgId"])  # a set: the same push may come three times
        return "success"
    return {
        "ToUserName": push["FromUserName"],
        "FromUserName": push["ToUserName"],
        "CreateTime": int(time.time()),
        "MsgType": "transfer_customer_service",
    }

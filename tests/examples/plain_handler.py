"""A handler as a plain function: it is given the push by its wire names, and gives what is to be answered."""

import time

USER_MESSAGES = ("text", "image", "miniprogrampage")


def handle(push: dict[str, object]) -> dict[str, object] | str:
    """Hand what users send to the agents, and acknowledge everything else."""
    if push["MsgType"] not in USER_MESSAGES:
        return "success"
    return {
        "ToUserName": push["FromUserName"],
        "FromUserName": push["ToUserName"],
        "CreateTime": int(time.time()),
        "MsgType": "transfer_customer_service",
    }

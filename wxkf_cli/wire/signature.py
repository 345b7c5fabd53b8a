"""The signature that says a push is WeChat's.

Source: https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
"""

import hashlib
import hmac


def sign(*parts: str) -> str:
    """SHA-1 in lower-case hex over the parts, sorted by their bytes and joined without a separator.

    A push's `signature` covers token, timestamp and nonce; a sealed one's `msg_signature` covers Encrypt as well.
    """
    # In UTF-8, bytes sort as characters do. What comes from outside may hold a lone surrogate: such a part is signed
    # like no other, and refused.
    ordered = "".join(sorted(parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha1(ordered, usedforsecurity=False).hexdigest()


def verify(signature: str, *parts: str) -> bool:
    """Whether a signature is that of the parts, compared in constant time."""
    return hmac.compare_digest(sign(*parts).encode(), signature.encode("utf-8", "surrogatepass"))


def spoiled(signature: str) -> str:
    """The signature with its last digit wrong: what a forger who nearly guessed would send."""
    return signature[:-1] + ("0" if signature[-1] != "0" else "1")

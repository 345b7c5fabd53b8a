"""Signatures agree with the official samples, whatever the order, and a spoiled one is never taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.wire.signature import sign, spoiled, verify

#: (token, timestamp, nonce, signature) of the samples of
#: https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
OFFICIAL = [
    ("AAAAA", "1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
    ("AAAAA", "1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
    ("AAAAA", "1714112445", "415670741", "6c5c811b55cc85e0e1b54100749188c20beb3f5d"),
]
#: (token, timestamp, nonce, Encrypt, msg_signature) of the sealed reply of the same page.
OFFICIAL_SEALED = (
    "AAAAA",
    "1713424427",
    "415670741",
    "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==",
    "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1",
)

# A list, since `text` would melt the alphabets into one and all but never draw a surrogate.
_ANY = st.lists(st.characters() | st.characters(categories=["Cs"])).map("".join)


@pytest.mark.parametrize(("token", "timestamp", "nonce", "signature"), OFFICIAL)
def test_the_official_samples_are_signed_alike(token: str, timestamp: str, nonce: str, signature: str) -> None:
    assert sign(token, timestamp, nonce) == signature
    assert verify(signature, token, timestamp, nonce)


def test_a_sealed_message_is_signed_with_what_it_seals() -> None:
    *parts, signature = OFFICIAL_SEALED
    assert sign(*parts) == signature


@given(st.permutations(["AAAAA", "1714036504", "1514711492", "ABC="]))
def test_the_order_of_the_parts_does_not_matter(parts: list[str]) -> None:
    assert sign(*parts) == sign("AAAAA", "1714036504", "1514711492", "ABC=")


def test_parts_are_sorted_by_their_bytes() -> None:
    assert sign("a", "B", "10", "9") == sign("109Ba")
    assert sign("\U00010000", "\uffff") == sign("\uffff\U00010000")


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_signature_verifies_and_a_spoiled_one_does_not(parts: list[str]) -> None:
    signature = sign(*parts)
    assert verify(signature, *parts)
    assert len(spoiled(signature)) == len(signature)
    assert not verify(spoiled(signature), *parts)


@given(_ANY, _ANY)
def test_no_text_from_outside_makes_verifying_raise(signature: str, part: str) -> None:
    assert not verify(signature, "AAAAA", part)


@pytest.mark.parametrize("signature", ["", OFFICIAL[0][3].upper(), OFFICIAL[0][3][:-1], OFFICIAL[0][3] + " "])
def test_only_the_very_signature_verifies(signature: str) -> None:
    assert not verify(signature, *OFFICIAL[0][:3])

"""A Content-Encoding is undone to its very end, or not at all."""

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import BODY_LIMIT
from wxkf_cli.wire.contentencoding import decode

Encode = Callable[[bytes], bytes]


def raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(body) + compressor.flush()


LAYERS: list[tuple[str, Encode]] = [
    ("gzip", gzip.compress),
    ("X-Gzip", gzip.compress),
    (" gzip\t", gzip.compress),
    ("deflate", zlib.compress),
    ("Deflate", raw_deflate),
    ("identity", bytes),
    ("", bytes),
]


@given(st.sampled_from(LAYERS), st.binary(max_size=1000))
def test_one_layer_is_undone(layer: tuple[str, Encode], body: bytes) -> None:
    encoding, encode = layer
    assert decode(encode(body), encoding) == body


@given(st.sampled_from(LAYERS[:5]), st.binary(max_size=1000), st.integers(min_value=0))
def test_a_layer_that_is_cut_is_refused(layer: tuple[str, Encode], body: bytes, length: int) -> None:
    encoding, encode = layer
    whole = encode(body)
    assert decode(whole[: length % len(whole)], encoding) is Outcome.HTTP_CONTENT_ENCODING


@given(st.sampled_from(LAYERS[:5]), st.binary(max_size=1000), st.binary(min_size=1, max_size=50))
def test_a_layer_with_anything_behind_it_is_refused(layer: tuple[str, Encode], body: bytes, behind: bytes) -> None:
    encoding, encode = layer
    assert decode(encode(body) + behind, encoding) is Outcome.HTTP_CONTENT_ENCODING


@given(
    st.binary(max_size=1000), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, gzip", "identity, gzip", ","])
)
def test_no_bytes_raise(body: bytes, encoding: str) -> None:
    assert isinstance(decode(body, encoding), bytes | Outcome)


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "gzip,identity", "*", "\x1b[31m"])
def test_what_was_never_asked_for_is_refused(encoding: str) -> None:
    assert decode(b"success", encoding) is Outcome.HTTP_CONTENT_ENCODING


@pytest.mark.parametrize(("encoding", "encode"), LAYERS[:5])
def test_a_bomb_is_stopped_at_the_limit(encoding: str, encode: Encode) -> None:
    assert decode(encode(bytes(BODY_LIMIT)), encoding) == bytes(BODY_LIMIT)
    assert decode(encode(bytes(BODY_LIMIT + 1)), encoding) is Outcome.LIMIT_DECOMPRESSED
    assert decode(encode(bytes(100 * BODY_LIMIT)), encoding) is Outcome.LIMIT_DECOMPRESSED

"""The table of what is taken as an answer, with its status, its body and what was let pass.

The names begin with the row of the fault catalogue that they belong to.
"""

import gzip
import zlib
from typing import NamedTuple

from tests.simulate.faults import FIN, HOLD, READ, answer, chunks, encoded, head
from tests.simulate.hostile import GOOD, Script, drip
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import BODY_LIMIT

BARE_LF = "a line that ends with a bare LF"
FOLD = "a folded header line"
TWICE = "Content-Length given twice"
CONTROL = "a control character in a header"
SURPLUS = "bytes after the announced end"

RAW_DEFLATE = zlib.compressobj(wbits=-15)


class Taken(NamedTuple):
    """One row of what is taken as an answer.

    Attributes:
        name: Row and nickname.
        script: What the server does.
        status: The status that is reported.
        body: The body that is reported.
        leniencies: What our own wire names as let pass.
        outcome: The word for it.
    """

    name: str
    script: Script
    status: int = 200
    body: bytes = b"success"
    leniencies: tuple[str, ...] = ()
    outcome: Outcome = Outcome.OK


TAKEN = (
    Taken("a plain answer", (READ, GOOD)),
    Taken("an empty answer", (READ, answer(b"")), body=b""),
    Taken("a body that ends with the connection", (READ, head(), b"success", FIN)),
    Taken("a body of nothing that ends with the connection", (READ, head(), FIN), body=b""),
    Taken("chunks", (READ, chunks(b"3\r\nsuc\r\n4\r\ncess\r\n0\r\n\r\n"))),
    Taken("HTTP/1.0", (READ, GOOD.replace(b"1.1", b"1.0"))),
    Taken("no reason phrase", (READ, answer(status=b"200"))),
    Taken("as large as may be", (READ, answer(b"x" * BODY_LIMIT)), body=b"x" * BODY_LIMIT),
    Taken("as many headers as may be", (READ, answer(b"success", *[b"X: y"] * 99))),
    Taken("an offer to upgrade", (READ, answer(b"success", b"Upgrade: h2c", b"Connection: Upgrade"))),
    Taken("F21 bad-length-short", (READ, head(b"Content-Length: 3") + b"success"), body=b"suc", leniencies=(SURPLUS,)),
    Taken("F24 early-response", (GOOD, HOLD)),
    Taken("F28 drip-ok", (READ, drip(GOOD))),
    Taken("F28 drip-ok, chunked", (READ, drip(chunks(b"7\r\nsuccess\r\n0\r\n\r\n")))),
    Taken("F34 trailers", (READ, chunks(b"7\r\nsuccess\r\n0\r\nContent-Encoding: br\r\nX: y\r\n\r\n"))),
    Taken("F37 1xx", (READ, *[b"HTTP/1.1 %d x\r\nX: y\r\n\r\n" % status for status in (100, 102, 103)], GOOD)),
    Taken("F37 a long 1xx", (READ, b"HTTP/1.1 103 x\r\nX: " + b"y" * 200 + b"\r\n\r\n" + GOOD)),
    Taken("F37 eight 1xx at once", (READ, b"HTTP/1.1 102 Processing\r\n\r\n" * 8 + GOOD)),
    Taken("F39 204", (READ, b"HTTP/1.1 204 No Content\r\n\r\n"), 204, b"", outcome=Outcome.HTTP_STATUS),
    Taken(
        "F39 204-body",
        (READ, b"HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\nsuccess"),
        204,
        b"",
        (SURPLUS,),
        Outcome.HTTP_STATUS,
    ),
    Taken("F40 206", (READ, answer(status=b"206 Partial Content")), 206, outcome=Outcome.HTTP_STATUS),
    Taken(
        "F40 304",
        (READ, b"HTTP/1.1 304 Not Modified\r\nContent-Length: 999999\r\nContent-Encoding: gzip\r\n\r\n"),
        304,
        b"",
        outcome=Outcome.HTTP_STATUS,
    ),
    *(
        Taken(
            f"F41 redirect {status} to {location!r}",
            (READ, answer(b"", b"Location: " + location, status=b"%d Go" % status)),
            status,
            b"",
            outcome=Outcome.HTTP_REDIRECT,
        )
        for status, location in (
            (301, b"/wx"),
            (302, b"http://169.254.169.254/latest/meta-data/"),
            (303, b"file:///etc/passwd"),
            (307, b"http://127.0.0.1:1/"),
            (308, b"javascript:alert(1)"),
            (302, b"http://[::bad"),
            (302, b"http://host:99999999/"),
        )
    ),
    Taken(
        "F63 redirect-evil",
        (READ, answer(b"", b"Location: http://\x1b[31mevil", status=b"302 Go")),
        302,
        b"",
        (CONTROL,),
        Outcome.HTTP_REDIRECT,
    ),
    *(
        Taken(
            f"F42 {status}", (READ, answer(b"no", status=b"%d No" % status)), status, b"no", outcome=Outcome.HTTP_STATUS
        )
        for status in (400, 401, 403, 404, 405, 413, 429)
    ),
    *(
        Taken(
            f"F43 {status}",
            (READ, answer(b"no", b"Retry-After: 9", status=b"%d No" % status)),
            status,
            b"no",
            outcome=Outcome.HTTP_STATUS,
        )
        for status in (500, 502, 503, 504, 599)
    ),
    Taken("F44 500-right-body", (READ, answer(status=b"500 Oops")), 500, outcome=Outcome.HTTP_STATUS),
    Taken("F53 header-lf", (READ, answer(b"success", b"X: y\nZ: z")), leniencies=(BARE_LF,)),
    Taken("F53 header-lf, the last", (READ, head(b"Content-Length: 7")[:-4] + b"\n\r\nsuccess"), leniencies=(BARE_LF,)),
    Taken("F53 blank line ends with LF", (READ, GOOD.replace(b"\r\n\r\n", b"\r\n\n")), leniencies=(BARE_LF,)),
    Taken("F53 all bare LF", (READ, GOOD.replace(b"\r\n", b"\n")), leniencies=(BARE_LF,)),
    Taken("F53 header-fold", (READ, answer(b"success", b"X: y", b"  folded")), leniencies=(FOLD,)),
    Taken("F53 equal lengths", (READ, answer(b"success", *[b"Content-Length: 7"] * 2)), leniencies=(TWICE,)),
    Taken("F56 gzip", (READ, encoded(gzip.compress(b"success"), b"gzip"))),
    Taken("F56 x-gzip", (READ, encoded(gzip.compress(b"success"), b"X-GZIP"))),
    Taken("F56 deflate", (READ, encoded(zlib.compress(b"success"), b"deflate"))),
    Taken("F56 raw deflate", (READ, encoded(RAW_DEFLATE.compress(b"success") + RAW_DEFLATE.flush(), b"deflate"))),
    Taken("F56 identity", (READ, encoded(b"success", b"identity"))),
    Taken(
        "F57 gzip-silent", (READ, answer(gzip.compress(b"success", mtime=0))), body=gzip.compress(b"success", mtime=0)
    ),
    *(
        Taken(f"{row} body {body!r}", (READ, answer(body)), body=body)
        for row, body in (
            ("F60", "你好".encode("gbk")),
            ("F60", "<xml/>".encode("utf-16")),
            ("F61", b"\xef\xbb\xbfsuccess"),
            ("F62", b"suc\0cess"),
            ("F63", b"\x1b]0;evil\x07"),
        )
    ),
    Taken("F63 escape in the reason", (READ, answer(status=b"200 \x1b[31mOK")), leniencies=(CONTROL,)),
    Taken("F63 escape in a header", (READ, answer(b"success", b"X: \x1b[31m")), leniencies=(CONTROL,)),
)

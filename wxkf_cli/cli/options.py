"""Options that several commands share, declared once."""

from typing import Annotated

import typer

from wxkf_cli.vocab.choices import AppKind as Kind
from wxkf_cli.vocab.choices import Client, FailOn, Output
from wxkf_cli.vocab.terms import Language, Mode

Url = Annotated[str | None, typer.Option("--url", help="Your handler's URL.", metavar="URL")]
App = Annotated[
    str | None,
    typer.Option("--app", help="Your handler in this process: ASGI, WSGI or a function.", metavar="MODULE:APP"),
]
AppKind = Annotated[
    Kind | None, typer.Option("--app-kind", help="With --app: how it is called, where it does not tell by itself.")
]
Exec = Annotated[
    str | None, typer.Option("--exec", help="Start your handler, and stop it at the end.", metavar="'CMD {port}'")
]
Path = Annotated[
    str | None, typer.Option("--path", help="With --app or --exec: the handler's path; / unless given.", metavar="PATH")
]
CloudFunction = Annotated[
    str | None,
    typer.Option("--cloud-function", help="Your cloud function: the folder of its index.js.", metavar="DIR"),
]
RealSdk = Annotated[
    bool, typer.Option("--real-sdk", help="With --cloud-function: keep its own wx-server-sdk instead of a stand-in.")
]
Container = Annotated[
    bool, typer.Option("--container", help="Push as to a cloud container: its path is checked, nothing is signed.")
]
Token = Annotated[
    str | None, typer.Option("--token", help="The Token of the console; better in WXKF_TOKEN.", metavar="TOKEN")
]
AesKey = Annotated[
    str | None, typer.Option("--aes-key", help="The EncodingAESKey; better in WXKF_AES_KEY.", metavar="KEY")
]
PreviousAesKey = Annotated[
    str | None, typer.Option("--previous-aes-key", help="The key before the last change.", metavar="KEY")
]
AppId = Annotated[str | None, typer.Option("--appid", help="The appid that sealed messages end with.", metavar="APPID")]
Modes = Annotated[
    list[Mode] | None,
    typer.Option(
        "--mode", help="plaintext, compatible or secure; repeatable. Secure alone where a key is set.", metavar="MODE"
    ),
]
OneMode = Annotated[
    Mode | None,
    typer.Option("--mode", help="plaintext, compatible or secure. Secure where a key is set.", metavar="MODE"),
]
OpenId = Annotated[str | None, typer.Option("--openid", help="The user who writes.", metavar="OPENID")]
OriginalId = Annotated[str | None, typer.Option("--original-id", help="The mini program, gh_...", metavar="GH_ID")]
Header = Annotated[
    list[str] | None, typer.Option("--header", help="An extra request header; repeatable.", metavar="'NAME: VALUE'")
]
ContentType = Annotated[
    str | None,
    typer.Option("--content-type", help="Content-Type of every push; empty for none.", metavar="TYPE"),
]
Deadline = Annotated[
    float | None, typer.Option("--deadline", help="Seconds a handler has; WeChat gives 5.", metavar="SECONDS")
]
Ca = Annotated[str | None, typer.Option("--ca", help="Trust the certificates in this file.", metavar="FILE")]
Insecure = Annotated[
    bool, typer.Option("--insecure", help="Do not check the certificate; on this machine and private networks only.")
]
WhichClient = Annotated[Client, typer.Option("--client", help="The HTTP client; httpx knows proxies and certificates.")]
Proxy = Annotated[str | None, typer.Option("--proxy", help="With --client httpx: go through a proxy.", metavar="URL")]
Cert = Annotated[
    str | None, typer.Option("--cert", help="With --client httpx: a client certificate and key, PEM.", metavar="FILE")
]
Wait = Annotated[
    str | None, typer.Option("--wait", help="Wait so long for a handler that is starting, as in 30s.", metavar="TIME")
]
OutputFormat = Annotated[Output, typer.Option("--format", help="What is written on stdout.")]
Reports = Annotated[
    list[str] | None,
    typer.Option("--report", help="Also write this format to this file; repeatable.", metavar="FORMAT=PATH"),
]
Lang = Annotated[Language | None, typer.Option("--lang", help="Language of texts; WXKF_LANG, then the locale.")]
Select = Annotated[
    list[str] | None,
    typer.Option("--select", help="Only these rules: KF301, KF3 or a name; repeatable.", metavar="RULE"),
]
Ignore = Annotated[list[str] | None, typer.Option("--ignore", help="Not these rules; repeatable.", metavar="RULE")]
Severity = Annotated[
    list[str] | None,
    typer.Option("--severity", help="Let a rule be an error, warning or note; repeatable.", metavar="RULE=LEVEL"),
]
FailsOn = Annotated[
    FailOn | None, typer.Option("--fail-on", help="Findings that make the exit code 1; errors unless given.")
]

"""What a user can choose, by the words of the command line and of the settings."""

from enum import StrEnum


class Demo(StrEnum):
    """A handler inside wxkf."""

    CORRECT = "correct"
    BUGGY = "buggy"


class Suite(StrEnum):
    """What a handler is asked with."""

    STANDARD = "standard"
    CONFORMANCE = "conformance"


class Expect(StrEnum):
    """Which user messages must be transferred."""

    ANY = "any"
    ALL = "all"
    NONE = "none"


class FailOn(StrEnum):
    """Which findings make the exit code 1: those of this severity and above."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


class Data(StrEnum):
    """Which data formats are pushed."""

    XML = "xml"
    JSON = "json"
    BOTH = "both"


class Client(StrEnum):
    """Which HTTP client pushes."""

    WIRE = "wire"
    HTTPX = "httpx"


class AppKind(StrEnum):
    """How a handler in this process is called."""

    ASGI = "asgi"
    WSGI = "wsgi"
    PLAIN = "plain"


class Durability(StrEnum):
    """What a record survives."""

    WRITE = "write"
    SYNC = "sync"


class Output(StrEnum):
    """What stdout or a report is."""

    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"
    NDJSON = "ndjson"
    GITHUB = "github"
    GITLAB = "gitlab"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"

"""What a user can choose, by the words of the command line and of the settings."""

from enum import StrEnum


class Demo(StrEnum):
    """A handler inside wxkf."""

    CORRECT = "correct"
    BUGGY = "buggy"


class Expect(StrEnum):
    """Which user messages must be transferred."""

    ANY = "any"
    ALL = "all"
    NONE = "none"


class Data(StrEnum):
    """Which data formats are pushed."""

    XML = "xml"
    JSON = "json"
    BOTH = "both"


class Client(StrEnum):
    """Which HTTP client pushes."""

    WIRE = "wire"
    HTTPX = "httpx"


class Output(StrEnum):
    """What stdout is."""

    TEXT = "text"
    JSON = "json"
    NDJSON = "ndjson"

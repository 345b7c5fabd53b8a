"""The table of checks, in the order in which they are played; its rows stand in the three files beside it."""

from wxkf_cli.simulate.conformance.check import Check
from wxkf_cli.simulate.conformance.table_content import CONTENT
from wxkf_cli.simulate.conformance.table_requests import REQUESTS
from wxkf_cli.simulate.conformance.table_surface import SURFACE

CHECKS: dict[str, Check] = {check.id: check for check in (*REQUESTS, *CONTENT, *SURFACE)}

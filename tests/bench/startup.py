"""How long commands take to start, interleaved: `python -c pass`, a one-command typer program, wxkf.

Run: python -m tests.bench.startup
"""

import compileall
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import wxkf_cli

ROUNDS = 31
ONE_COMMAND = """
import typer
app = typer.Typer(add_completion=False)
@app.command()
def main(to: str = typer.Option(...), sender: str = typer.Option(..., "--from")):
    print(f"<xml>{to}{sender}</xml>")
app()
"""
REPLY = (
    "<xml><ToUserName><![CDATA[oUser]]></ToUserName><FromUserName><![CDATA[gh_x]]></FromUserName>"
    "<CreateTime>1714112446</CreateTime><MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>"
)
GOALS = (
    ("reply", "pass", 7.5),
    ("reply", "one typer command", 1.3),
    ("lint-response", "pass", 10.0),
)


def main() -> None:
    # As an installer leaves it: in a checkout, PYTHONDONTWRITEBYTECODE has what was edited compiled at every start.
    compileall.compile_dir(str(Path(wxkf_cli.__file__).parent), quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder, "one.py")
        one.write_text(ONE_COMMAND, encoding="utf-8")
        captured = Path(folder, "reply.xml")
        captured.write_text(REPLY, encoding="utf-8")
        wxkf = str(Path(sys.executable).with_name("wxkf"))
        commands = {
            "pass": [sys.executable, "-c", "pass"],
            "one typer command": [sys.executable, str(one), "--to", "oUser", "--from", "gh_x"],
            "reply": [wxkf, "reply", "--to", "oUser", "--from", "gh_x"],
            "lint-response": [wxkf, "lint-response", str(captured)],
        }
        took: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(ROUNDS + 1):
            for name, command in commands.items():
                started = time.perf_counter()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
                if number:  # the first round warms the caches
                    took[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(times) for name, times in took.items()}
    for name, seconds in medians.items():
        print(f"{name:<20}{seconds * 1000:7.1f} ms")
    for name, base, goal in GOALS:
        ratio = medians[name] / medians[base]
        print(f"{name} / {base}: {ratio:.2f} (goal: at most {goal})")


if __name__ == "__main__":
    main()

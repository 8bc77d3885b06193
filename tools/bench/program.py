"""The measured programs, each packaged as it would be deployed, and their events."""

import json
import os
import platform
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from tools.command import Command, run
from tools.template import ROOT

BENCH = Path(__file__).parent
WORK = ROOT / ".local/bench"
_UV = ROOT / ".venv/bin/uv"


class Program(NamedTuple):
    """A program: its handler, the folder of its artifact, and the name of its event in WORK."""

    handler: str
    artifact: Path
    event: str = "single.json"


def package() -> dict[str, Program]:
    """Package the service, the typical program, and the same with byte code. Exits if that is impossible here."""
    if sys.version_info[:2] != (3, 13) or platform.system() != "Linux":
        sys.exit("Error: the benchmark runs the functions' own Python, 3.13, and needs Linux.")
    shutil.rmtree(WORK, ignore_errors=True)
    service, typical, compiled = WORK / "service/artifact", WORK / "typical", WORK / "compiled"
    service.mkdir(parents=True)
    _write_events()
    # The Makefile that `sam build` runs.
    make: Command = ["make", "--silent", "-C", ROOT / "functions", "build-IngestFunction"]
    _run(make, ARTIFACTS_DIR=str(service), PATH=f"{_UV.parent}{os.pathsep}{os.environ['PATH']}")
    if not list(service.glob("ingest/__pycache__/*.cpython-313.pyc")):
        sys.exit("Error: the service has no byte code: functions/packaging/find-python.sh found no Python 3.13.")
    requirements: Command = ["--require-hashes", "--requirement", ROOT / "functions/requirements.txt"]
    _run([_UV, "pip", "install", "--quiet", "--python", sys.executable, "--target", typical, *requirements])
    shutil.copy(BENCH / "typical.py", typical)
    shutil.copytree(typical, compiled)
    _run([sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", compiled])
    return {
        "service": Program("ingest.single.handle", service),
        "typical": Program("typical.handle", typical),
        "typical, byte code": Program("typical.handle", compiled),
    }


def _write_events() -> None:
    """Write the sample with every field, its attributes as text, which all programs accept, and a batch of it."""
    event = json.loads((ROOT / "events/stored-full.json").read_text())
    submission = json.loads(event["body"])
    submission["attributes"] = [pair | {"value": str(pair["value"])} for pair in submission["attributes"]]
    items = [submission | {"externalConversationId": f"conversation-{number}"} for number in range(100)]
    for name, body in {"single.json": submission, "batch.json": {"items": items}}.items():
        (WORK / name).write_text(json.dumps(event | {"body": json.dumps(body)}))


def _run(command: Command, **variables: str) -> None:
    ended = run(command, env=os.environ | variables)
    if ended.returncode:
        sys.exit(f"Error: {command[0]} failed:\n{ended.stdout}{ended.stderr}")

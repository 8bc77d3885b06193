"""The measured programs, each packaged as it would be deployed, and their events."""

import json
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.command import Command, run

BENCH = Path(__file__).parent
ROOT = BENCH.parents[1]
_WORK = ROOT / ".local/bench"
_UV = ROOT / ".venv/bin/uv"
SINGLE, UPDATE, BATCH = _WORK / "single.json", _WORK / "update.json", _WORK / "batch.json"


class BenchError(Exception):
    """Why nothing can be measured, in a sentence for the person who ran the command."""


@dataclass(frozen=True)
class Subject:
    """A program: its handler, the folder of its artifact, and its event."""

    name: str
    handler: str
    artifact: Path
    event: Path = SINGLE


def prepare() -> list[Subject]:
    """Package and return the programs: the service, the typical one, and the same with byte code. Raises BenchError."""
    if sys.version_info[:2] != (3, 13) or platform.system() != "Linux":
        raise BenchError("The benchmark runs the functions' own Python, 3.13, and needs Linux.")
    shutil.rmtree(_WORK, ignore_errors=True)
    service, typical, compiled = _WORK / "service/artifact", _WORK / "typical", _WORK / "compiled"
    service.mkdir(parents=True)
    _write_events()
    # The Makefile that `sam build` runs.
    make: Command = ["make", "--silent", "-C", ROOT / "functions", "build-IngestFunction"]
    _run(make, ARTIFACTS_DIR=str(service), PATH=f"{_UV.parent}{os.pathsep}{os.environ['PATH']}")
    if not list(service.glob("ingest/__pycache__/*.cpython-313.pyc")):
        raise BenchError(
            "The service's artifact has no byte code: functions/packaging/find-python.sh found no Python 3.13."
        )
    shutil.copytree(BENCH / "typical", typical)
    requirements: Command = ["--require-hashes", "--requirement", ROOT / "functions/requirements.txt"]
    _run([_UV, "pip", "install", "--quiet", "--python", sys.executable, "--target", typical, *requirements])
    shutil.copytree(typical, compiled)
    _run([sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", compiled])
    return [
        Subject("service", "ingest.single.handle", service),
        Subject("typical", "app.handle", typical),
        Subject("typical, byte code", "app.handle", compiled),
    ]


def _write_events() -> None:
    """Write the sample with every field, its attributes as text, which all programs accept, and a batch of it."""
    event = json.loads((ROOT / "events/stored-full.json").read_text())
    submission = json.loads(event["body"])
    submission["attributes"] = [pair | {"value": str(pair["value"])} for pair in submission["attributes"]]
    items = [submission | {"externalConversationId": f"conversation-{number}"} for number in range(100)]
    SINGLE.write_text(json.dumps(event | {"body": json.dumps(submission)}))
    BATCH.write_text(json.dumps(event | {"body": json.dumps({"items": items})}))


def _run(command: Command, **variables: str) -> None:
    ended = run(command, env=os.environ | variables)
    if ended.returncode:
        raise BenchError(f"{command[0]} failed:\n{ended.stdout}{ended.stderr}")

"""What is measured: the service, a typical implementation and the floor, each packaged as it would be deployed."""

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
WORK = ROOT / ".local/bench"

SUBMISSION = BENCH / "submission.json"

_PYTHON = ROOT / ".venv/bin/python"
_UV = ROOT / ".venv/bin/uv"
_SAM = ROOT / ".tools/sam/bin/python"


class BenchError(Exception):
    """Why there can be no measurement, in a sentence for the person who wants it."""


@dataclass(frozen=True)
class Subject:
    """A handler, the folder of its artifact, and the event that it is given."""

    name: str
    handler: str
    artifact: Path
    event: Path = SUBMISSION

    def zipped_size(self) -> int:
        """Return the bytes of what would be uploaded."""
        return Path(shutil.make_archive(str(WORK / "zipped"), "zip", self.artifact)).stat().st_size


def prepare() -> list[Subject]:
    """Package and return what is compared: the service, the typical one, the same with byte code, and the floor."""
    if sys.version_info[:2] != (3, 13) or platform.system() != "Linux":
        raise BenchError("The benchmark runs the functions' own Python, 3.13, and needs Linux.")
    typical, compiled = _build_typical(WORK / "typical"), WORK / "compiled"
    shutil.rmtree(compiled, ignore_errors=True)
    shutil.copytree(typical, compiled)
    _run([_PYTHON, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", compiled])
    return [
        Subject("service", "ingest.handler.handle", _build_service()),
        Subject("typical", "app.handle", typical),
        Subject("typical, byte code", "app.handle", compiled),
        Subject("floor", "app.handle", BENCH / "floor"),
    ]


def batch_of(service: Subject) -> Subject:
    """Return the service's batch handler, with a full batch: the submission for a thousand conversations."""
    event = json.loads(SUBMISSION.read_text())
    one = json.loads(event["body"])
    items = [one | {"externalConversationId": f"conversation-{number}"} for number in range(1000)]
    file = WORK / "batch.json"
    file.write_text(json.dumps(event | {"body": json.dumps({"items": items})}))
    return Subject("batch", "ingest.many.handle", service.artifact, file)


def _build_service() -> Path:
    """Build the service's artifact by the Makefile that `sam build` runs; return its folder."""
    artifact = WORK / "service/artifact"
    shutil.rmtree(artifact.parent, ignore_errors=True)
    artifact.mkdir(parents=True)
    make: list[str | Path] = ["make", "--silent", "-C", ROOT / "functions", "build-IngestFunction"]
    _run([*make, f"ARTIFACTS_DIR={artifact}", f"UV={_UV}"])
    if not list(artifact.glob("ingest/__pycache__/*.cpython-313.pyc")):
        raise BenchError("The service's artifact has no byte code: functions/build/find-python found no Python 3.13.")
    return artifact


def _build_typical(folder: Path) -> Path:
    """Package the typical implementation by SAM CLI's defaults, with the service's own libraries; return its folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(BENCH / "typical", folder / "source")
    pins = [line.split()[0] for line in (ROOT / "functions/requirements.txt").read_text().splitlines() if "==" in line]
    (folder / "source/requirements.txt").write_text("\n".join(pins))
    # SAM CLI looks for python3.13 with pip on PATH.
    path = os.pathsep.join([str(_PYTHON.parent), os.environ["PATH"]])
    template: list[str | Path] = ["--template", folder / "source/template.yaml", "--build-dir", folder / "build"]
    _run([_SAM, "-m", "samcli", "build", *template], PATH=path, SAM_CLI_TELEMETRY="0", AWS_DEFAULT_REGION="us-east-1")
    return folder / "build/Function"


def _run(command: Command, **variables: str) -> None:
    ended = run(command, env=os.environ | variables)
    if ended.returncode:
        raise BenchError(f"{command[0]} failed:\n{ended.stdout}{ended.stderr}")

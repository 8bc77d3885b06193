"""What is measured: the service, a typical implementation and the floor, each packaged as it would be deployed."""

import json
import os
import platform
import shutil
import sys
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from tools.command import Command, run

BENCH = Path(__file__).parent
ROOT = BENCH.parents[1]
WORK = ROOT / ".local/bench"

SUBMISSION = BENCH / "submission.json"
BATCH = WORK / "batch.json"

_PYTHON = ROOT / ".venv/bin/python"
_UV = ROOT / ".venv/bin/uv"
_SAM = ROOT / ".tools/sam/bin/python"
_ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


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
        archive = BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            for path in sorted(self.artifact.rglob("*")):
                file.write(path, path.relative_to(self.artifact))
        return archive.tell()


@dataclass(frozen=True)
class Subjects:
    """Everything that is compared, and the service's batch handler."""

    service: Subject
    typical: Subject
    compiled: Subject
    floor: Subject
    batch: Subject

    def compared(self) -> list[Subject]:
        """Return those that do the same job."""
        return [self.service, self.typical, self.compiled, self.floor]


def prepare() -> Subjects:
    """Package everything, and return it. Raises BenchError."""
    _check_machine()
    service, typical, compiled = _build_service(), _build_typical(WORK / "typical"), WORK / "compiled"
    shutil.rmtree(compiled, ignore_errors=True)
    shutil.copytree(typical, compiled)
    _run([_PYTHON, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", compiled])
    _write_batch()
    return Subjects(
        service=Subject("service", "ingest.handler.handle", service),
        typical=Subject("typical", "app.handle", typical),
        compiled=Subject("typical, byte code", "app.handle", compiled),
        floor=Subject("floor", "app.handle", BENCH / "floor"),
        batch=Subject("batch", "ingest.many.handle", service, BATCH),
    )


def _check_machine() -> None:
    if sys.version_info[:2] != (3, 13) or platform.system() != "Linux":
        raise BenchError("The benchmark runs the functions' own Python, 3.13, and needs Linux.")
    if not all(tool.exists() for tool in (_PYTHON, _UV, _SAM)):
        raise BenchError("The benchmark's tools are not installed: run 'make bench'.")


def _build_service() -> Path:
    """Build the service's artifact by the Makefile that `sam build` runs, for this machine; return its folder."""
    artifact = WORK / "service/artifact"
    shutil.rmtree(artifact.parent, ignore_errors=True)
    artifact.mkdir(parents=True)
    variables = [f"ARTIFACTS_DIR={artifact}", f"ARCHITECTURE={_ARCHITECTURE[platform.machine()]}", f"UV={_UV}"]
    _run(["make", "--silent", "-C", ROOT / "functions", "build-IngestFunction", *variables])
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


def _write_batch() -> None:
    """Write the event of a full batch: the submission, a thousand times, each for a conversation of its own."""
    event = json.loads(SUBMISSION.read_text())
    one = json.loads(event["body"])
    items = [one | {"externalConversationId": f"conversation-{number}"} for number in range(1000)]
    BATCH.write_text(json.dumps(event | {"body": json.dumps({"items": items})}))


def _run(command: Command, **variables: str) -> None:
    ended = run(command, env=os.environ | variables)
    if ended.returncode:
        raise BenchError(f"{command[0]} failed:\n{ended.stdout}{ended.stderr}")

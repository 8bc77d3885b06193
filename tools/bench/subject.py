"""What is measured: the service, a typical implementation and the floor, each packaged as it would be deployed."""

import json
import os
import platform
import shutil
import sys
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from tools.command import Command, run

BENCH = Path(__file__).parent
ROOT = BENCH.parents[1]
WORK = ROOT / ".local/bench"

SUBMISSION = BENCH / "submission.json"
AUTHORIZATION = BENCH / "authorization.json"

_PYTHON = ROOT / ".venv/bin/python"
_UV = ROOT / ".venv/bin/uv"
_SAM = ROOT / ".tools/sam/bin/python"

ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]

# SnapStart's own announcement of itself, by which the service rehearses a request while it starts.
SNAP_START = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}


class BenchError(Exception):
    """Why there can be no measurement, in a sentence for the person who wants it."""


@dataclass(frozen=True)
class Subject:
    """A handler, where its code is, and the event that it is given."""

    name: str
    handler: str
    path: list[Path]
    event: Path = SUBMISSION
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Subjects:
    """Everything that is compared."""

    service: Subject
    primed: Subject
    typical: Subject
    compiled: Subject
    floor: Subject
    authorizer: Subject
    decision: Subject
    call: Subject
    line: Subject
    libraries: Subject
    batch: Subject
    artifacts: dict[str, Path]


def prepare() -> Subjects:
    """Package everything, and return it."""
    check_tools()
    typical = build_typical(WORK / "typical")
    compiled = WORK / "compiled"
    shutil.rmtree(compiled, ignore_errors=True)
    shutil.copytree(typical, compiled)
    _run([_PYTHON, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", compiled])
    artifacts = {architecture: build_service(architecture) for architecture in ("arm64", "x86_64")}
    service = artifacts[ARCHITECTURE]
    parts = [service, BENCH / "parts"]
    return Subjects(
        service=Subject("service", "ingest.handler.handle", [service]),
        primed=Subject("service, primed", "ingest.handler.handle", [service], environment=SNAP_START),
        typical=Subject("typical", "app.handle", [typical]),
        compiled=Subject("typical, byte code", "app.handle", [compiled]),
        floor=Subject("floor", "app.handle", [BENCH / "floor"]),
        authorizer=Subject("authorizer", "authorizer.handler.handle", [service], AUTHORIZATION),
        decision=Subject("authorizer's decision", "decision.handle", parts),
        call=Subject("SDK's call alone", "call.handle", [*parts, BENCH / "floor"]),
        line=Subject("log line alone", "line.handle", parts),
        libraries=Subject("libraries alone", "libraries.handle", parts),
        batch=Subject("batch", "ingest.many.handle", [service], write_batch()),
        artifacts=artifacts,
    )


def write_batch() -> Path:
    """Write the event of a full batch, each item the submission for a conversation of its own; return its file."""
    event = json.loads(SUBMISSION.read_text())
    one = json.loads(event["body"])
    items = [one | {"externalConversationId": f"conversation-{number}"} for number in range(1000)]
    file = WORK / "batch.json"
    file.write_text(json.dumps(event | {"body": json.dumps({"items": items})}))
    return file


def check_tools() -> None:
    """Raise BenchError unless this machine can run what Lambda runs."""
    if sys.version_info[:2] != (3, 13) or platform.system() != "Linux":
        raise BenchError("The benchmark runs the functions' own Python, 3.13, and needs Linux.")
    if not all(tool.exists() for tool in (_PYTHON, _UV, _SAM)):
        raise BenchError("The benchmark's tools are not installed: run 'make bench'.")


def build_service(architecture: str) -> Path:
    """Build the service's artifact as `sam build` does, by the same Makefile; return its folder."""
    folder = WORK / "service" / architecture
    artifact = folder / "artifact"
    shutil.rmtree(folder, ignore_errors=True)
    artifact.mkdir(parents=True)
    variables = [f"ARTIFACTS_DIR={artifact}", f"ARCHITECTURE={architecture}", f"UV={_UV}"]
    _run(["make", "--silent", "-C", ROOT / "functions", "build-IngestFunction", *variables])
    if not list(artifact.glob("ingest/__pycache__/*.cpython-313.pyc")):
        raise BenchError("The service's artifact has no byte code: functions/build/find-python found no Python 3.13.")
    return artifact


def build_typical(folder: Path) -> Path:
    """Package the typical implementation by SAM CLI's defaults, with the service's own libraries; return its folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(BENCH / "typical", folder / "source")
    pins = [line.split()[0] for line in (ROOT / "functions/requirements.txt").read_text().splitlines() if "==" in line]
    with (folder / "source/requirements.txt").open("a") as requirements:
        requirements.write("\n".join(pins))
    # SAM CLI looks for python3.13 with pip on PATH.
    path = os.pathsep.join([str(_PYTHON.parent), os.environ["PATH"]])
    template: list[str | Path] = ["--template", folder / "source/template.yaml", "--build-dir", folder / "build"]
    _run([_SAM, "-m", "samcli", "build", *template], PATH=path, SAM_CLI_TELEMETRY="0", AWS_DEFAULT_REGION="us-east-1")
    return folder / "build/Function"


def zipped_size(artifact: Path) -> int:
    """Return the bytes of what would be uploaded."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(artifact.rglob("*")):
            file.write(path, path.relative_to(artifact))
    return archive.tell()


def _run(command: Command, **variables: str) -> None:
    done = run(command, env=os.environ | variables)
    if done.returncode:
        raise BenchError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

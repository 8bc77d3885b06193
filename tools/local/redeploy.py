"""Gives the deployed functions the source files as they are now, in seconds: without a build or a deployment."""

import shutil
from pathlib import Path

from tools.local.deployment import BUCKET, outputs
from tools.local.emulated_aws import client
from tools.local.programs import ROOT
from tools.local.step import step

_SOURCES = ROOT / "functions"


def redeploy(folder: Path, endpoint: str) -> None:
    """Publish a version of every function of the stack whose builds are in `folder`."""
    with step("Copying the sources"):
        # Those that the emulator runs, and those that `sam local` runs.
        artifacts = sorted(folder.glob("*/*Function"))
        for artifact in artifacts:
            _refresh(artifact)
        archive = shutil.make_archive(str(folder / "redeployed"), "zip", folder / "build/IngestFunction")
    with step("Updating the functions"):
        client("s3", endpoint).upload_file(archive, BUCKET, "redeployed")
        functions = client("lambda", endpoint)
        names = [value for output, value in outputs(endpoint).items() if output.endswith("FunctionName")]
        for name in names:
            functions.update_function_code(FunctionName=name, S3Bucket=BUCKET, S3Key="redeployed")
        versions = {name: functions.publish_version(FunctionName=name)["Version"] for name in names}
        active = functions.get_waiter("published_version_active")
        for name, version in versions.items():
            active.wait(FunctionName=name, Qualifier=version, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})
            for alias in functions.list_aliases(FunctionName=name)["Aliases"]:
                functions.update_alias(FunctionName=name, Name=alias["Name"], FunctionVersion=version)


def _refresh(artifact: Path) -> None:
    for source in _SOURCES.rglob("*.py"):
        copy = artifact / source.relative_to(_SOURCES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
        # It was compiled to be taken without a look at its source.
        for byte_code in (copy.parent / "__pycache__").glob(f"{copy.stem}.*.pyc"):
            byte_code.unlink()

"""Gives the deployed functions the source files as they are now, in seconds: without a build or a deployment."""

import shutil
from pathlib import Path

from tools.local.deployment import BUILT_FUNCTION, functions, upload
from tools.local.emulated_aws import client
from tools.local.programs import ROOT
from tools.local.step import step
from tools.local.template import BUCKET, CODE

_SOURCES = ROOT / "functions"


def redeploy(folder: Path, endpoint: str) -> None:
    """Publish a version of every function of the stack whose builds are in `folder`."""
    with step("Copying the sources"):
        # The artifact that the emulator runs, and the one that `sam local` runs where that is another.
        for artifact in folder.glob(f"*/{BUILT_FUNCTION}"):
            _refresh(artifact)
        upload(folder / "build" / BUILT_FUNCTION, endpoint)
    with step("Updating the functions"):
        deployed = client("lambda", endpoint)
        active = deployed.get_waiter("published_version_active")
        for name in functions(endpoint).values():
            deployed.update_function_code(FunctionName=name, S3Bucket=BUCKET, S3Key=CODE)
            version = deployed.publish_version(FunctionName=name)["Version"]
            active.wait(FunctionName=name, Qualifier=version, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})
            for alias in deployed.list_aliases(FunctionName=name)["Aliases"]:
                deployed.update_alias(FunctionName=name, Name=alias["Name"], FunctionVersion=version)


def _refresh(artifact: Path) -> None:
    for source in _SOURCES.rglob("*.py"):
        copy = artifact / source.relative_to(_SOURCES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
        # It was compiled to be taken without a look at its source.
        for byte_code in (copy.parent / "__pycache__").glob(f"{copy.stem}.*.pyc"):
            byte_code.unlink()

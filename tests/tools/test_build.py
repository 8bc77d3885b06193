"""The build packs one artifact for both processors and lists its packages. The environment changes nothing in it."""

import json
import re
import shutil
from importlib.metadata import distributions

import pytest
from botocore.loaders import Loader
from botocore.session import get_session

from tests.conftest import AWS_CALLS, FUNCTIONS, ROOT
from tools.command import run
from tools.local.programs import SAM, build_environment

NO_COMPILER = run([ROOT / "functions/packaging/find-python.sh", "3.13"]).returncode != 0
PINS = dict(re.findall(r"^([\w-]+)==(\S+)", (ROOT / "functions/requirements.txt").read_text(), re.MULTILINE))
# They require only their own text in the artifact, where each package has it.
PERMISSIVE = {"Apache Software License", "Apache-2.0", "BSD License", "MIT", "MIT License", "PSF-2.0",
              "MIT No Attribution License (MIT-0)"}  # fmt: skip


# Variables that images for continuous integration, other tools and shells export.
HOSTILE = {
    "MAKEFLAGS": "-k -- PLATFORMS=x", "PLATFORMS": "linux/amd64", "PYTHON_VERSION": "3.12.7", "PYTHONOPTIMIZE": "2",
    "PYTHONPYCACHEPREFIX": "/nowhere", "PYTHONIOENCODING": "ascii", "UV_LINK_MODE": "hardlink", "UV_PYTHON": "3.12",
    **dict.fromkeys(["COMPILER", "PYTHON", "UV"], "/bin/false"),
    **dict.fromkeys(["PYTHONPATH", "UV_TARGET"], "/nowhere"),
    **dict.fromkeys(["PYTHONDONTWRITEBYTECODE", "PYTHONSAFEPATH", "UV_COMPILE_BYTECODE", "UV_NO_DEPS"], "1"),
}  # fmt: skip


def make(artifact, sources=ROOT / "functions", **variables):
    """Run what `sam build` runs for a function."""
    command = ["make", "--silent", "-C", sources, "build-IngestFunction"]
    return run(command, env=build_environment() | variables | {"ARTIFACTS_DIR": str(artifact)})


def contents(artifact):
    """Return the bytes and the permissions of every file, by its path in the artifact."""
    files = [path for path in artifact.rglob("*") if path.is_file()]
    return {path.relative_to(artifact): (path.read_bytes(), path.stat().st_mode) for path in files}


@pytest.fixture(scope="module")
def artifact(tools, tmp_path_factory):  # noqa: ARG001 -- uv is among them
    folder = tmp_path_factory.mktemp("build") / "IngestFunction"
    made = make(folder)
    assert made.returncode == 0, made.stderr
    assert "for python3.13 on aarch64-manylinux2014 x86_64-manylinux2014" in made.stdout
    return folder


def test_sam_build_packs_the_same_bytes_for_every_function_in_any_environment(artifact, tmp_path):
    options = ["--template", ROOT / "template.yaml", "--build-dir", tmp_path]
    command = ["sh", "-c", 'umask 077; exec "$@"', "sh", *SAM, "build", *options]
    built = run(command, env=build_environment() | HOSTILE, cwd=ROOT)

    assert built.returncode == 0, built.stderr
    expected = contents(artifact)
    for function in FUNCTIONS:
        assert contents(tmp_path / function) == expected


def test_a_kept_build_folder_gets_the_sources_as_they_are_now(artifact, tmp_path):
    """As `sam sync` keeps it, which builds one function at a time."""
    project = tmp_path / "project with a space"
    shutil.copytree(ROOT / "functions", project / "functions")
    shutil.copy(ROOT / "template.yaml", project)
    project.joinpath("functions/ingest/single.py").write_text("changed = True\n")
    project.joinpath("functions/ingest/many.py").unlink()
    kept = artifact.with_name("ReadFunction")
    for sources in (ROOT / "functions", project / "functions"):
        assert make(kept, sources).returncode == 0

    assert kept.joinpath("ingest/single.py").read_text() == "changed = True\n"
    assert not list(kept.glob("ingest/**/many.*"))


@pytest.mark.parametrize("flag", ["n", "i", "t", "q", "e"])
def test_flags_of_make_that_would_build_nothing_are_refused(tmp_path, flag):
    made = make(tmp_path / "artifact", MAKEFLAGS=flag)

    assert f"unset MAKEFLAGS, which has -{flag}" in made.stderr


def test_one_artifact_has_the_compiled_modules_of_both_processors(artifact):
    modules = [str(path) for path in artifact.rglob("*.so")]
    arm, intel = ({name for name in modules if processor in name} for processor in ("aarch64", "x86_64"))
    assert arm | intel == set(modules) != set()
    assert arm == {name.replace("x86_64", "aarch64") for name in intel}


def test_the_artifact_and_its_sbom_have_every_package_with_its_permissive_licence(artifact):
    packages = distributions(path=[str(artifact)])
    assert {package.name.lower().replace("_", "-"): package.version for package in packages} == PINS
    for folder in artifact.glob("*.dist-info"):
        assert [path for path in folder.rglob("*") if "LICENSE" in path.name.upper()], folder
    document = json.loads((artifact / "parts.cdx.json").read_text())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert {part["purl"] for part in document["components"]} == {f"pkg:pypi/{name}@{pin}" for name, pin in PINS.items()}
    for part in document["components"]:
        licences = {each.get("expression") or each["license"]["name"] for each in part["licenses"]}
        assert licences, part
        assert licences <= PERMISSIVE, part


@pytest.mark.skipif(NO_COMPILER, reason="Compiling for Lambda needs Python 3.13.")
def test_the_functions_own_modules_are_compiled(artifact):
    for source in (ROOT / "functions").glob("ingest/*.py"):
        assert list(artifact.glob(f"ingest/__pycache__/{source.stem}.*.pyc"))


def client_of(service, artifact):
    session = get_session()
    data = Loader(extra_search_paths=[str(artifact / "botocore/data")], include_default_search_paths=False)
    session.register_component("data_loader", data)
    return session.create_client(service)


def test_botocores_data_has_only_the_operations_that_functions_call(artifact):
    # A service has a folder per version of its API. The latest one stays.
    services = [version.parent.name for version in artifact.glob("botocore/data/*/*/")]
    models = [(service, client_of(service, artifact).meta.service_model) for service in services]
    kept = [f"{service}:{operation}" for service, model in models for operation in model.operation_names]
    assert sorted(kept) == sorted(AWS_CALLS)


@pytest.mark.parametrize("call", sorted(AWS_CALLS))
def test_a_client_needs_no_more_of_botocores_data(artifact, call):
    service, _, operation = call.partition(":")
    client, whole = client_of(service, artifact), get_session().create_client(service)
    assert client.meta.endpoint_url == whole.meta.endpoint_url
    mine, its = (each.meta.service_model.operation_model(operation) for each in (client, whole))
    assert mine.input_shape.members.keys() == its.input_shape.members.keys()
    assert mine.output_shape.members.keys() == its.output_shape.members.keys()
    assert all(getattr(client.exceptions, error.name) for error in its.error_shapes)

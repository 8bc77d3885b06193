"""What the build leaves of botocore's data, and that a client needs no more."""

import shutil
import sys
from pathlib import Path

import botocore
import pytest
from botocore.loaders import Loader
from botocore.session import get_session

from tests.conftest import ROOT
from tools.command import run

WHOLE = Path(botocore.__file__).with_name("data")


@pytest.fixture
def data(tmp_path):
    """botocore's data, as far as it is about two services."""
    for file in WHOLE.glob("*.json"):
        shutil.copy(file, tmp_path)
    for service in ("lambda", "secretsmanager"):
        shutil.copytree(WHOLE / service, tmp_path / service)
    return tmp_path


def trim(data, *calls):
    return run([sys.executable, ROOT / "functions/build/trim-botocore", data, *calls])


def client_of(service, data):
    session = get_session()
    session.register_component(
        "data_loader", Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    )
    return session.create_client(service)


def test_a_client_has_the_operation_that_is_named_and_its_errors(data):
    assert trim(data, "secretsmanager:GetSecretValue").stderr == ""
    client = client_of("secretsmanager", data)
    assert client.meta.service_model.operation_names == ["GetSecretValue"]
    assert not (data / "lambda").exists()
    assert client.meta.endpoint_url == get_session().create_client("secretsmanager").meta.endpoint_url
    whole = get_session().get_service_model("secretsmanager").operation_model("GetSecretValue")
    operation = client.meta.service_model.operation_model("GetSecretValue")
    assert {shape.name for shape in operation.error_shapes} == {shape.name for shape in whole.error_shapes}
    assert operation.input_shape.members.keys() == whole.input_shape.members.keys()
    assert operation.output_shape.members.keys() == whole.output_shape.members.keys()
    assert client.exceptions.ResourceNotFoundException


def test_of_a_services_apis_the_latest_stays(data):
    assert len(list((data / "lambda").iterdir())) > 1
    assert trim(data, "lambda:Invoke").stderr == ""
    assert len(list((data / "lambda").iterdir())) == 1
    assert client_of("lambda", data).invoke


def test_an_operation_that_botocore_does_not_know_ends_the_build(data):
    trimmed = trim(data, "secretsmanager:GetSecretValues")
    assert trimmed.returncode == 1
    assert trimmed.stderr == "botocore's Secrets Manager has no GetSecretValues: see AWS_CALLS.\n"

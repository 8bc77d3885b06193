"""GitHub's workflow: the tests come first, AWS credentials last, and the roles allow what a deployment needs."""

import re
import tomllib

import yaml

from tests.conftest import ROOT
from tools.template import TEMPLATES, load

TEXT = (ROOT / ".github/workflows/main.yml").read_text()
WORKFLOW = yaml.safe_load(TEXT)
JOBS = WORKFLOW["jobs"]
ROLES = load("tools/operations/github-roles.yaml")["Resources"]


def _statements(role):
    """Return the statements of a role that the runbook has an administrator make."""
    return ROLES[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]


def _actions(role):
    given = [statement["Action"] for statement in _statements(role)]
    return {action for each in given for action in ([each] if isinstance(each, str) else each)}


def _runs(job):
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def test_every_action_is_pinned_to_a_commit():
    uses = [line for line in TEXT.splitlines() if "uses:" in line]
    assert uses
    assert all(re.search(r"@[0-9a-f]{40} # v[\d.]+$", line) for line in uses)


def test_continuous_integration_is_one_target_wherever_it_runs_and_the_oldest_python_is_tested_too():
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    tested = JOBS["ci"]["strategy"]["matrix"]["include"]
    assert [each["command"] for each in tested] == ["make ci", f"make test PYTHON_VERSIONS={oldest}"]
    assert tested[1]["python"] == oldest
    assert _runs("ci")[-1] == "${{ matrix.command }}"
    assert (ROOT / ".ci/run").read_text().splitlines()[-1] == "make ci"
    assert re.search(r"^ci: check test gate\b", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_a_deployment_waits_for_every_other_job():
    assert set(JOBS["deploy"]["needs"]) == JOBS.keys() - {"deploy"}


def test_only_the_deployment_can_ask_for_credentials_and_it_installs_and_builds_nothing_after_it_has():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert [name for name, job in JOBS.items() if "permissions" in job] == ["deploy"]
    assert JOBS["deploy"]["permissions"] == {"contents": "read", "id-token": "write"}

    steps = JOBS["deploy"]["steps"]
    [credentials] = [i for i, step in enumerate(steps) if "configure-aws-credentials" in step.get("uses", "")]
    [after] = steps[credentials + 1 :]
    assert "samcli deploy" in after["run"]
    assert "make" not in after["run"]
    assert not any("make build" in run for run in _runs("deploy"))


def test_production_is_deployed_from_main_only():
    assert "(inputs.environment != 'prod' || github.ref == 'refs/heads/main')" in JOBS["deploy"]["if"]


def test_an_environment_has_one_deployment_at_a_time_and_cancels_none_that_waits():
    assert JOBS["deploy"]["concurrency"] == {"group": f"deploy-{JOBS['deploy']['environment']}", "queue": "max"}
    assert "github.run_id" in WORKFLOW["concurrency"]["group"]


def test_the_execution_role_knows_the_service_of_every_resource_of_the_stack():
    # What SAM makes of functions and of the API.
    services = {"codedeploy", "cloudformation", "lambda"}
    for name in TEMPLATES:
        services |= {resource["Type"].split("::")[1].lower() for resource in load(name)["Resources"].values()}

    assert services - {"serverless"} <= {action.partition(":")[0] for action in _actions("ExecutionRole")}


def test_github_may_only_have_cloudformation_deploy_and_no_role_reads_what_is_stored():
    assert {action.partition(":")[0] for action in _actions("DeployRole")} == {"cloudformation", "s3", "iam"}
    assert not _actions("ExecutionRole") & {f"dynamodb:{call}" for call in ("*", "GetItem", "Query", "Scan")}


def test_a_role_passes_roles_to_named_services_only():
    for made in ROLES:
        [passing] = [statement for statement in _statements(made) if statement["Action"] == "iam:PassRole"]
        assert passing["Condition"]["StringEquals"]["iam:PassedToService"]

"""What the emulator can't take from the built template, or doesn't."""

from pathlib import Path
from typing import Any

import yaml

_HEADERS = "gatewayresponse.header."


def adapt(built: Path) -> dict[str, Any]:
    """Take out of the template at `built` what the emulator refuses, and return it."""
    # SAM CLI writes the long form (`Fn::Sub: …`) of every short one (`!Sub …`), so this is plain YAML.
    template: dict[str, Any] = yaml.safe_load(built.read_text())
    # It doesn't know CodeDeploy, and not even a false condition keeps it from refusing the resource.
    for resource in template["Resources"].values():
        resource.get("Properties", {}).pop("DeploymentPreference", None)
    template.get("Globals", {}).get("Function", {}).pop("DeploymentPreference", None)
    template["Resources"] = {name: it for name, it in template["Resources"].items() if not _is_unknown(it)}
    built.write_text(yaml.safe_dump(template, sort_keys=False))
    return template


def _is_unknown(resource: dict[str, Any]) -> bool:
    """Tell whether the emulator would refuse a resource: it has no saved queries and no alarms on computed metrics."""
    # The dashboard would do, but it shows those alarms.
    if resource["Type"] in ("AWS::Logs::QueryDefinition", "AWS::CloudWatch::Dashboard"):
        return True
    return resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]


def gateway_responses(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the API's gateway responses as the arguments of put_gateway_response."""
    responses = template["Resources"]["Api"]["Properties"]["GatewayResponses"]
    return [_gateway_response(kind, response) for kind, response in responses.items()]


def _gateway_response(kind: str, response: dict[str, Any]) -> dict[str, Any]:
    arguments = {"responseType": kind, "responseTemplates": response.get("ResponseTemplates", {})}
    if "StatusCode" in response:
        arguments["statusCode"] = str(response["StatusCode"])
    headers = response.get("ResponseParameters", {}).get("Headers", {})
    arguments["responseParameters"] = {f"{_HEADERS}{name}": value for name, value in headers.items()}
    return arguments

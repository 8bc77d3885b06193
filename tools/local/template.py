"""What the emulator can't take from the built template, or doesn't."""

from pathlib import Path
from typing import Any

import yaml

_HEADERS = "gatewayresponse.header."


def adapt(built: Path) -> dict[str, Any]:
    """Take out of the template at `built` what the emulator refuses, and return it.

    It knows neither nested applications nor CodeDeploy, and not even a false condition keeps it from refusing one.
    """
    # SAM CLI writes the long form (`Fn::Sub: …`) of every short one (`!Sub …`), so this is plain YAML.
    template: dict[str, Any] = yaml.safe_load(built.read_text())
    for resource in template["Resources"].values():
        resource.get("Properties", {}).pop("DeploymentPreference", None)
    template.get("Globals", {}).get("Function", {}).pop("DeploymentPreference", None)
    nested = {name for name, it in template["Resources"].items() if it["Type"] == "AWS::Serverless::Application"}
    template["Resources"] = {name: it for name, it in template["Resources"].items() if name not in nested}
    outputs = template.get("Outputs", {}).items()
    kept = {key: it for key, it in outputs if not any(f"'{name}" in repr(it["Value"]) for name in nested)}
    template["Outputs"] = kept
    built.write_text(yaml.safe_dump(template, sort_keys=False))
    return template


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

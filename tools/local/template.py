"""What the emulator can't take from the built template, or doesn't."""

from pathlib import Path
from typing import Any

import yaml

# Where the functions' code is uploaded to.
BUCKET, CODE = "artifacts", "code.zip"


def adapt(built: Path) -> dict[str, Any]:
    """Take out of the template at `built` what the emulator refuses, set where the code is, and return the template.

    It knows neither nested applications nor CodeDeploy, and not even a false condition keeps it from refusing one.
    """
    # SAM CLI writes the long form (`Fn::Sub: …`) of every short one (`!Sub …`), so this is plain YAML.
    template: dict[str, Any] = yaml.safe_load(built.read_text())
    resources, outputs = template["Resources"], template["Outputs"]
    for name in [name for name, it in resources.items() if it["Type"] == "AWS::Serverless::Application"]:
        del resources[name]
        for output in [key for key, it in outputs.items() if f"'{name}" in repr(it["Value"])]:
            del outputs[output]
    for resource in resources.values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"] |= {"CodeUri": f"s3://{BUCKET}/{CODE}"}
            resource["Properties"].pop("DeploymentPreference", None)
    template["Globals"]["Function"].pop("DeploymentPreference", None)
    built.write_text(yaml.safe_dump(template, sort_keys=False))
    return template


def gateway_responses(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the API's gateway responses as the arguments of put_gateway_response."""
    return [
        {
            "responseType": kind,
            "statusCode": str(response["StatusCode"]),
            "responseTemplates": response["ResponseTemplates"],
            "responseParameters": {
                f"gatewayresponse.header.{name}": value
                for name, value in response["ResponseParameters"]["Headers"].items()
            },
        }
        for kind, response in template["Resources"]["Api"]["Properties"]["GatewayResponses"].items()
    ]

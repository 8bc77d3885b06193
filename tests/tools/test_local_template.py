"""What the local stack changes in the built template, and takes from it."""

from pathlib import Path

import yaml

from tools.local.template import adapt, gateway_responses


def test_deployment_preferences_are_taken_out_and_nothing_beside_them(tmp_path: Path) -> None:
    properties = {"Handler": "a.b", "AutoPublishAlias": "live"}
    preference = {"DeploymentPreference": {"Type": "Canary10Percent5Minutes"}}
    built = tmp_path / "template.yaml"
    function = {"Type": "AWS::Serverless::Function", "Properties": properties | preference}
    table = {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain"}
    template = {"Globals": {"Function": dict(preference)}, "Resources": {"Function": function, "Table": table}}
    built.write_text(yaml.safe_dump(template))

    adapted = adapt(built)

    assert adapted == {
        "Globals": {"Function": {}},
        "Resources": {"Function": function | {"Properties": properties}, "Table": table},
        "Outputs": {},
    }
    assert yaml.safe_load(built.read_text()) == adapted


def test_a_nested_application_is_taken_out_with_the_outputs_that_it_gives(tmp_path: Path) -> None:
    table = {"Type": "AWS::DynamoDB::Table"}
    nested = {"Type": "AWS::Serverless::Application", "Properties": {"Location": "monitoring.yaml"}}
    name, topic = {"Value": {"Ref": "Table"}}, {"Value": {"Fn::GetAtt": ["Monitoring", "Outputs.Topic"]}}
    built = tmp_path / "template.yaml"
    template = {"Resources": {"Table": table, "Monitoring": nested}, "Outputs": {"Name": name, "Topic": topic}}
    built.write_text(yaml.safe_dump(template))

    assert adapt(built) == {"Resources": {"Table": table}, "Outputs": {"Name": name}}


def test_gateway_responses_become_arguments_of_the_api_call() -> None:
    throttled = {
        "StatusCode": 429,
        "ResponseParameters": {"Headers": {"Retry-After": "'1'"}},
        "ResponseTemplates": {"application/json": "{}"},
    }
    responses = {"THROTTLED": throttled, "DEFAULT_4XX": {"ResponseTemplates": {"application/json": "{}"}}}

    assert gateway_responses({"Resources": {"Api": {"Properties": {"GatewayResponses": responses}}}}) == [
        {
            "responseType": "THROTTLED",
            "statusCode": "429",
            "responseParameters": {"gatewayresponse.header.Retry-After": "'1'"},
            "responseTemplates": {"application/json": "{}"},
        },
        {
            "responseType": "DEFAULT_4XX",
            "responseParameters": {},
            "responseTemplates": {"application/json": "{}"},
        },
    ]

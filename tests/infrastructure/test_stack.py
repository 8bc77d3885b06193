"""What the template promises of its data, its parameters and its outputs."""

import pytest


@pytest.fixture
def table(template):
    return template["Resources"]["Table"]


def test_a_conversation_is_found_by_its_id_alone(table):
    key = "externalConversationId"
    assert table["Properties"]["KeySchema"] == [{"AttributeName": key, "KeyType": "HASH"}]
    assert table["Properties"]["AttributeDefinitions"] == [{"AttributeName": key, "AttributeType": "S"}]


def test_the_table_takes_any_traffic_and_costs_nothing_without(table):
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
    assert "ProvisionedThroughput" not in table["Properties"]


def test_table_and_secret_are_encrypted_with_a_key_of_the_customers_where_one_is_given(template, table):
    key = {"Fn::If": ["WithKmsKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}
    encryption = table["Properties"]["SSESpecification"]
    assert encryption == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    assert template["Resources"]["CredentialsSecret"]["Properties"]["KmsKeyId"] == key


def test_the_table_can_be_put_back_to_any_second(table):
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_the_table_deletes_what_has_expired(table):
    assert table["Properties"]["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}


def test_the_table_outlives_mistakes_and_the_stack(table, template):
    assert table["Properties"]["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert template["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_the_secret_is_made_with_one_client_and_a_value_that_no_deployment_changes(template):
    properties = template["Resources"]["CredentialsSecret"]["Properties"]
    generated = properties["GenerateSecretString"]
    assert generated["SecretStringTemplate"] == "{}"
    assert generated["GenerateStringKey"] == "default-client"
    assert generated["PasswordLength"] >= 32
    # A secret travels in an HTTP header.
    assert generated["ExcludePunctuation"] is True
    assert not generated.get("IncludeSpace", False)
    assert not [value for value in generated.values() if isinstance(value, dict)]
    assert "SecretString" not in properties


def test_the_secret_itself_stands_nowhere_in_the_stack(template):
    assert "resolve:secretsmanager" not in repr(template)


def test_every_log_group_forgets(template):
    groups = [resource for resource in template["Resources"].values() if resource["Type"] == "AWS::Logs::LogGroup"]
    assert groups
    for group in groups:
        assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_every_parameter_is_described_has_a_default_and_refuses_what_makes_no_sense(template):
    for name, parameter in template["Parameters"].items():
        assert parameter["Description"].endswith("."), name
        assert "Default" in parameter, name
        range_given = {"MinValue", "MaxValue"} <= parameter.keys()
        assert range_given or parameter.keys() & {"AllowedValues", "AllowedPattern"}, name


def test_every_default_is_one_of_the_values_allowed(template):
    for name, parameter in template["Parameters"].items():
        default = parameter["Default"]
        assert default in parameter.get("AllowedValues", [default]), name
        assert parameter.get("MinValue", default) <= default <= parameter.get("MaxValue", default), name


def test_every_parameter_is_in_one_group_of_the_console(template):
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(template["Parameters"])


def test_every_parameter_is_used(template):
    text = repr([template["Globals"], template["Resources"], template["Conditions"], template["Outputs"]])
    for name in template["Parameters"]:
        assert f"{{'Ref': '{name}'}}" in text or f"${{{name}}}" in text, name


def test_the_outputs_tell_what_a_caller_and_an_operator_need(template):
    outputs = template["Outputs"]
    assert {"ApiUrl", "TableName", "CredentialsSecretArn"} <= outputs.keys()
    assert outputs["TableName"]["Value"] == {"Ref": "Table"}
    assert outputs["CredentialsSecretArn"]["Value"] == {"Ref": "CredentialsSecret"}
    for name, output in outputs.items():
        assert output["Description"].endswith("."), name

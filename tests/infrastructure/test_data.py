"""What the templates promise of the data: found by one key, encrypted, restorable, and kept through mistakes."""

import re

import pytest


@pytest.fixture
def table(template):
    return template["Resources"]["Table"]["Properties"]


@pytest.fixture
def secret(template):
    return template["Resources"]["CredentialsSecret"]["Properties"]


def test_a_conversation_is_found_by_its_id_alone(table):
    key = "externalConversationId"
    assert table["KeySchema"] == [{"AttributeName": key, "KeyType": "HASH"}]
    assert table["AttributeDefinitions"] == [{"AttributeName": key, "AttributeType": "S"}]


def test_the_table_takes_any_traffic_and_costs_nothing_without(table):
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert "ProvisionedThroughput" not in table


def test_table_and_secret_are_encrypted_with_a_key_of_the_customers_where_one_is_given(table, secret):
    key = {"Fn::If": ["WithKmsKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    assert secret["KmsKeyId"] == key


def test_a_customers_key_is_used_by_table_and_secret_alone(template):
    """Its own policy lets the account use it through them; a function's rights would come after it is turned on."""
    assert {name for name, it in template["Resources"].items() if "KmsKeyArn" in repr(it)} == {
        "Table",
        "CredentialsSecret",
    }


def test_the_table_can_be_put_back_to_any_second(table):
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_the_table_deletes_what_has_expired(table):
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}


def test_the_table_refuses_to_be_deleted_unless_somebody_says_otherwise(table, template):
    assert table["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert template["Parameters"]["DeletionProtection"]["Default"] == "true"


@pytest.mark.parametrize("name", ["Table", "CredentialsSecret", "ApiGatewayAccount", "ApiGatewayLogRole"])
def test_what_others_depend_on_outlives_the_stack_but_not_a_first_deployment_that_failed(template, name):
    resource = template["Resources"][name]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_a_stream_carries_every_change_as_it_becomes_where_one_is_asked_for(table, template):
    assert table["StreamSpecification"] == {
        "Fn::If": ["WithStream", {"StreamViewType": "NEW_IMAGE"}, {"Ref": "AWS::NoValue"}]
    }
    assert template["Outputs"]["StreamArn"]["Condition"] == "WithStream"
    assert template["Outputs"]["StreamArn"]["Value"] == {"Fn::GetAtt": "Table.StreamArn"}


def test_writes_and_reads_each_have_a_ceiling_of_their_own(table, template):
    condition, ceilings, otherwise = table["OnDemandThroughput"]["Fn::If"]
    assert otherwise == {"Ref": "AWS::NoValue"}
    assert template["Conditions"][condition] == {
        "Fn::Or": [{"Condition": "WithMaxWriteUnits"}, {"Condition": "WithMaxReadUnits"}]
    }
    for kind in ("Write", "Read"):
        expected = [f"WithMax{kind}Units", {"Ref": f"Max{kind}Units"}, {"Ref": "AWS::NoValue"}]
        assert ceilings[f"Max{kind}RequestUnits"] == {"Fn::If": expected}


@pytest.mark.parametrize(
    ("units", "taken"), [("0", True), ("4000", True), ("100000", True), ("3999", False), ("1", False)]
)
def test_a_table_is_never_asked_to_be_readier_than_a_new_one_by_less_than_that(template, units, taken):
    pattern = template["Parameters"]["WarmWriteUnits"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, units)) is taken


def test_the_secret_is_made_with_one_client_and_a_value_that_no_deployment_changes(secret):
    generated = secret["GenerateSecretString"]
    assert generated["SecretStringTemplate"] == "{}"
    assert generated["GenerateStringKey"] == "default-client"
    assert generated["PasswordLength"] >= 32
    # A secret travels in an HTTP header.
    assert generated["ExcludePunctuation"] is True
    assert not generated.get("IncludeSpace", False)
    assert not [value for value in generated.values() if isinstance(value, dict)]
    assert "SecretString" not in secret


def test_the_secret_itself_stands_nowhere_in_the_stack(template):
    assert "resolve:secretsmanager" not in repr(template)


def test_every_log_group_forgets(template):
    groups = [resource for resource in template["Resources"].values() if resource["Type"] == "AWS::Logs::LogGroup"]
    assert groups
    for group in groups:
        assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}

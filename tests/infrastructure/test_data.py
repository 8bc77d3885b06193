"""What the templates promise of the data: found by one key, encrypted, restorable, and kept through mistakes."""

import re

import pytest

NOTHING = {"Ref": "AWS::NoValue"}
KEY = {"Fn::If": ["WithKmsKey", {"Ref": "KmsKeyArn"}, NOTHING]}


def ceiling(kind):
    return {"Fn::If": [f"WithMax{kind}Units", {"Ref": f"Max{kind}Units"}, NOTHING]}


def test_the_table_is_found_by_one_key_takes_any_traffic_can_be_put_back_and_deletes_what_has_expired(template):
    properties = dict(template["Resources"]["Table"]["Properties"])
    warm = properties.pop("WarmThroughput")
    assert warm == {"Fn::If": ["WithWarmWriteUnits", {"WriteUnitsPerSecond": {"Ref": "WarmWriteUnits"}}, NOTHING]}
    assert properties == {
        "KeySchema": [{"AttributeName": "externalConversationId", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "externalConversationId", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": True},
        "DeletionProtectionEnabled": {"Ref": "DeletionProtection"},
        "StreamSpecification": {"Fn::If": ["WithStream", {"StreamViewType": "NEW_IMAGE"}, NOTHING]},
        # Writes and reads each have a ceiling of their own.
        "OnDemandThroughput": {
            "Fn::If": ["WithMaxUnits", {f"Max{it}RequestUnits": ceiling(it) for it in ("Write", "Read")}, NOTHING]
        },
    }
    assert template["Conditions"]["WithMaxUnits"] == {
        "Fn::Or": [{"Condition": "WithMaxWriteUnits"}, {"Condition": "WithMaxReadUnits"}]
    }
    assert template["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_the_secret_is_made_with_one_client_and_a_value_that_a_header_can_hold_and_no_deployment_changes(template):
    """A change of what generates it would make it anew and lock every client out: so nothing here is a parameter."""
    properties = template["Resources"]["CredentialsSecret"]["Properties"]
    assert properties["GenerateSecretString"] == {
        "SecretStringTemplate": "{}",
        "GenerateStringKey": "default-client",
        "PasswordLength": 40,
        "ExcludePunctuation": True,
    }
    assert properties.keys() == {"Description", "KmsKeyId", "GenerateSecretString"}
    assert properties["KmsKeyId"] == KEY
    # It stands nowhere in the stack.
    assert "resolve:secretsmanager" not in repr(template)


def test_a_customers_key_is_used_by_table_and_secret_alone(template):
    """Its own policy lets the account use it through them; a function's rights would come after it is turned on."""
    users = {name for name, it in template["Resources"].items() if "KmsKeyArn" in repr(it)}
    assert users == {"Table", "CredentialsSecret"}


@pytest.mark.parametrize("name", ["Table", "CredentialsSecret", "ApiGatewayAccount", "ApiGatewayLogRole"])
def test_what_others_depend_on_outlives_the_stack_but_not_a_first_deployment_that_failed(template, name):
    resource = template["Resources"][name]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


@pytest.mark.parametrize(
    ("units", "taken"), [("0", True), ("4000", True), ("100000", True), ("3999", False), ("1", False)]
)
def test_a_table_is_never_asked_to_be_readier_than_a_new_one_by_less_than_that(template, units, taken):
    pattern = template["Parameters"]["WarmWriteUnits"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, units)) is taken


def test_every_log_group_forgets(template):
    groups = [resource for resource in template["Resources"].values() if resource["Type"] == "AWS::Logs::LogGroup"]
    assert groups
    assert all(group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups)

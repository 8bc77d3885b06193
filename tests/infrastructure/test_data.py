"""What the templates promise of the data: found by one key, encrypted, restorable, and kept through mistakes."""

from unittest.mock import ANY

import pytest


def given(condition, value):
    return {"Fn::If": [condition, value, {"Ref": "AWS::NoValue"}]}


KEY = given("WithKmsKey", {"Ref": "KmsKeyArn"})


def test_the_table_is_found_by_one_key_takes_any_traffic_can_be_put_back_and_deletes_what_has_expired(template):
    # Writes and reads each have a ceiling of their own.
    ceilings = {
        f"Max{it}RequestUnits": given(f"WithMax{it}Units", {"Ref": f"Max{it}Units"}) for it in ("Write", "Read")
    }
    assert template["Resources"]["Table"]["Properties"] == {
        "KeySchema": [{"AttributeName": "externalConversationId", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "externalConversationId", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": True},
        "DeletionProtectionEnabled": {"Ref": "DeletionProtection"},
        "StreamSpecification": given("WithStream", {"StreamViewType": "NEW_IMAGE"}),
        "OnDemandThroughput": given("WithMaxUnits", ceilings),
        "TableClass": {"Ref": "TableClass"},
    }
    either = [{"Condition": "WithMaxWriteUnits"}, {"Condition": "WithMaxReadUnits"}]
    assert template["Conditions"]["WithMaxUnits"] == {"Fn::Or": either}
    assert template["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_the_secret_is_made_with_one_client_and_a_value_that_a_header_can_hold_and_no_deployment_changes(template):
    """A change of what generates it would make it anew and lock every client out: so nothing here is a parameter."""
    one_client = {"SecretStringTemplate": "{}", "GenerateStringKey": "default-client"}
    assert template["Resources"]["CredentialsSecret"]["Properties"] == {
        "Description": ANY,
        "GenerateSecretString": one_client | {"PasswordLength": 40, "ExcludePunctuation": True},
        "KmsKeyId": KEY,
    }
    # It stands nowhere in the stack.
    assert "resolve:secretsmanager" not in repr(template)


def test_a_customers_key_is_used_by_table_and_secret_alone(template):
    """Its own policy lets the account use it through them; a function's rights would come after it is turned on."""
    users = {name for name, it in template["Resources"].items() if "KmsKeyArn" in repr(it)}
    assert users == {"Table", "Erasures", "CredentialsSecret"}


@pytest.mark.parametrize(
    "name", ["Table", "Erasures", "ApiGatewayAccount", "ApiGatewayLogRole", "AccessLogGroup", "DomainRecord"]
)
def test_a_failed_first_deployment_and_a_deleted_stack_keep(template, name):
    """RetainExceptOnCreate would delete it after a first failure, and a protected table refuses: ROLLBACK_FAILED."""
    resource = template["Resources"][name]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    # The next attempt would fail if a kept resource had its name.
    assert not resource["Properties"].keys() & {"TableName", "RoleName", "LogGroupName"}


def test_a_deleted_stack_keeps_the_secret_and_a_failed_first_deployment_does_not(template):
    secret = template["Resources"]["CredentialsSecret"]
    assert (secret["DeletionPolicy"], secret["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_every_log_group_forgets(template):
    groups = [it["Properties"] for it in template["Resources"].values() if it["Type"] == "AWS::Logs::LogGroup"]
    assert [group["RetentionInDays"] for group in groups] == [{"Ref": "LogRetentionDays"}] * 5

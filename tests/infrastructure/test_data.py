"""The data survives mistakes: it is encrypted, can be restored, and is kept when the stack is deleted."""

import pytest


@pytest.mark.parametrize("name", ["Table", "Erasures"])
def test_a_table_accepts_any_traffic_can_be_restored_and_is_protected(template, name):
    table = template["Resources"][name]["Properties"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert table["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert template["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_no_parameter_generates_the_secret_anew(template):
    """A change to what generates it would replace the secrets of all clients."""
    secret = template["Resources"]["CredentialsSecret"]["Properties"]
    assert "Ref" not in repr(secret["GenerateSecretString"])
    assert "Name" not in secret


def test_template_never_resolves_the_secret(template):
    assert "resolve:secretsmanager" not in repr(template)


def test_a_customers_key_is_used_by_the_tables_and_the_secret_alone(template):
    """The key's own policy grants the account access. A policy of the functions would come after the key is used."""
    users = {name for name, it in template["Resources"].items() if "KmsKeyArn" in repr(it)}
    assert users == {"Table", "Erasures", "CredentialsSecret"}


@pytest.mark.parametrize(
    "name", ["Table", "Erasures", "ApiGatewayAccount", "ApiGatewayLogRole", "AccessLogGroup", "DomainRecord"]
)
def test_a_deleted_stack_and_a_failed_first_deployment_keep(template, name):
    """With RetainExceptOnCreate, the rollback would try to delete a protected table, and end in ROLLBACK_FAILED."""
    resource = template["Resources"][name]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    # The next attempt would fail if a kept resource had its name.
    assert not resource["Properties"].keys() & {"TableName", "RoleName", "LogGroupName"}


def test_a_deleted_stack_keeps_the_secret_and_a_failed_first_deployment_does_not(template):
    secret = template["Resources"]["CredentialsSecret"]
    assert (secret["DeletionPolicy"], secret["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_every_log_group_has_a_retention(template):
    groups = [it["Properties"] for it in template["Resources"].values() if it["Type"] == "AWS::Logs::LogGroup"]
    assert [group["RetentionInDays"] for group in groups] == [{"Ref": "LogRetentionDays"}] * 5

"""The data survives mistakes. Checkov checks that backups are enabled and that logs expire."""

import pytest

from tests.conftest import TEMPLATE
from tests.infrastructure.cloudformation import RESOURCES


@pytest.mark.parametrize("name", ["Table", "Erasures"])
def test_a_table_accepts_any_traffic_and_is_protected(name):
    table = RESOURCES[name]["Properties"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert table["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert TEMPLATE["Parameters"]["DeletionProtection"]["Default"] == "true"


@pytest.mark.parametrize(
    "name", ["Table", "Erasures", "ApiGatewayAccount", "ApiGatewayLogRole", "AccessLogGroup", "DomainRecord"]
)
def test_a_deleted_stack_and_a_failed_first_deployment_keep(name):
    """With RetainExceptOnCreate, the rollback would try to delete a protected table, and end in ROLLBACK_FAILED."""
    resource = RESOURCES[name]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    # The next attempt would fail if a kept resource had its name.
    assert not resource["Properties"].keys() & {"TableName", "RoleName", "LogGroupName"}


def test_the_secret_is_kept_and_no_parameter_generates_it_anew():
    """Either would replace the secrets of all clients. A failed first deployment deletes it, because it has none."""
    secret = RESOURCES["CredentialsSecret"]
    assert (secret["DeletionPolicy"], secret["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert "Ref" not in repr(secret["Properties"]["GenerateSecretString"])
    assert "Name" not in secret["Properties"]
    assert "resolve:secretsmanager" not in repr(TEMPLATE)


def test_a_customers_key_is_used_by_the_tables_and_the_secret_alone():
    """The key's own policy grants the account access. A policy of the functions would come after the key is used."""
    users = {name for name, it in RESOURCES.items() if "KmsKeyArn" in repr(it)}
    assert users == {"Table", "Erasures", "CredentialsSecret"}

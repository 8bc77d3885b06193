"""AWS list prices in us-east-1, without tax and discounts, each with its source and the day it was read.

Tiers that begin above 1,000 submissions per second are left out. Replace a price, then run `make pages`.
"""

from typing import NamedTuple


class Price(NamedTuple):
    """Dollars per amount, the part of the bill, and the amount per month that AWS charges no account for."""

    part: str
    dollars: float
    per: float = 1
    free: float = 0


# What is free: 2026-11-30, c3x.dev/blog/aws-free-tier-explained and signoz.io/guides/cloudwatch-pricing.
PRICES = {
    # REST API. 2026-11-25, table 4 of
    # docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/cost-optimization.html.
    # Refused credentials and throttled requests are free (repost.aws/questions/QUY2x146iORPmsJHpff8u0eA).
    "requests": Price("API Gateway", 3.50, per=1e6),
    "requests_above_333_million": Price("API Gateway", 2.80, per=1e6),
    "requests_above_a_billion": Price("API Gateway", 2.38, per=1e6),
    # arm64. 2026-11-22, aws.amazon.com/blogs/compute/introducing-tiered-pricing-for-aws-lambda and
    # cloudchipr.com/blog/aws-lambda-pricing.
    "invocations": Price("Lambda", 0.20, per=1e6, free=1e6),
    "gb_seconds": Price("Lambda", 0.0000133334, free=400_000),
    # On demand. 2026-11-22, airbyte.com/data-engineering-resources/dynamodb-pricing, after the cut of 2024-11-01.
    # Standard-Infrequent Access: 2026-11-30, aws.amazon.com/dynamodb/pricing/on-demand. Writes cost 25% more, storage
    # 60% less (help.nops.io/inform/supported-recommendations/switch-dynamodb-table-to-standard-ia.md).
    "write_units": Price("DynamoDB writes", 0.625, per=1e6),
    "write_units_infrequent": Price("DynamoDB writes", 0.78, per=1e6),
    "read_units": Price("DynamoDB reads", 0.125, per=1e6),
    "table_gb": Price("DynamoDB storage", 0.25, free=25),
    "table_gb_infrequent": Price("DynamoDB storage", 0.10),
    # Point-in-time recovery, the same for both classes. 2026-11-25, finops.com.py/services/dynamodb/backups.
    "recovery_gb": Price("DynamoDB storage", 0.20),
    # 2026-11-25, duckbillgroup.com/?p=9080 on the tiers of 2025-05-01; yassanabc.com/2025/07/05 on the log groups'
    # classes; hykell.com on storage. Lambda's logs and API Gateway's access log are vended logs
    # (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html).
    "log_gb": Price("Logs", 0.50),
    "access_log_gb": Price("Logs", 0.25),
    "stored_log_gb": Price("Logs", 0.03),
    # 2026-11-25, thenegotiationexperts.com/blog/aws-egress-data-transfer-cost-negotiation, 2026.
    "sent_gb": Price("Transfer", 0.09, free=100),
    # 2026-11-22, c3x.dev/blog/aws-waf-cost-explained.
    "firewalls": Price("Firewall", 5),
    "firewall_rules": Price("Firewall", 1),
    "firewall_requests": Price("Firewall", 0.60, per=1e6),
    # 2026-11-25, aws.amazon.com/xray/pricing.
    "traces": Price("X-Ray", 5, per=1e6, free=100_000),
    # 2026-11-25, signoz.io/guides/cloudwatch-pricing and
    # factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards. A custom metric is charged for the
    # hours in which it is sent (aws.amazon.com/cloudwatch/pricing).
    "metrics": Price("Monitoring and secret", 0.30, free=10),
    "alarm_metrics": Price("Monitoring and secret", 0.10, free=10),
    "dashboards": Price("Monitoring and secret", 3, free=3),
    # 2026-11-25, hivebook.wiki/wiki/aws-secrets-manager-rotated-secrets-dynamic-db-credentials-kms.
    "secrets": Price("Monitoring and secret", 0.40),
    "secret_reads": Price("Monitoring and secret", 0.05, per=10_000),
}

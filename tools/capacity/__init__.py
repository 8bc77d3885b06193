"""What the service needs and costs at any scale, worked out from prices, quotas and measurements: docs/capacity.md."""

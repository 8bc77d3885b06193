"""Measures the service beside a typical implementation and boto3's bare call, for docs/performance.md."""

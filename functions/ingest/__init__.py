"""Validates submissions of conversation metadata and stores them in DynamoDB."""

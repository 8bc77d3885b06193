"""Stores submissions of conversation metadata in DynamoDB, and reads the records of conversations."""

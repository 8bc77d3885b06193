"""Takes submissions of conversation metadata: validates them and stores them in DynamoDB."""

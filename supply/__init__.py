"""What is deployed besides our own code."""

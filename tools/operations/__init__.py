"""What operators do to a running stack: to its clients' credentials and to its conversations."""

"""What the service costs: cold, warm, in memory and in bytes, beside a typical implementation and the floor."""

"""What serves developers and operators; nothing here is deployed."""

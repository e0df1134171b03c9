"""Check-ins and promises: agreed to, sent when they are due, answered; and whom to look after."""

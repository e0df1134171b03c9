"""Plans, their slots, appointments, and whom staff look after."""

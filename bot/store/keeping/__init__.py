"""Sealing, erasing, copying and putting back; what the service notes about itself."""

"""Ingest, rendering and sending: the only room that imports python-telegram-bot."""

"""Ingest, rendering and sending: the only room that imports python-telegram-bot."""

import os

# python-telegram-bot 22 warns at every length of time unless it is asked for timedeltas.
os.environ.setdefault("PTB_TIMEDELTA", "1")

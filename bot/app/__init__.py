"""Use cases: what happens, in one transaction each; never Telegram or HTTP."""

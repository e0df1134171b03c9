"""Use cases: what happens, in one transaction each. Knows the domain and the store; never Telegram or HTTP."""

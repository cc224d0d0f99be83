"""The simulator: four providers and their customers' phones, for demos and tests.

It is a provider, not a branch inside the connectors: it signs and posts real webhooks to the running web process and
answers the senders' real API calls. It speaks HTTP with the rest of the system and imports nothing of the domain.
Installed only with `SIGAP_DEMO=1`.
"""

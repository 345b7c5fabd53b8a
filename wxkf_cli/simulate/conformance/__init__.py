"""The conformance suite: what a handler must bear, refuse and keep to itself beyond the happy path."""

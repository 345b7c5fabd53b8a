"""Bytes and meaning: how messages are written, read, signed and carried. No I/O, no clock, no randomness."""

"""What WeChat does: no I/O, no clock, no randomness."""

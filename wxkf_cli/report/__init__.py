"""Values to strings: what people and machines read. Pure, but for terminal.py, which is the only one that prints."""

"""One file per rule, found by name: `kf<digits>_<name>.py`, each with its `RULE`."""

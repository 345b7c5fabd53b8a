"""A suite played and judged: joins what the simulation did, what lint finds and what was expected."""

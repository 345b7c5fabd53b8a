"""One handler in every form in which a handler can be: what each answers comes from `logic`."""

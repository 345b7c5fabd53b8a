"""The places where a handler can be: one file each, with `opened(options, settings)`, loaded when it is the one."""

"""Words and numbers of the platform: data without logic, importing nothing."""

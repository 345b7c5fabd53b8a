"""How to mend a fault in the SDK or framework that causes it; loaded only to explain a rule."""

"""The edge towards the handler: make it happen, and record what came back."""

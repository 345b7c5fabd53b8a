"""What is wrong with a response: subjects, rules and findings. Pure."""

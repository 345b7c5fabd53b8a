"""From settings to what a run is made with, for the command line and for tests alike."""

"""Files: films and pictures written and read."""

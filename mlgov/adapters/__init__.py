"""The outside world behind the ports: git, files, forges, clocks."""

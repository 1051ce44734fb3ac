"""One run: its years, what is recorded of them, checkpoints, and forks from a common past."""

"""The scenario library: every file runs, and gives what is stored."""

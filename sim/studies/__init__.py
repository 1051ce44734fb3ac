"""Experiments: replications on several processes, paired comparison of arms, and their statistics."""

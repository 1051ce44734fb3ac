"""Scenarios: from YAML and CSV files to a checked, frozen Scenario, with the place of every fault."""

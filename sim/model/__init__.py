"""The model: the year (schedule), its rules, plans, policies, shocks, and the opening of year 0."""

"""Many runs: the result folder, its tables, what says where they come from, and who runs them. Decides no number."""

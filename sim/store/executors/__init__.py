"""Who runs replications: processes of this machine."""

"""The kernel: how things are declared, what exists in a year (the World), where it is, and keyed draws."""

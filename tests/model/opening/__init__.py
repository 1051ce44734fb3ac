"""The opening: the World of year 0."""

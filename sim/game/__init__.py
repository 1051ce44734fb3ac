"""The governors' game: a class governs regions, round by round, beside a coordinated plan and none with equal luck."""

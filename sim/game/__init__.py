"""The governors' game: a class governs regions, round by round, beside a coordinated plan and none with equal luck."""

# Parameters stand in a World in the order in which they are declared, and state hashes cover them: whatever of the game
# is imported first, they are declared in the order of the schedule, as in every other command.
import sim.model.schedule  # noqa: F401

"""Sentences on what common random numbers do in a comparison."""

from __future__ import annotations

SAVED = (
    "Arms with the same seed live in the same world with the same draws. Correlation: of arm and baseline over "
    "replications. Half widths are of the 95 % interval of the difference: as it is, and if each arm had seeds of its "
    "own. Worth: replications of each arm that would then take for the same precision. A seed also draws the world, so "
    "part of this is the world that arms share. Negative correlation: pairing costs."
)
SAVED_HEAD = ("Measure", "Arm", "Correlation, 95 % interval", "± paired", "± unpaired", "Replications", "Worth")
SAVED_NAME = "What pairing saves"
DECISIONS = (
    "Decisions of the first replication, {}: of those taken in the arm or the baseline, the share that was taken in "
    "both and came out the same. The draw is the same wherever the firm is there in both arms; what it decides also "
    "depends on where the firm then stands."
)
DECISIONS_HEAD = ("Decision", "Arm", "First year", "Treatment years", "Last year", "Decisions")
DECISIONS_NAME = "Decisions that stayed the same"
DECISION = {
    "firms": "firms that are there",
    "founding": "firms founded",
    "spin_off": "spin-offs",
    "attraction": "firms attracted",
    "place": "place of a firm new in both",
    "exit": "firms of both that leave",
    "move": "firms of both that move",
    "tier": "firms of both that change tier",
    "innovation": "firms of both that innovate",
}
DRAWS = "Every kind of draw, and when two arms have the same"
NONE = "-"


def seed_in_words(seed: int) -> str:
    """Which replication it is."""
    return f"seed {seed}"

"""What stands in the exports of a class's session: files, rows and columns. Its codebook is made of this."""

Column = tuple[str, str]
"""Unit and meaning."""
NATION: Column = ("", "number of the nation, from 1")
ROUND: Column = ("", "round, from 1; 0 is practice, which is played with other luck")
YEAR: Column = ("year", "year of the run")
ARM: Column = ("", "class, coordinated or none: whose plans; before: the year before the first round, which all share")
REGION: Column = ("", "name of the region")
INDUSTRY: Column = ("", "name of the industry")
PERSON: Column = ("", "number of a person; names stand apart, in names.json")
CHIPS: Column = ("chips", "chips on the industry, the centre's left out")

GAME: dict[str, tuple[str, dict[str, Column]]] = {
    "session.csv": ("a nation", {
        "nation": NATION, "preset": ("", "A to G: what was played"),
        "payoff": ("", "rank, nation or residents: what the score is of"),
        "rounds": ("", "rounds of a session"), "round_years": ("years", "of a round"),
        "seed": ("", "seed of the session"), "match": ("chips", "that the centre adds to each on the hot list"),
        "hot": ("", "the hot list, with semicolons between names"), "code": ("", "hash of the program's numbers"),
    }),
    "decisions.csv": ("a seat, round and industry", {
        "nation": NATION, "round": ROUND, "region": REGION,
        "source": ("", "student or team: decided by people; repeat, own_best: default where people did not decide; "
                   "binding: the coordinator's plan; bot:HABIT: a bot"),
        "seconds": ("s", "from the opening of the round to the last change, mean of a team; missing without people"),
        "industry": INDUSTRY, "chips": CHIPS,
    }),
    "persons.csv": ("a person, round and industry on which the person put chips; without an industry: none", {
        "nation": NATION, "round": ROUND, "region": REGION, "person": PERSON, "industry": INDUSTRY, "chips": CHIPS,
        "seconds": ("s", "from the opening of the round to the last change"),
    }),
    "results.csv": ("a seat and round", {
        "nation": NATION, "round": ROUND, "region": REGION,
        "growth": ("% (ln)", "growth of the region's value added in the round"),
        "jobs": ("workers", "employment at the end of the round"),
        "revenue": ("money/year", "tax revenue of the last year of the round"),
        "firms": ("firms", "at the end of the round"),
        "score": ("of the payoff", "score so far; of practice, that of its own years"),
        "place": ("", "place by score, the first being the best; equal ones share the mean of their places"),
    }),
    "regions.csv": ("a region and year of an arm", {
        "nation": NATION, "arm": ARM, "round": ROUND, "year": YEAR, "region": REGION,
        "value_added": ("money/year", "value added, nominal"),
        "income": ("fork-year money/year", "real consumption of residents"),
        "jobs": ("workers", "employment"), "revenue": ("money/year", "tax revenue"), "firms": ("firms", "firms"),
    }),
    "nation.csv": ("a year of an arm, with the session's luck or that of a replay", {
        "nation": NATION, "arm": ARM,
        "luck": ("", "0: the session's; from 1 on: the same plans with other luck from the first round on"),
        "round": ROUND, "year": YEAR,
        "income": ("fork-year money/year", "real income of the nation"),
        "utilisation": ("1", "share of capacity that was used"),
        "hot_margin": ("1", "profit over sales, mean of the industries of the hot list"),
        "duplication": ("1", "promoting regions over those that demand can carry"),
    }),
    "industries.csv": ("an industry and year of an arm", {
        "nation": NATION, "arm": ARM, "round": ROUND, "year": YEAR, "industry": INDUSTRY,
        "open": ("", "1 where it may be promoted, else 0"),
        "price": ("money/goods", "mean price"), "margin": ("1", "profit over sales"),
        "promoters": ("regions", "number of equal regions that would promote it alike; 0 where nobody does"),
        "carried": ("regions", "that demand can carry at efficient scale"),
    }),
    "costs.csv": ("a region: the class's history against the same with this region on its coordinated row", {
        "nation": NATION, "region": REGION,
        "gain": ("% (ln)", "of the region's own value added, mean of all years, by its own plans"),
        "cost": ("% (ln)", "of the others' real consumption, mean of all years, that its own plans cost"),
    }),
    "announcements.csv": ("a person, round and industry that the person announced; without an industry: none", {
        "nation": NATION, "round": ROUND, "region": REGION, "person": PERSON,
        "kind": ("", "announcement: of the person's own region; proposal: of the coordinator for this region"),
        "industry": INDUSTRY, "chips": CHIPS,
    }),
    "predictions.csv": ("an answer", {
        "person": PERSON, "kind": ("", "before the game, or at its exit"),
        "question": ("", "short name of the question"), "answer": ("", "as it was given"),
    }),
    "codebook.csv": ("a column of a file", {
        "file": ("", "name of the file"), "rows": ("", "what a row of it is"), "column": ("", "name of the column"),
        "unit": ("", "unit"), "meaning": ("", "meaning"),
    }),
}  # fmt: skip
"""File -> what a row is, and its columns in order."""

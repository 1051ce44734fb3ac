"""Notes for teachers: what to do in a lesson, with minutes that add up to its length."""

from __future__ import annotations

NOTES: dict[str, list[tuple[int, str]]] = {
    "why_cluster": [
        (4, "Show the even map before anything runs and read the question. Ask where a firm would settle if "
            "all places are alike. Everyone commits to a prediction; hands up for each of the three."),
        (5, "Run. Let the class watch the years go by and say when they first see a cluster. Step back to "
            "that year and click it: which industry, how many firms, what does a newcomer expect to earn?"),
        (4, "Compare: the first line is the question, the other lines switch off one more force each. Which "
            "force matters most? Dear labour and land work against clusters, so that without congestion "
            "there are more."),
        (4, "Answer and why. Stress that the strength is set for the classroom: the mechanism is the lesson, "
            "not the size."),
        (3, "Pool the seeds of the class. Whose run pointed the other way? How wide is the interval?"),
    ],
    "leaders_and_smes": [
        (4, "Name a leading firm that the class knows and three of its suppliers. Read the question, commit."),
        (6, "Run. Colour places by industry, choose supply contracts as links, click a leading firm: who "
            "sells to it?"),
        (4, "Compare real income, then innovations: need both go the same way?"),
        (3, "Answer and why. A leading firm that is attracted to one place is missing in another."),
        (3, "Pool the class."),
    ],
    "specialise_or_diversify": [
        (4, "Read the question. Let one half of the class argue for comparative advantage, the other for not "
            "putting all eggs into one basket. Commit."),
        (6, "Run. Choose one region and compare what it became under both plans."),
        (4, "Compare income, specialisation, and ups and downs: which of them is certain in one run?"),
        (3, "Answer and why. An interval with zero inside is a result, too: these runs do not tell the two "
            "apart."),
        (3, "Pool the class."),
    ],
    "duplicated_construction": [
        (5, "Tell of an industry that all provinces built at once. What should happen to prices? Commit."),
        (7, "Run. Watch the chart of duplication first, then capacity in use. Stop ten years after plans "
            "begin to act."),
        (5, "Compare. Margins are the question; duplication and real income stand below. Which lines are as "
            "expected?"),
        (5, "Answer and why. If the class expected a price war and margins do not show it, ask what else a "
            "hot industry has: growth, research, and other industries with less capacity."),
        (3, "Pool the class."),
    ],
    "too_much_of_a_good_thing": [
        (4, "What becomes scarce where everyone does the same? Skilled workers, land, rooms. Commit."),
        (6, "Run. Colour places by rent and see where it rises first."),
        (4, "Compare the first line (with congestion) with the second (without). The third says by how much "
            "congestion changes the answer."),
        (3, "Answer and why. An interval that holds zero says that these runs are too few, or the effect too "
            "small."),
        (3, "Pool the class."),
    ],
    "shocks_and_short_chains": [
        (5, "A flood stops two regions for three years. Who is better off: those who buy nearby or far away? "
            "Commit."),
        (7, "Run. Step to year 21, the first of the disaster, and follow one struck region and one that is "
            "not."),
        (5, "Compare. The first line is a difference of differences: loss with short chains less loss with "
            "long ones. Write the four runs on the board."),
        (5, "Answer and why. Ask what would change if chains were long but each firm had two suppliers."),
        (3, "Pool the class."),
    ],
    "does_a_plan_pay": [
        (5, "Where does the money for a plan come from? Write it on the board before anyone predicts. Commit."),
        (7, "Run. Look at real income while plans act, then at what the plan built."),
        (5, "Compare: the return per unit of money, and the same of labour that makes nothing. What does "
            "each yardstick tell?"),
        (5, "Answer and why. A plan can be worth something and cost more than it is worth."),
        (3, "Pool the class."),
    ],
    "forty_five_clusters": [
        (6, "Show the list of 2022 and find your own province. Read the question, commit."),
        (8, "Run. Choose your province as region to follow; compare what it became under both plans."),
        (6, "Compare the plan with the hot list, then with no plan."),
        (6, "Answer and why. The map is a caricature: read the difference between plans, never the level of "
            "a province."),
        (4, "Pool the class, or let pairs paint a plan of their own and bring it as CSV."),
    ],
}  # fmt: skip
"""By lesson: minutes and what to do."""

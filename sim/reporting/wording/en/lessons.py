"""Texts of the lessons. What a lesson answers is chosen by where its interval lies: above zero, below, or around it.

`why` explains mechanisms and never says how a comparison ends.
"""

from __future__ import annotations

LESSONS = {
    "why_cluster": {
        "title": "Why firms cluster",
        "question": "The map is even and firms start anywhere. Does producing near one's own kind make industries "
        "gather?",
        "above": "Yes: industries gather more with it",
        "below": "No: industries gather less with it",
        "undecided": "It makes no clear difference",
        "answer_above": "Industries concentrate more with agglomeration than without it.",
        "answer_below": "Industries concentrate less with agglomeration than without it.",
        "answer_undecided": "These runs do not show that agglomeration makes industries concentrate, or that it "
        "does not.",
        "why": "Near others of their industry firms produce more cheaply, sell more and earn more. Founders go "
        "where they "
        "expect to earn, spin-offs stay near their parents, and both raise the number next year. Dear labour and "
        "land work "
        "the other way. Each force is switched off in turn below. The strength is the classroom's, far above "
        "published "
        "estimates: this shows how the force works, not how strong it is in an economy.",
    },
    "leaders_and_smes": {
        "title": "Leading firms and small ones",
        "question": "Half of every plan's money goes to firms. Is the nation richer if leading firms share it "
        "with small ones "
        "than if leading firms get all of it?",
        "above": "Richer when both get it",
        "below": "Richer when leading firms get all",
        "undecided": "It makes no clear difference",
        "answer_above": "Real income is higher when leading and small firms share the money.",
        "answer_below": "Real income is higher when leading firms get all the money.",
        "answer_undecided": "These runs do not tell the two apart in real income.",
        "why": "Leading firms buy from many suppliers near by, teach them and raise the productivity of "
        "neighbours of their "
        "industry. Small firms need people and credit to learn from them. A leading firm that is attracted to one "
        "place "
        "is missing in another, and both kinds of support cost money that consumers do not spend.",
    },
    "specialise_or_diversify": {
        "title": "Specialise or diversify",
        "question": "Each region promotes what it has an advantage in, or each promotes the national mix. In "
        "which nation is real "
        "income higher, at equal budgets?",
        "above": "In the one whose regions specialise",
        "below": "In the one whose regions diversify",
        "undecided": "It makes no clear difference",
        "answer_above": "Real income is higher when regions specialise.",
        "answer_below": "Real income is higher when regions diversify.",
        "answer_undecided": "These runs do not tell the two apart in real income.",
        "why": "Specialising puts industries where endowments fit and where their own kind is near. Diversifying "
        "keeps "
        "production near consumers, lowers the cost of transport and spreads the risk that one industry slumps. "
        "Planners "
        "do not see endowments exactly, so a plan that follows advantage follows errors, too.",
    },
    "duplicated_construction": {
        "title": "Duplicated construction and the price war",
        "question": "All regions build the same hot industries. Do firms' margins (price over cost) rise or fall, "
        "against regions that "
        "differ?",
        "above": "Margins are higher under duplication",
        "below": "Margins are lower under duplication",
        "undecided": "It makes no clear difference",
        "answer_above": "Margins are higher where all regions build the same.",
        "answer_below": "Margins are lower where all regions build the same: the price war shows.",
        "answer_undecided": "These runs do not show a price war in the margins, or that there is none.",
        "why": "Money for the same industry everywhere brings firms and capacity there, and each sees only part "
        "of what rivals "
        "build. Capacity in use, prices and margins of those industries fall if demand does not grow as fast. Hot "
        "industries are also those that do much research and grow, and in all others there is less capacity than "
        "otherwise: the nation's mean can move either way.",
    },
    "too_much_of_a_good_thing": {
        "title": "Too much of a good thing: congestion",
        "question": "Where an industry is crowded, the skills it needs run short. Is real income then higher with "
        "focused plans than with "
        "the national mix everywhere?",
        "above": "Higher with focused plans",
        "below": "Higher with the mix",
        "undecided": "It makes no clear difference",
        "answer_above": "Even with congestion, real income is higher under focused plans.",
        "answer_below": "With congestion, real income is higher under the mix.",
        "answer_undecided": "With congestion, these runs do not tell focused plans and the mix apart.",
        "why": "A cluster gains from its own kind and loses from crowding: what an industry needs locally, such "
        "as its skilled "
        "workers, becomes scarce as it grows there. The second line below has the same comparison without that "
        "scarcity, the third says by how much scarcity changes it.",
    },
    "shocks_and_short_chains": {
        "title": "Shocks and short chains",
        "question": "A disaster strikes two regions for three years. Does the nation lose less of its income when "
        "firms buy from suppliers "
        "near by than when they buy from far away?",
        "above": "It loses less with short chains",
        "below": "It loses more with short chains",
        "undecided": "It makes no clear difference",
        "answer_above": "The disaster costs less with short chains.",
        "answer_below": "The disaster costs more with short chains.",
        "answer_undecided": "These runs do not show that short chains make the disaster cost less, or more.",
        "why": "With short chains, customers of the struck firms stand near them: the loss stays in the region, "
        "and falls on firms that "
        "are struck themselves. With long chains it reaches customers everywhere, a little in each place, and "
        "customers "
        "in the struck regions have suppliers elsewhere. Lost suppliers are replaced over years in both.",
    },
    "does_a_plan_pay": {
        "title": "Does a plan pay?",
        "question": "Money for plans is taken from consumers. For each per cent of national spending that a plan "
        "takes, does real income "
        "rise or fall, against no plan?",
        "above": "It rises: the plan pays",
        "below": "It falls: the plan costs more than it brings",
        "undecided": "It makes no clear difference",
        "answer_above": "Per unit of money, real income rises: the plan pays.",
        "answer_below": "Per unit of money, real income falls: the plan does not pay here.",
        "answer_undecided": "These runs do not tell whether the plan pays.",
        "why": "Money that plans spend is missing where consumers would have spent it, so that a plan must bring "
        "more than it takes. "
        "The second yardstick, idle, hires the same labour to make nothing: a plan that costs less than that builds "
        "something. What a plan could mend are gains that no firm counts: what it does for neighbours, suppliers and "
        "the knowledge of others.",
    },
    "forty_five_clusters": {
        "title": "The 45 national clusters",
        "question": "On the map of China's provinces: is real income higher under the plan of the 45 national "
        "clusters than if all "
        "provinces promoted the same hot industries, at equal budgets?",
        "above": "Higher under the plan of the 45 clusters",
        "below": "Higher if all promote the same",
        "undecided": "It makes no clear difference",
        "answer_above": "Real income is higher under the plan of the 45 clusters.",
        "answer_below": "Real income is higher if all promote the same hot industries.",
        "answer_undecided": "These runs do not tell the two plans apart in real income.",
        "why": "The list of 2022 puts clusters where their industries already were strong, so that much of the "
        "fit is there without a "
        "plan. The hot list sends money into fast-growing industries everywhere. The map is a caricature: read the "
        "difference between plans, never the level of a province. Whether either pays is the second line.",
    },
}

ARMS = {
    "all_forces": "all forces", "no_agglomeration": "without agglomeration", "no_spin_offs": "without spin-offs",
    "no_congestion": "without congestion", "no_spillovers": "without knowledge spillovers",
    "no_relocation": "without relocation", "together": "leading and small firms", "leaders_only": "leading firms "
        "only",
    "smes_only": "small firms only", "crowded_focused": "focused, with congestion",
    "crowded_mixed": "mix, with congestion", "easy_focused": "focused, without congestion",
    "easy_mixed": "mix, without congestion", "short_struck": "short chains, struck", "short_calm": "short chains, "
        "calm",
    "long_struck": "long chains, struck", "long_calm": "long chains, calm", "plan_45": "plan of the 45 clusters",
    "own": "your own plan",
    "differentiated": "differentiated", "balanced": "national mix everywhere", "duplicated": "duplicated",
    "market": "no plan (market)", "idle": "labour that makes nothing (idle)",
}  # fmt: skip

MEASURES = {
    "ellison_glaeser_mean": "concentration (Ellison-Glaeser)", "ln_real_income": "real income",
    "innovations": "innovations", "mean_krugman_specialisation": "specialisation of regions (Krugman)",
    "volatility": "yearly ups and downs of real income", "price_cost_margin": "margin of price over cost",
    "utilisation": "capacity in use", "duplication_index": "duplicated construction",
    "worst_region_income": "income of the worst region",
}  # fmt: skip

UNITS = {
    "index": "", "%": "%", "points": "points", "a year": "a year", "% per % of spending": "% per % of national "
        "spending",
}  # fmt: skip

TEXTS = {
    "lessons": "Lessons",
    "no_lesson": "Free play",
    "lesson_minutes": "{minutes} minutes",
    "lesson_predict": "What do you expect? You cannot change it after you have committed.",
    "lesson_commit": "Commit and run",
    "lesson_running": "Running with your seed {seed}. Watch the map; the result follows.",
    "lesson_expected": "You expected: {prediction}",
    "lesson_yours": "Your run (seed {seed})",
    "lesson_one": "One run is one draw of luck: it can point either way.",
    "lesson_key": "Answer key ({seeds} seeds)",
    "lesson_stale": "This key was computed by another version of the model: run `make answers`. Trust your "
    "class's interval instead.",
    "lesson_none": "There is no answer key for this lesson yet: run `make answers`.",
    "lesson_right": "Your expectation agrees with the answer.",
    "lesson_wrong": "Your expectation differs from the answer.",
    "lesson_why": "Why",
    "lesson_class": "Your class",
    "lesson_seeds": "Seeds of the class, apart by commas",
    "lesson_pool": "Pool them",
    "lesson_pooled": "Class ({seeds} seeds)",
    "lesson_pooling": "{done} of {all} runs are done",
    "lesson_few": "Fewer than 4 seeds give no interval.",
    "lesson_bad_seeds": "Seeds are 1 to 60 whole numbers from 0 to 2147483647.",
    "lesson_link": "Link for the class",
    "lesson_compared": "Compared",
    "lesson_difference": "Difference",
    "lesson_interval": "95 % interval",
    "lesson_says": "Says",
    "step_predict": "Predict",
    "step_run": "Run",
    "step_compare": "Compare",
    "step_answer": "Answer",
    "lesson_show": "Show what came out",
    "lesson_answer": "Show the answer",
    "lesson_here": "Predictions on this server: {count}.",
    "lesson_notes": "Notes for the teacher",
    "side_above": "more",
    "side_below": "less",
    "side_undecided": "undecided",
    "side_unknown": "no interval",
    "less": "{one} against {other}",
    "less_twice": "({one} against {other}) against ({third} against {fourth})",
    "answer_unknown": "There are too few runs for an interval.",
}

"""What stands in the tables of result folders: every column of every file, for `clustersim describe results`.

Names of columns come from where the tables are made; what a name means is written once, in MEANINGS, unless it means
something else in one file. A test compares this with real folders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.reporting.benchmark_columns import BY_SEED, OF_BENCHMARKS
from sim.reporting.game_columns import GAME
from sim.reporting.pairing_columns import OF_DECISIONS, OF_SAVINGS, REASON
from sim.reporting.response_columns import RESPONSES, VARIED
from sim.runs.panels import PANELS, schema_of
from sim.runs.recording import TIDY
from sim.runs.tier_moves import COLUMNS as TIERS
from sim.runs.tier_moves import FATES, SPAN
from sim.studies import equilibrium, knockout, regimes, signs, sweep
from sim.studies.calibration import PREFIX
from sim.studies.claims_table import CLAIMS
from sim.studies.evidence.study import COLUMNS as EVIDENCE
from sim.studies.pairing import DECISIONS, SAVED
from sim.studies.sensitivity import sign_maps
from sim.studies.sensitivity import study as sensitivity
from sim.studies.statistics import PAIRS
from sim.studies.unshocked import COLUMNS as SERIES

Meaning = tuple[str, str]
"""Unit and meaning of a column."""
RUN = ("run", "arm", "seed", "year")
METRIC, STATISTIC, PARAMETER = "METRIC", "STATISTIC", f"{PREFIX}PARAMETER"
"""Columns of which the names depend on the experiment."""
ESTIMATED = ("mean", "ci_low", "ci_high", "reason", "replications")
PAIRED = (
    "unit", "replications", "arm_mean", "baseline_mean", "difference", "ci_low", "ci_high", "reason", "effect_size",
    "agreeing", "agree", "variance_ratio", "p_value", "p_holm", "shown", "shown_low", "shown_high", "shown_unit",
)  # fmt: skip

MEANINGS: dict[str, Meaning] = {
    "run": ("", "name of the run: arm and seed"),
    "arm": ("", "arm of the experiment; in Parquet files also the burn-in that arms share: `past:` and a code"),
    VARIED: ("", "value of a scenario key, such as plan.budget, in which alone some arm differs from the baseline"),
    "seed": ("", "seed of the run: the same in every arm of a replication"),
    "year": ("year", "year of the run, from 1 on"),
    "group": ("", "whom a value is of: nation, region=..., industry=..., tier=..., or region=...;industry=..."),
    "region": ("", "name of the region; missing where a value is of none"),
    "industry": ("", "name of the industry; missing where a value is of none"),
    "tier": ("", "tier of firms; missing where a value is of none"),
    "metric": ("", "name of the metric: `clustersim describe metrics`"),
    "measure": ("", "what is measured"),
    "unit": ("", "unit of the value"),
    "value": ("of `unit`", "the number"),
    "error": ("", "why a run has no value; else empty"),
    METRIC: ("of the metric", "value of each recorded metric of the nation: `clustersim describe metrics`"),
    "hash": ("", "hash of the whole state at the end of the year: equal hashes, equal worlds"),
    "frame": ("", "what a player shows of the year: `clustersim history` writes a file of them"),
    "cell": ("row", "number of the place"),
    "x": ("km", "eastward position of the place"),
    "y": ("km", "northward position of the place"),
    "chain": ("", "chain of the industry"),
    "firms": ("firms", "firms of the industry in the cell"),
    "leaders": ("firms", "leading firms among them"),
    "employment": ("workers", "workers of these firms"),
    "account": ("", "account of the public ledger"),
    "amount": ("money", "sum of the year: income positive, outlays negative"),
    **{
        fate: ("firms", f"of the firms on the tier as the year began, those that stand on tier {fate} at its end")
        for fate in FATES
    },
    "exit": ("firms", "of the firms on the tier as the year began, those that have left at its end"),
    "traded": ("firms", "those that sold in this year and the last"),
    "growth": ("ln", "sum over them of ln sales less ln sales of last year"),
    "before": ("firms", f"firms on the tier {SPAN} years before the end of the year"),
    "left": ("firms", "those of them that still live"),
    "window": ("", "years over which is averaged: treatment years, last 10 years, final year"),
    "baseline": ("", "arm that others are compared with"),
    "baseline_value": ("of `unit`", "value of the baseline with the same seed"),
    "replications": ("runs", "replications that count: those with a value on both sides"),
    "arm_mean": ("of `unit`", "mean of the arm over replications"),
    "baseline_mean": ("of `unit`", "mean of the baseline over the same replications"),
    "difference": ("of `unit`", "mean paired difference, arm less baseline"),
    "ci_low": ("of `unit`", "lower end of the 95 % interval (paired t)"),
    "ci_high": ("of `unit`", "upper end of the 95 % interval (paired t)"),
    "reason": ("", REASON),
    "effect_size": ("1", "Cohen's d_z: mean over standard deviation of the paired differences"),
    "agreeing": ("runs", "replications whose difference has the sign of the mean"),
    "agree": ("1", "their share"),
    "variance_ratio": ("1", "how many times more replications differences of unpaired seeds would need here"),
    "p_value": ("1", "of the paired t-test"),
    "p_holm": ("1", "the same, corrected for many tests (Holm 1979): the headline is a family of its own"),
    "shown": ("of `shown_unit`", "the difference as reports show it"),
    "shown_low": ("of `shown_unit`", "lower end of its interval"),
    "shown_high": ("of `shown_unit`", "upper end of its interval"),
    "shown_unit": ("", "%, points (percentage points) or the unit"),
    "mean": ("of `unit`", "mean over replications"),
    "low": ("of `unit`", "lower end of the 95 % interval of the mean"),
    "high": ("of `unit`", "upper end of the 95 % interval of the mean"),
    "difference_low": ("of `unit`", "lower end of the 95 % interval of the difference"),
    "difference_high": ("of `unit`", "upper end of the 95 % interval of the difference"),
    "difference_reason": ("", f"of the difference: {REASON}"),
    "against": ("", "arm, or number, that the difference is taken from"),
    "term": ("", "term of the decomposition: total, composition, localisation, endowment fit"),
    "to_arm": ("", "arm that the term leads to"),
    "from_arm": ("", "arm that the term starts from"),
    "meaning": ("", "the same in words"),
    "from_tier": ("", "tier on which a firm stood as a year began"),
    "to_tier": ("", "tier on which it stands a year later, or exit"),
    "comparison": ("", "the two layouts: the difference is the first less the second"),
    "map": ("", "scenario of which the layouts are compared"),
    "kind": ("", "default, mechanism, parameter, hot (what hot means) or mix (what the money is for)"),
    "channel": ("", "term of the decomposition, or what may carry the difference"),
    "moved": ("of `unit`", "that difference less the one in the scenario as it is, on the seeds of both"),
    "moved_low": ("of `unit`", "lower end of its 95 % interval"),
    "moved_high": ("of `unit`", "upper end of its 95 % interval"),
    "sign": ("", "positive, negative, tie (the interval holds zero), open (no interval)"),
    "mechanism": ("", "mechanism that was switched"),
    "section": ("", "its section in the model description"),
    "switched": ("", "off or on: the other way round than in the scenario"),
    "theme": ("", "what the aspect belongs to"),
    "aspect": ("", "to what the mechanism contributes"),
    "contribution": ("of `unit`", "with the mechanism less without it"),
    "clear": ("", "whether the interval excludes zero"),
    "regime": ("", "code of the regime"),
    "claim": ("", "what is claimed, in words"),
    "setting": ("", "what the regime and its arms set"),
    "contrast": ("", "difference of arms that the claim is about"),
    "expected": ("", "on which side of zero theory puts it"),
    "expect": ("", "on which side the difference should lie"),
    "holds": ("", "verdict: holds, tie, opposite, open (too few replications), no value"),
    "verdict": ("", "holds, tie, opposite, open (too few seeds), no value"),
    "seeds": ("runs", "seeds that count"),
    "fact": ("", "name of the stylised fact"),
    "title": ("", "the fact in a few words"),
    "statistic": ("", "number that papers report"),
    "estimate": ("of `unit`", "mean over seeds"),
    "band_low": ("of `unit`", "lower end of the published band"),
    "band_high": ("of `unit`", "upper end of the published band"),
    "mean_in_band": ("", "whether the mean lies in the band"),
    "rests_on": ("", "parameters that put it in by published values; empty: it emerges"),
    "searched": ("", "whether the calibration looked at it"),
    "source": ("", "where the band is published"),
    STATISTIC: ("of the statistic", "value of each statistic of the facts"),
    "point": ("", "number of the point of the search, or start"),
    "objective": ("1", "what the search makes small"),
    "loss_search": ("1", "loss on the facts that the search looks at"),
    "loss_validate": ("1", "loss on the facts that it does not look at"),
    PARAMETER: ("of the parameter", "value of each parameter that is searched: `clustersim describe parameters`"),
    "parameter": ("", "parameter that is searched"),
}
"""What a column means, by name, wherever `File.own` says nothing else."""


@dataclass(frozen=True)
class File:
    """A table of a result folder."""

    rows: str
    """What one row is."""
    columns: tuple[str, ...]
    own: Mapping[str, Meaning] = field(default_factory=dict)
    """Meanings of columns that differ from MEANINGS."""


OF_SEEDS = {
    "low": ("of `unit`", "5 % of seeds lie below"), "high": ("of `unit`", "5 % of seeds lie above"),
    "verdict": ("", "pass (the interval meets the band), miss, open (too few seeds), not available"),
    "replications": ("runs", "seeds that count"),
}  # fmt: skip
OF_DIFFERENCE = {
    "mean": ("of `unit`", "mean paired difference of the two layouts"),
    "low": ("of `unit`", "lower end of its 95 % interval"), "high": ("of `unit`", "upper end of its 95 % interval"),
    "replications": ("runs", "seeds that count"),
}  # fmt: skip
OUTCOMES = ("objective", "loss_search", "loss_validate", STATISTIC)
SEARCHED = ("point", "objective", "loss_search", "loss_validate", PARAMETER, STATISTIC)
VALUES = File("a number kept of a run", ("arm", "seed", "measure", "value", "error"))
GAMES = {
    "reward": ("", "what governors are rewarded for: value_added, income, employment or growth_rank"),
    "profile": ("", "what all governors do, in words"), "region": ("", "region whose governor acts"),
    "action": ("", "plan that it takes instead, and how many times its usual budget it spends"),
    "gain": ("of `unit`", "what its governor gains by it, mean paired difference"),
    "gain_low": ("of `unit`", "lower end of its interval, which holds for all deviations of the profile together"),
    "gain_high": ("of `unit`", "upper end of its interval"),
    "clear": ("", "whether that interval lies above zero"),
    "nation": ("% (ln)", "by how much the nation's real income changes, mean paired difference"),
    "nation_low": ("% (ln)", "lower end of its interval, which holds for all deviations of the profile together"),
    "nation_high": ("% (ln)", "upper end of its interval"),
    "start": ("", "profile that the search starts from"),
    "outcome": ("", "equilibrium (nobody gains beyond doubt), cycle, or budget (the runs were spent before)"),
    "end": ("", "profile that it ends at"), "turns": ("turns", "turns of governors"),
    "moves": ("turns", "those in which the governor took another plan"),
    "tied": ("", "whether somebody could as well do something else in the end; of a turn the actions that tie"),
    "epsilon": ("of `unit`", "the largest mean gain that is left to any governor"),
    "epsilon_high": ("of `unit`", "upper end of the intervals of these gains: nobody gains more"),
    "hot_share": ("1", "share of the governors on the hot list"),
    "mean_effort": ("1", "how many times the usual budget is spent, mean over governors"),
    "price_of_anarchy": ("1", "the nation's real income under the coordinated plan over that of the profile"),
    "price_low": ("1", "lower end of its 95 % interval"), "price_high": ("1", "upper end of its 95 % interval"),
    "runs": ("runs", "runs that the search added; of a turn until then"),
    "round": ("", "round of the search, from 1 on"), "before": ("", "what the governor did"),
    "after": ("", "what it does from then on"),
    "duplication": ("", "trap, harmless habit, no equilibrium or open"), "because": ("", "why"),
    "unit": ("", "unit of gains"), "replications": ("runs", "seeds that count"),
    "share": ("1", "share of the region's budget"), "effort": ("1", "how many times its usual budget it spends"),
    "term": ("", "term from which it holds"),
}  # fmt: skip
_CURVE = [name for name in PAIRED if name != "unit"]
FILES: dict[str, File] = {
    "metrics.parquet": File("a metric of a group in a year of a run", tuple(TIDY)),
    "hashes.parquet": File("a year of a run", (*RUN, "hash")),
    "sites.parquet": File(
        "a cell and industry in the fork year or the last year of a run",
        (*RUN, "cell", "region", "x", "y", "industry", "chain", "firms", "leaders", "employment"),
    ),
    "ledger.parquet": File("an account of the public ledger in a year of a run", (*RUN, "account", "amount")),
    "tiers.parquet": File("a tier in a year of a run", ("run", "arm", "seed", *TIERS)),
    "history.parquet": File(
        "a year of a run with the first seed, from the opening on, for the player", (*RUN, "frame"),
        {"year": ("year", "year of the run, 0 the opening")},
    ),
    "series.parquet": File(
        "a value that shocks are judged by, of a run without them or where an arm does not record it", tuple(SERIES)
    ),
    "values.parquet": VALUES,
    "summary.csv": File(
        "a metric of the nation in a window: an arm against the baseline (of one arm alone: a year, metrics across)",
        ("window", "baseline", "arm", VARIED, "metric", *PAIRED, "year", METRIC),
    ),
    "tables/nation.csv": File(
        "a year of a run: all metrics of the nation, to nine digits", ("arm", VARIED, "seed", "year", METRIC)
    ),
    "tables/by_year.csv": File(
        "a metric of the nation in a year: an arm, over replications",
        ("arm", VARIED, "metric", "unit", "year", "replications", "mean", "low", "high", "reason", "difference",
         "difference_low", "difference_high", "difference_reason"),
    ),
    "tables/groups.csv": File(
        "a metric of a region, industry or tier in a window: an arm against the baseline",
        ("window", "arm", VARIED, "group", "region", "industry", "tier", "metric", *PAIRED),
    ),
    "tables/pairs.csv": File("a metric of the nation in a window: an arm and the baseline with one seed",
                             (*PAIRS, VARIED)),
    "tables/pairing.csv": File("a metric of the nation over the treatment years: what pairing saves an arm",
                               (*SAVED, VARIED), OF_SAVINGS),
    "tables/decisions.csv": File("a kind of decision in a year of the first seed: an arm beside the baseline",
                                 (*DECISIONS, VARIED), OF_DECISIONS),
    "tables/decomposition.csv": File(
        "a term of the gain of a differentiated over a duplicated layout, in a window",
        ("window", "term", "group", "metric", *PAIRED, "to_arm", "from_arm", "meaning"),
    ),
    "tables/returns.csv": File(
        "what a unit of an arm's money does in a window: its gain against consumers, its return beside idle labour",
        ("arm", VARIED, "window", "measure", "unit", *ESTIMATED),
    ),
    "tables/resilience.csv": File(
        "what shocks cost a group in an arm, against its run without them",
        ("arm", VARIED, "group", "region", "industry", "tier", "measure", "unit", *ESTIMATED, "against", "difference",
         "difference_low", "difference_high", "difference_reason"),
    ),
    "tables/transitions.csv": File(
        "a yearly move between tiers, pooled over the treatment years",
        ("arm", VARIED, "from_tier", "to_tier", "unit", *ESTIMATED),
    ),
    "tables/tiers.csv": File(
        f"survival over {SPAN} years, or yearly growth, of the firms of a tier",
        ("arm", VARIED, "tier", "measure", "unit", *ESTIMATED),
    ),
    "knockout.csv": File("what a mechanism contributes to an aspect", tuple(knockout.COLUMNS)),
    "regimes.csv": File("a claim of theory", tuple(regimes.COLUMNS)),
    "values.csv": VALUES,
    "runs.csv": File(
        "a number of a run of a sweep or batch",
        ("point", VARIED, "arm", "seed", "measure", "unit", "value", "error"), RESPONSES,
    ),
    "curve.csv": File(
        "the difference of an arm to the baseline at a point",
        ("arm", "point", VARIED, "measure", "unit", "left_out", "q_value", *_CURVE),
        {key: told for key, told in RESPONSES.items() if key not in ("difference", "replications")},
    ),
    "levels.csv": File("a level of a factor, mean over the points that have it", tuple(sweep.PROFILE), RESPONSES),
    "trends.csv": File("a numeric factor", tuple(sweep.TRENDS), RESPONSES),
    "verdicts.csv": File("a claim of an experiment file", tuple(CLAIMS), RESPONSES),
    "power.csv": File(
        "a size of a difference", ("arm", "measure", "per_cent", "difference", "spread", "replications"), RESPONSES
    ),
    "missing.csv": File(
        "a number that a run lacks", ("point", VARIED, "arm", "seed", "measure", "error", "command"), RESPONSES
    ),
    "stopping.csv": File(
        "a difference for which replications were added",
        ("point", VARIED, "arm", "measure", "pilot", "spread", "wanted", "replications", "difference", "ci_low",
         "ci_high", "half_width", "reached", "reason"),
        RESPONSES,
    ),
    "screening.csv": File("a factor, screened", tuple(sensitivity.SCREENED), RESPONSES),
    "indices.csv": File("a factor that the emulator has", tuple(sensitivity.INDICES), RESPONSES),
    "maps.csv": File("a pair of factors, the others averaged over their ranges", tuple(sign_maps.MAPS), RESPONSES),
    "map_cells.csv": File(
        f"a cell of such a map, {sign_maps.GRID} by {sign_maps.GRID}", tuple(sign_maps.CELLS),
        RESPONSES | {"difference": ("of the measure", "mean difference by the emulator")},
    ),
    "emulator.csv": File(
        "the emulator",
        ("arm", "baseline", "measure", "held_out_explained", "held_out_rmse", "held_out_covered", "share_won",
         "share_won_low", "share_won_high", "share_at_points", "share_at_points_low", "share_at_points_high",
         "screening_scale", "points_left_out"),
        RESPONSES,
    ),
    "signs.csv": File(
        "a comparison of layouts on a map under a setting", tuple(signs.COLUMNS),
        {"setting": ("", "what is other than in the scenario"), "value": ("", "its value"), **OF_DIFFERENCE},
    ),
    "duplication.csv": File("a reward of governors", tuple(equilibrium.VERDICTS), GAMES),
    "searches.csv": File("a search from a profile, for a reward", tuple(equilibrium.SEARCHES), GAMES),
    "turns.csv": File("a turn of a governor in a search", tuple(equilibrium.STEPS), GAMES),
    "deviations.csv": File("another plan of one governor at a profile", tuple(equilibrium.DEVIATIONS), GAMES),
    "plans/PROFILE.csv": File(
        "an industry that a region promotes in a profile, on the first seed; a table that `plan.matrix` reads",
        ("term", "region", "industry", "share", "effort"),
        GAMES,
    ),
    "channels.csv": File(
        "a channel of a comparison of layouts on a map, in the scenario as it is", tuple(signs.CHANNEL_COLUMNS),
        {"measure": ("", "mean over the treatment years of this metric of the nation"), **OF_DIFFERENCE},
    ),
    "claims.csv": File(
        "a claim of a published model",
        tuple(CLAIMS),
        RESPONSES,
    ),
    "evidence.csv": File("a statistic of a benchmark of policy", tuple(EVIDENCE), OF_BENCHMARKS),
    "evidence_by_seed.csv": File(
        "a statistic of a benchmark on a seed", ("benchmark", "statistic", "seed", "value"), BY_SEED
    ),
    "facts.csv": File(
        "a statistic of a stylised fact over seeds",
        ("fact", "title", "statistic", "meaning", "unit", "estimate", "low", "high", "band_low", "band_high", "reason",
         "verdict", "mean_in_band", "rests_on", "searched", "seeds", "source"),
        OF_SEEDS,
    ),
    "facts_by_seed.csv": File("a seed", ("seed", STATISTIC)),
    "design.csv": File("a point of the search, from best to worst", SEARCHED),
    "best.csv": File("one of the best points of the search", SEARCHED),
    "effects.csv": File(
        "a searched parameter: its rank correlation with each outcome over the design",
        ("parameter", *OUTCOMES),
        dict.fromkeys(OUTCOMES, ("1", "Spearman's rank correlation of the parameter with it")),
    ),
    **{f"exports/{path}": File(rows, tuple(own), own) for path, (rows, own) in GAME.items()},
}  # fmt: skip
"""Every table by its path in a result folder; panels come besides (sim.runs.panels)."""


def explained() -> list[tuple[str, str, str, str, str]]:
    """Rows file, what a row is, column, unit, meaning: all columns of all files."""
    rows = []
    for path, file in FILES.items():
        for column in file.columns:
            unit, meaning = file.own.get(column) or MEANINGS[column]
            rows.append((path, file.rows, column, unit, meaning))
    for panel in PANELS:
        for column, _, unit, meaning in schema_of(panel):
            rows.append((f"panels/{panel}.parquet", PANELS[panel].help.rstrip("."), column, unit, meaning))
    return rows

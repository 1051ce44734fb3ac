"""Experiments: replications on several processes, paired comparison of arms, and their statistics.

Numbers in, numbers out; sim.reporting puts them into words. A command is a file of its name: `compare`, `sweep`,
`batch`, `signs`, `equilibrium`, `regimes`, `knockout`, `findings`, `calibration`, `rerun`, `lessons`;
`sensitivity`, `facts` and `evidence` are folders. Beside them stand

    estimates, statistics       Student intervals of paired differences, Holm's correction, tables by year
    decomposition, resilience, returns, tier_moves, pairing, varied
                                further tables of a comparison
    experiment, kinds           what an experiment file may say, its points and the scenario of every run
    claims, claims_table        what an interval says about a claim
    stopping, signs_cost        how many replications are enough, and what a table of signs costs
    kept_runs, measured, measures, last_year, histories, unshocked
                                what is kept of each run, and the same arm without shocks
    games, governors            the game of regions that `equilibrium` plays
    derived                     programs of their own, each a target of make
    libraries                   statistics that not everybody installs
"""

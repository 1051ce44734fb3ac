"""Experiments: replications on several processes, paired comparison of arms, and their statistics.

Numbers in, numbers out; sim.reporting puts them into words. A command is a file of its name: `compare`, `sweep`,
`batch`, `sensitivity`, `signs`, `equilibrium`, `regimes`, `knockout`, `findings`, `calibration`, `rerun`, `lessons`;
`facts` and `evidence` are folders. Beside them stand

    estimates, statistics       Student intervals of paired differences, Holm's correction, tables by year
    decomposition, resilience, returns, tier_moves, pairing, varied
                                further tables of a comparison
    experiment, experiment_reading, experiment_checks, experiment_search, experiment_schema, experiment_text, kinds
                                what an experiment file may say
    setup, designs, levels, sweep_words
                                its points, and the scenario of every run
    claims, claims_table        what an interval says about a claim
    stopping, emulator, sign_maps, signs_cost
                                replications needed; a response between its points; where a sign turns; what signs cost
    kept_runs, measured, measures, last_year, histories, unshocked
                                what is kept of each run, and the same arm without shocks
    games, governors            the game of regions that `equilibrium` plays
    plan_45, location_fit, endowment_spread, pass_through
                                programs of their own, each a target of make
    libraries                   statistics that not everybody installs
"""

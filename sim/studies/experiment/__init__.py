"""Experiments: files (experiments/*.yaml) of arms with the same luck, at one point or at many.

    title: Does the cost of distance decide?
    scenario: policy_text
    arms:
      duplicated: {plan.layout: duplicated}
      differentiated: {plan.layout: differentiated}
    factors:
      distance_cost: 0.1:0.5:5        # five levels, both ends included
      imitation: [0, 0.5, 1]          # these levels
      learning_elasticity: null       # over its declared sweep bounds
    design: full                      # or one_at_a_time, {kind: sobol, points: 64}, latin_hypercube, morris
    replications: 12
    claims:
      - {claim: it pays, contrast: differentiated - duplicated, expect: above, at: {imitation: 0}}

The first arm is the baseline: what is asked at every point is by how much the others exceed it on the same seed. A
level holds for the whole run; what an arm changes begins with the treatment, or in the opening (`arms_from: opening`).
Without factors there is one point, the scenario as it is. A file with `search` has one arm, whose factors are searched
for the values that fit stylised facts best (sim.studies.calibration).

From file to runs: `reading` finds every fault with its place (`checks`, `search_checks`) in what the file says
(`contents`), takes levels out of texts such as 0.1:0.5:5 (`levels`), lays points out (`designs`) and gives a `Setup`:
factors, points and the scenario of every run (`setup`). `words` makes the same of the options of `clustersim sweep`,
`text` a file of an experiment, `schema` the JSON schema for editors. What is run and computed stands in
sim.studies.sweep and batch.
"""

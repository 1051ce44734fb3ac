"""Evidence on industrial policy: what papers found of real policies, sought in the model by small experiments.

A benchmark (experiments/evidence.yaml) has arms that share their past and differ in a policy, and statistics that an
estimator takes of them, as the paper did where a model leaves that to be done. What a paper has to infer the model can
see: the same firms live with the policy and without it, with the same luck. Bands are those of papers, never fitted.
"""

from sim.studies.evidence import chains, firms, nation, watching
from sim.studies.evidence.declaration import ESTIMATORS

MODULES = (chains, firms, nation)
"""Where estimators are: their text names what is kept of a run."""
__all__ = ["ESTIMATORS", "MODULES", "watching"]

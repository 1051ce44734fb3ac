"""How a Mesa user works with the model in a notebook: agents as objects, sets of agents, collected data.

Run it with `python examples/notebook_style.py`.
"""

from mesa import DataCollector

from sim import ClusterModel, Firm, LeadingFirm, ResearchInstitute


def leaders_share(model):
    """Share of leading firms in all sales."""
    leading = model.agents_by_type[LeadingFirm].agg("sales", sum)
    return leading / model.firms.agg("sales", sum)


model = ClusterModel(story="policy_text", layout="differentiated", firms=200, burn_in=5, rng=7)
model.datacollector = DataCollector(
    model_reporters={"year": "year", "leaders' share": leaders_share},
    agenttype_reporters={
        Firm: {"region": "region", "industry": "industry", "sales": "sales"},
        ResearchInstitute: {"region": "region", "budget": "budget"},
    },
)
model.run_for(10) if hasattr(model, "run_for") else [model.step() for _ in range(10)]

history = model.datacollector.get_model_vars_dataframe()
print(history.round(3).to_string(index=False))

# Questions to the agents of this year.
best = max(model.firms, key=lambda firm: firm.productivity)
print(f"The most productive firm is {best}; it works with {best.partners} and is {best.age} years old.")
young = model.firms.select(lambda firm: firm.age < 5)
print(f"{len(young)} of {len(model.firms)} firms are younger than five years.")
print(f"In its cell stand {len(best.cell.agents)} firms and institutes; the rent is {best.cell.rent:.2f}.")

# A firm's attributes can be written as well: what if the best firm had twice the capacity?
best.capacity *= 2
model.step()
print(f"A year later it sells for {best.sales:.2f}." if best.exists else "A year later it is gone.")

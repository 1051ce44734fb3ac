"""Mesa's face: the model and its agents as a mesa.Model and mesa.Agents."""

"""English: every sentence of tables, figures and pages that is not a name or a number."""

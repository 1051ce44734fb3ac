"""What columns of the evidence on policy mean, where it is not what the same name means in other files."""

OF_BENCHMARKS = {
    "benchmark": ("", "name of the finding on a real policy"),
    "finding": ("", "what was found of it"),
    "statistic": ("", "name of the number within its benchmark"),
    "what": ("", "what is measured"),
    "value": ("of `unit`", "mean over replications"),
    "ci_low": ("of `unit`", "lower end of the 95 % interval of that mean"),
    "ci_high": ("of `unit`", "upper end of the 95 % interval of that mean"),
    "verdict": ("", "pass (the interval meets a band of two ends, or lies on the one side of a band with one), miss "
                "(it lies outside), open (neither)"),
    "source": ("", "paper"),
    "note": ("", "what was found out about why it is missed"),
}  # fmt: skip
BY_SEED = {**OF_BENCHMARKS, "value": ("of the statistic", "the number")}

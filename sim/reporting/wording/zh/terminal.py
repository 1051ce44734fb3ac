"""What is said on the screen, in Chinese; keys as in sim.reporting.wording.en.terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.reporting.wording.measures import rows_of
from sim.reporting.wording.numbers import decimals, excludes_zero, signed
from sim.reporting.wording.zh.player import NAMES
from sim.store.executors.local import Failure
from sim.studies.decomposition import LAYOUTS, Decomposition
from sim.studies.estimates import FEWEST, IDENTICAL, NO_VALUE, TOO_FEW

if TYPE_CHECKING:
    import pandas as pd

METRICS = {
    "ln_real_income": "实际收入", "worst_region_income": "最差地区的收入", "consumer_price": "消费价格",
    "utilisation": "产能利用率", "excess_capacity": "过剩产能", "duplication_index": "重复建设指数",
    "mean_krugman_specialisation": "专业化指数（克鲁格曼）", "innovations": "创新", "weighted_innovations": "加权创新",
    "growth": "增长率", "radical_innovations": "突破性创新", "structural_similarity": "产业结构相似度",
    "wasted_capital_share": "闲置浪费资本占比", "cooperation_links": "合作联系", "high_end_clusters": "高端集群",
    "endowment_fit": "与比较优势的契合度", "mean_margin": "利润率", "value_added": "增加值", "firms": "企业数",
    "subsidy_share": "补贴占比",
}  # fmt: skip
"""The main metrics, and the only ones that the tables show."""
UNITS = {
    "%": "", "1": "，指数", "points": "，百分点", "events": "，次", "1/year": "，每年", "links": "，条",
    "clusters": "，个", "money/year": "，货币每年", "firms": "，家",
}  # fmt: skip
RESILIENCE = {
    "resistance": "最差年份保住的份额", "recoverability": "其后挽回的损失份额", "regained": "期末恢复到 95% 的比例",
    "years_to_regain": "恢复到 95% 所需年数", "loss": "总损失（以年收入计）", "risk": "与无冲击运行的离散程度",
}  # fmt: skip
BASELINE, SURE, YEAR, BETWEEN = "基准", "一致、d、节省", "第 {} 年", "{} 至 {}"
NOTE = (
    "处理期各年的均值；差异 ± 其 95% 置信区间的一半。\n"
    "* 区间不含零；** 按多重检验（Holm）校正后仍不含零；= 各次重复的差异相同。\n"
    "未注明单位的差异为相对基准的百分比。"
)
FEW = f"处理期各年的均值；未注明单位的差异为相对基准的百分比。\n重复次数少于 {FEWEST} 次：不足以给出置信区间和检验。"
SURENESS = (
    "一致：差异与均值同号的重复次数。d：配对差异的均值除以其标准差。\n"
    "节省：若各方案各有各的随机数，差异的方差会是现在的多少倍。"
)
NO_INTERVAL = {TOO_FEW: "重复次数不足", IDENTICAL: "各次重复都相同", NO_VALUE: "-"}
DECOMPOSITION = "差异化布局相对重复建设的收益从何而来"
DECOMPOSITION_HEADS = ("%，95% 置信区间", "变化之处")
TERMS = {"total": "合计", "composition": "产业构成", "localisation": "专业化集聚", "endowment fit": "禀赋契合"}
MEANINGS = {
    "total": "差异化布局相对重复建设",
    "composition": "各地按全国结构，而不是都建热门产业",
    "localisation": "各地专业化，而不是各地都按全国结构",
    "endowment fit": "选择契合本地禀赋的产业，而不是随机的产业",
}
RETURNS = "单位资金的回报：与留给消费者相比（支出每 1 % 带来的收入变化，%），以及与闲置用工相比"
RETURN_HEADS = ("收益", "回报")
NO_RETURNS = "计算单位资金的回报，需要市场（market）和闲置用工（idle）两种布局各一个方案：加上 --yardsticks 即可。"
RESILIENCE_TITLE = "冲击的代价：与同一随机种子下没有冲击的运行相比的实际收入"
WRITTEN, COMMA = "已写入 {}：{}", "、"
SENTENCE = {
    NO_VALUE: "{arm}：{metric}在 {arm} 与 {baseline} 中没有一年同时有定义。",
    "zero": "{arm}：{metric}在全部 {seeds} 次重复中与 {baseline} 完全相同。",
    IDENTICAL: "{arm}：{metric}与 {baseline} 相差 {difference}，全部 {seeds} 次重复的差异相同。",
    TOO_FEW: (
        "{arm}：{metric}与 {baseline} 相差 {difference}"
        f"（{{seeds}} 次重复；给出置信区间至少需要 {FEWEST} 次）。"
    ),
    "sure": (
        "{arm}：{metric}与 {baseline} 相差 {difference}"
        "（95% 置信区间 {low} 至 {high}；{agreeing}/{seeds} 次重复一致）。"
    ),
    "open": (
        "{arm}：{metric}与 {baseline} 无法区分：95% 置信区间 {low} 至 {high} 含零"
        "（均值 {difference}；{agreeing}/{seeds} 次重复一致）。"
    ),
}  # fmt: skip
"""The answer for one arm, by the reason why there is no interval, or by whether it excludes zero."""
OTHER_PASTS = (
    "{arms}的过去与 {baseline} 不同：第 {fork} 年的状态不一样。所比较的是此后的变化，而不是当年已有的差距。",
    "{arms}的过去与 {baseline} 不同：起始状态就不一样，所以差异不只来自规划。",
)
"""Where the arms part after the opening, and where they open otherwise."""
OBSTACLES = {
    "unrecorded": "分解需要指标 {first}，而它没有被记录。",
    "several": "分解要求布局 {first} 只有一个方案；这里有 {rest}。",
    "missing": (
        "分解为产业构成、专业化集聚和禀赋契合，需要以下布局的方案（imitation 为 0）："
        f"{'、'.join(LAYOUTS.values())}；缺少：{{all}}。"
    ),
    "other": "分解要求各方案只在布局上不同；{all} 还有其他不同。",
}  # fmt: skip


def label(metric: str) -> str:
    """A main metric in Chinese; another one as it is declared."""
    return METRICS.get(metric, metric)


def arm_name(arm: str) -> str:
    """An arm as Chinese readers know its layout; another name as it was given."""
    return NAMES.get(arm, " ".join(arm.replace("_", " ").split()))


def named(metric: str, unit: str) -> str:
    """A measure at the left of a row, with the unit of its differences where that is not per cent."""
    return label(metric) + UNITS.get(unit, f"，{unit}")


def difference_to(baseline: str) -> str:
    """Title of a table of differences."""
    return f"与 {arm_name(baseline)}（基准）之差"


def answers(differences: pd.DataFrame, metric: str, baseline: str) -> list[str]:
    """One sentence per arm on `metric` of the nation over the treatment years."""
    rows = differences[(differences["metric"] == metric) & (differences["window"] == "treatment years")]
    return [_answer(row, baseline) for row in rows_of(rows)]


def _answer(row: Any, baseline: str) -> str:
    places = decimals(row.shown_low, row.shown_high)
    unit = {"1": "", "%": " %", "points": " 个百分点"}.get(row.shown_unit, f" {row.shown_unit}")
    key = row.reason or ("sure" if excludes_zero(row) else "open")
    if key == IDENTICAL and row.difference == 0:
        key = "zero"
    low, high = (signed(end, places) + unit for end in (row.shown_low, row.shown_high))
    return SENTENCE[key].format(
        arm=arm_name(str(row.arm)), baseline=arm_name(baseline), metric=label(row.metric), low=low, high=high,
        difference=signed(row.shown, places) + unit, agreeing=int(row.agreeing), seeds=int(row.replications),
    )  # fmt: skip


def other_pasts_in_words(arms: Sequence[str], baseline: str, fork: int) -> str:
    """That arms had other pasts than the baseline, and what is therefore compared."""
    told = OTHER_PASTS[fork == 0]
    return told.format(arms="、".join(map(arm_name, arms)), baseline=arm_name(baseline), fork=fork) if arms else ""


def no_decomposition(decomposition: Decomposition) -> str:
    """Why there are no terms; empty when there are."""
    found = decomposition.obstacle
    if found is None:
        return ""
    first, *rest = found.names
    return OBSTACLES[found.kind].format(first=first, rest="、".join(rest), all="、".join(found.names))


def resilience_note(replications: int, against: str, several: bool) -> str:
    """What the numbers and stars of the table of resilience are."""
    if replications < 2:
        return "一次重复没有置信区间：只是一个例子，不是答案。"
    if replications < FEWEST:
        return f"均值。重复次数少于 {FEWEST} 次：不足以给出置信区间。"
    note = "均值 ± 其 95% 置信区间的一半。"
    return f"{note}* 与 {arm_name(against)} 的配对差异不含零。" if several else note


def not_counted(failure: Failure) -> str:
    """A replication that failed, in one line; the error is told as it was raised."""
    return f"未计入：种子 {failure.seed}{f'，{arm_name(failure.arm)}' if failure.arm else ''}：{failure.error}"

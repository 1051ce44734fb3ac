"""What the terminal's main tables say in Chinese; names of arms are those of the player."""

from __future__ import annotations

from sim.reporting.wording.zh.player import NAMES
from sim.studies.estimates import FEWEST

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
BASELINE, AGREE, YEAR = "基准", "一致、d、节省", "第 {year} 年"
DIFFERENCE = "与 {baseline}（基准）之差"
NOTE = (
    "处理期各年的均值；差异 ± 其 95% 置信区间的一半。\n"
    "* 区间不含零；** 按多重检验（Holm）校正后仍不含零；= 各次重复的差异相同。\n"
    "未注明单位的差异为相对基准的百分比。"
)
FEW = f"处理期各年的均值。重复次数少于 {FEWEST} 次：不足以给出置信区间和检验。"
SURENESS = (
    "一致：差异与均值同号的重复次数。d：配对差异的均值除以其标准差。\n"
    "节省：若各方案各有各的随机数，差异的方差会是现在的多少倍。"
)
RESILIENCE_TITLE = "冲击的代价：与同一随机种子下没有冲击的运行相比的实际收入"
RESILIENCE_NOTE = f"均值 ± 其 95% 置信区间的一半（至少 {FEWEST} 次重复）；* 与对照方案的配对差异不含零。"
SENTENCE = {
    "sure": "{arm}：{metric}与 {baseline} 相差 {difference}（95% 置信区间 {low} 至 {high}，{seeds} 次重复）。",
    "open": "{arm}：{metric}与 {baseline} 相差 {difference}（区间 {low} 至 {high} 含零：这些重复不能断定）。",
    "few": "{arm}：{metric}与 {baseline} 相差 {difference}（{seeds} 次重复，没有置信区间）。",
}
REST = "差异的分解和单位资金的回报见 report.html 与 tables/（英文）。"
NOT_COUNTED = "未计入：种子 {seed}，{arm}：{error}"
WRITTEN = "已写入 {folder}：report.html、summary.csv、figures/、tables/"


def arm_name(arm: str) -> str:
    """An arm as Chinese readers know its layout; another name as it was given."""
    return NAMES.get(arm, " ".join(arm.replace("_", " ").split()))

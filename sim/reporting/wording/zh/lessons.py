"""Texts of the lessons in Chinese; keys as in sim.reporting.wording.en.lessons."""

from __future__ import annotations

LESSONS = {
    "why_cluster": {
        "title": "企业为什么集聚",
        "question": "地图处处相同，企业起初随机分布。靠近同行生产是否会使产业集聚起来？",
        "above": "会：有集聚经济时产业更集中",
        "below": "不会：有集聚经济时产业更分散",
        "undecided": "没有明显差别",
        "answer_above": "有集聚经济时，产业比没有时更集中。",
        "answer_below": "有集聚经济时，产业比没有时更分散。",
        "answer_undecided": "这些运行既不能说明集聚经济使产业更集中，也不能说明并非如此。",
        "why": "靠近同行的企业成本更低、卖得更多、利润更高。创业者去预期利润高的地方，衍生企业留在母企业附近，"
        "二者都使来年的企业更多。昂贵的劳动力和土地"
        "则起相反作用。下表逐一关闭每种力量。这里的强度是课堂用的，远高于已发表的估计：它说明机制如何起作用，"
        "而不说明它在现实经济中有多强。",
    },
    "leaders_and_smes": {
        "title": "龙头企业与中小企业",
        "question": "每个规划把一半资金给企业。与全部给龙头企业相比，龙头企业与中小企业分享时全国是否更富裕？",
        "above": "两者分享时更富裕",
        "below": "全给龙头企业时更富裕",
        "undecided": "没有明显差别",
        "answer_above": "龙头企业与中小企业分享资金时，实际收入更高。",
        "answer_below": "资金全部给龙头企业时，实际收入更高。",
        "answer_undecided": "就实际收入而言，这些运行区分不出二者。",
        "why": "龙头企业就近向许多供应商采购、传授经验，并提高附近同业的生产率。"
        "中小企业需要人才和信贷才能向它们学习。被吸引到一地的龙头企业，别处就少了一家；"
        "两种扶持都要花消费者本可支出的钱。",
    },
    "specialise_or_diversify": {
        "title": "专业化还是多样化",
        "question": "各地区扶持自己有比较优势的产业，或者各地区都按全国结构扶持。预算相同，哪一种情况下实际收入更高？",
        "above": "各地区专业化时更高",
        "below": "各地区多样化时更高",
        "undecided": "没有明显差别",
        "answer_above": "各地区专业化时，实际收入更高。",
        "answer_below": "各地区多样化时，实际收入更高。",
        "answer_undecided": "就实际收入而言，这些运行区分不出二者。",
        "why": "专业化把产业放在禀赋适合、同行邻近的地方。多样化使生产靠近消费者，降低运输成本，"
        "并分散某一产业衰退的风险。规划者并不能准确看到禀赋，"
        "因此追随优势的规划也会追随误差。",
    },
    "duplicated_construction": {
        "title": "重复建设与价格战",
        "question": "所有地区都建设同样的热门产业。与各有特色的布局相比，"
        "企业的毛利（价格高出成本的部分）上升还是下降？",
        "above": "重复建设下毛利更高",
        "below": "重复建设下毛利更低",
        "undecided": "没有明显差别",
        "answer_above": "所有地区建设同样产业时，毛利更高。",
        "answer_below": "所有地区建设同样产业时，毛利更低：价格战显现出来。",
        "answer_undecided": "从毛利看，这些运行既不能说明有价格战，也不能说明没有。",
        "why": "各地资金投向同一产业，引来企业和产能，而每家只看到对手在建产能的一部分。如果需求增长不够快，"
        "这些产业的产能利用率、价格和毛利就会下降。"
        "热门产业同时也是研发多、增长快的产业，而其他产业的产能则比原来少：全国平均可能向任一方向变动。",
    },
    "too_much_of_a_good_thing": {
        "title": "过犹不及：拥挤",
        "question": "产业过于密集之处，所需技能会短缺。此时集中的规划是否比各地按全国结构扶持带来更高的实际收入？",
        "above": "集中的规划更高",
        "below": "按全国结构更高",
        "undecided": "没有明显差别",
        "answer_above": "即使有拥挤，集中的规划下实际收入也更高。",
        "answer_below": "有拥挤时，按全国结构扶持的实际收入更高。",
        "answer_undecided": "有拥挤时，这些运行区分不出集中的规划与全国结构。",
        "why": "集群从同行中获益，又因拥挤受损：产业在当地所需的东西（例如熟练工人）随其扩大而稀缺。"
        "下表第二行是没有这种稀缺时的同一比较，第三行说明稀缺使它改变多少。",
    },
    "shocks_and_short_chains": {
        "title": "冲击与短链条",
        "question": "灾害袭击两个地区三年。企业就近采购时，全国收入的损失是否比远距离采购时小？",
        "above": "短链条损失更小",
        "below": "短链条损失更大",
        "undecided": "没有明显差别",
        "answer_above": "短链条下灾害的损失更小。",
        "answer_below": "短链条下灾害的损失更大。",
        "answer_undecided": "这些运行既不能说明短链条使灾害损失更小，也不能说明更大。",
        "why": "链条短时，受灾企业的客户就在附近：损失留在当地，落在自己也受灾的企业身上。链条长时，"
        "损失传到各地客户，每处一点，而受灾地区的客户在别处有供应商。"
        "两种情况下失去的供应商都要数年才能替换。",
    },
    "does_a_plan_pay": {
        "title": "规划划算吗",
        "question": "规划的钱取自消费者。规划每占用全国支出的百分之一，与没有规划相比，实际收入上升还是下降？",
        "above": "上升：规划划算",
        "below": "下降：规划得不偿失",
        "undecided": "没有明显差别",
        "answer_above": "按每单位资金计，实际收入上升：规划划算。",
        "answer_below": "按每单位资金计，实际收入下降：在这里规划不划算。",
        "answer_undecided": "这些运行说不清规划是否划算。",
        "why": "规划花的钱就是消费者少花的钱，所以规划带来的必须多于它拿走的。"
        "第二把尺子“闲置”雇用同样的劳动力却什么也不生产：代价比它小的规划毕竟建成了一些东西。"
        "规划能够补救的，是没有企业计入的收益：对邻居、供应商和他人知识的好处。",
    },
    "forty_five_clusters": {
        "title": "45 个国家级产业集群",
        "question": "在中国各省的地图上，预算相同：45 个国家级集群的规划与各省都扶持同样的热门产业相比，"
        "前者的实际收入是否更高？",
        "above": "45 个集群的规划更高",
        "below": "都扶持同样产业更高",
        "undecided": "没有明显差别",
        "answer_above": "45 个集群的规划下，实际收入更高。",
        "answer_below": "各省都扶持同样的热门产业时，实际收入更高。",
        "answer_undecided": "就实际收入而言，这些运行区分不出两种规划。",
        "why": "2022 年的名单把集群放在相应产业本来就强的地方，因此没有规划时大部分契合也已存在。"
        "热门名单则把资金投向各地快速增长的产业。这张地图是漫画式的："
        "只读规划之间的差别，不读某省的水平。两种规划是否划算，看第二行。",
    },
}

ARMS = {
    "all_forces": "全部力量", "no_agglomeration": "无集聚经济", "no_spin_offs": "无衍生企业", "no_congestion": "无拥挤",
    "no_spillovers": "无知识溢出", "no_relocation": "无迁移", "together": "龙头与中小企业",
    "leaders_only": "只有龙头企业",
    "smes_only": "只有中小企业", "crowded_focused": "集中，有拥挤", "crowded_mixed": "全国结构，有拥挤",
    "easy_focused": "集中，无拥挤", "easy_mixed": "全国结构，无拥挤", "short_struck": "短链条，受灾",
    "short_calm": "短链条，无灾", "long_struck": "长链条，受灾", "long_calm": "长链条，无灾", "plan_45": "45 "
        "个集群的规划",
    "own": "自定规划",
    "differentiated": "差异化布局", "balanced": "各地按全国结构", "duplicated": "重复建设", "market": "无规划（市场）",
    "idle": "什么也不生产的劳动（闲置）",
}  # fmt: skip

MEASURES = {
    "ellison_glaeser_mean": "集中度（Ellison-Glaeser）", "ln_real_income": "实际收入", "innovations": "创新数",
    "mean_krugman_specialisation": "地区专业化（Krugman）", "volatility": "实际收入的逐年波动",
    "price_cost_margin": "价格高出成本的毛利", "utilisation": "产能利用率", "duplication_index": "重复建设",
    "worst_region_income": "最差地区的收入",
}  # fmt: skip

UNITS = {"index": "", "%": "%", "points": "个百分点", "a year": "每年", "% per % of spending": "%（每占全国支出 1 %）"}

TEXTS = {
    "lessons": "课程",
    "no_lesson": "自由操作",
    "lesson_minutes": "{minutes} 分钟",
    "lesson_predict": "你预计会怎样？提交后不能更改。",
    "lesson_commit": "提交并运行",
    "lesson_running": "正在用你的种子 {seed} 运行。请看地图，结果随后出现。",
    "lesson_expected": "你预计：{prediction}",
    "lesson_yours": "你的运行（种子 {seed}）",
    "lesson_one": "一次运行只是一次运气：可能指向任一方向。",
    "lesson_key": "参考答案（{seeds} 个种子）",
    "lesson_stale": "此答案由另一版本的模型算出：请运行 `make answers`。请以全班的区间为准。",
    "lesson_none": "本课还没有参考答案：请运行 `make answers`。",
    "lesson_right": "你的预计与答案一致。",
    "lesson_wrong": "你的预计与答案不同。",
    "lesson_why": "为什么",
    "lesson_class": "全班",
    "lesson_seeds": "全班的种子，用逗号分开",
    "lesson_pool": "汇总",
    "lesson_pooled": "全班（{seeds} 个种子）",
    "lesson_pooling": "已完成 {done} 次，共 {all} 次",
    "lesson_few": "少于 4 个种子没有区间。",
    "lesson_bad_seeds": "种子是 1 至 60 个 0 到 2147483647 之间的整数。",
    "lesson_link": "给全班的链接",
    "lesson_compared": "比较",
    "lesson_difference": "差别",
    "lesson_interval": "95 % 区间",
    "lesson_says": "说明",
    "step_predict": "预测",
    "step_run": "运行",
    "step_compare": "比较",
    "step_answer": "答案",
    "lesson_show": "显示结果",
    "lesson_answer": "显示答案",
    "lesson_here": "本服务器上的预测：{count} 份。",
    "lesson_notes": "教师备注",
    "side_above": "更多",
    "side_below": "更少",
    "side_undecided": "无法判断",
    "side_unknown": "无区间",
    "less": "{one}，相对于{other}",
    "less_twice": "（{one}，相对于{other}），相对于（{third}，相对于{fourth}）",
    "answer_unknown": "运行次数太少，没有区间。",
}

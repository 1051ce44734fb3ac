"""What is wrong with files, in Chinese: messages are made in English where files are read, and told here anew.

A message that no pattern fits stays in English: a rare one that is told is better than one that is hidden.
"""

from __future__ import annotations

import re
from functools import cache

from sim.reporting.wording.zh.page import HELP
from sim.reporting.wording.zh.parameters import MEANINGS
from sim.scenario.problems import Problem

MESSAGES = {
    "unknown key {name}": "未知的键 {name}",
    "unknown key {name}: it holds an invisible character, {mark}": "未知的键 {name}：其中有看不见的字符 {mark}",
    "{value} is out of range": "{value} 超出范围",
    "{value} is not a finite number": "{value} 不是有限的数",
    "should be {wanted}, not {value}": "应为{wanted}，而不是 {value}",
    "should be the name of one file, not {value}": "应为一个文件的名称，而不是 {value}",
    "needs {what}": "缺少 {what}",
    "{name} cannot be a name": "{name} 不能作名称",
    "the file is empty": "文件是空的",
    "the file holds {held}, not a mapping": "文件里是{held}，而不是“键: 值”",
    "the file is no scenario: it has none of its keys": "这不是情景文件：没有情景的任何键",
    "the file is not UTF-8 text": "文件不是 UTF-8 文本",
    "there is no such file": "没有这个文件",
    "is a folder, not a file": "是文件夹，不是文件",
    "there is no file {name} beside this one or in the library": "在本文件旁和情景库中都没有文件 {name}",
    "there is no file {name}": "没有文件 {name}",
    "cannot be read: {why}": "无法读取：{why}",
    "a tab indents this line": "此行用制表符缩进",
    "not YAML: {what}": "不是 YAML：{what}",
    "the key stands twice: on line {one} and on line {other}": "该键出现两次：第 {one} 行和第 {other} 行",
    "a second document starts here": "此处开始了第二个文档",
    "a scenario needs at least one industry": "情景至少需要一个产业",
    "there is no {what} {name}": "没有{what} {name}",
    "the table has no column {name}": "表中没有列 {name}",
    "the table {table} has no column {name}": "表 {table} 中没有列 {name}",
    "this row has {cells} cells, the header has {width}": "此行有 {cells} 个单元格，而表头有 {width} 个",
    "{value} is not {what}": "{value} 不是{what}",
    "{one} promotes {other} twice; the other stands on line {line}": "{one} 两次扶持 {other}；另一处在第 {line} 行",
    "files extend each other in a circle: {files}": "文件循环继承：{files}",
    "is not of the form key=value": "不是“键=值”的形式",
    "year {year} changes {key} twice": "第 {year} 年两次改变 {key}",
    "{value} is allowed, and beyond {low} to {high}, where the model is examined":
        "{value} 允许使用，但超出了检验过的范围 {low} 至 {high}",
    "{firms} firms in {industries} industries: industries may lose their last firm, and shares and margins of the rest "
    "mean little": "{industries} 个产业只有 {firms} 家企业：有的产业可能失去最后一家企业，其余的份额和利润率意义不大",
    "the map has no {endowment}, which {industries} require: all its regions count as equally endowed with it":
        "地图没有 {industries} 所需的禀赋 {endowment}：视为各地区相同",
    "the map has no {endowment}, which {industries} requires: all its regions count as equally endowed with it":
        "地图没有 {industries} 所需的禀赋 {endowment}：视为各地区相同",
    "read so: {told}": "按此读取：{told}",
    "{count} more problems with this scenario": "该情景还有 {count} 个问题",
}  # fmt: skip
"""What is wrong, as it is raised, and the same in Chinese; words in braces are what it is about."""
REMEDIES = {
    "did you mean {names}?": "是否指 {names}？",
    "known: {names}": "已有：{names}",
    "YAML allows only spaces there": "YAML 在此只允许空格",
    "check the indentation, brackets and quotes here and on the line above": "请检查此行和上一行的缩进、括号和引号",
    "put text that holds ': ' in quotes, and check the indentation": "含有“: ”的文字请加引号，并检查缩进",
    "write `key: value` lines": "请写成 `键: 值` 的行，用半角冒号，其后加空格",
    "keep one of the two": "请保留其中一个",
    "keep one": "请保留一个",
    "take it out": "请删去",
    "save it as UTF-8": "请存为 UTF-8",
    "save it as CSV UTF-8": "请存为 CSV UTF-8",
    "add `extends: base.yaml`, or write the industries": "请加上 `extends: base.yaml`，或写出各产业",
    "write `extends: base.yaml`": "请写 `extends: base.yaml`",
    "`clustersim scenarios` lists those that have a name": "`clustersim scenarios` 列出所有有名称的情景",
    "write --set plan.budget=0.1": "请写 --set plan.budget=0.1",
    "{count} or more are safer": "{count} 家以上更稳妥",
    "name its columns in {where}": "请在 {where} 中给出其列名",
    "it belongs under `{where}`": "它属于 `{where}`",
}
"""What to do about it."""
ALLOWED = {
    "{low} to {high} characters": "{low} 至 {high} 个字符",
    "more than {low}, at most {high}": "大于 {low}，不超过 {high}",
    "{low} to {high}": "{low} 至 {high}",
    "at least {low}": "不小于 {low}",
    "at most {high}": "不大于 {high}",
    "more than {low}": "大于 {low}",
    "less than {high}": "小于 {high}",
}
KINDS = {
    "a number": "数字", "a whole number": "整数", "text": "文字", "a list": "列表", "true or false": "true 或 false",
    "a mapping of `key: value`": "`键: 值` 的映射", "a mapping": "映射", "null": "null", "a value": "值",
    "layout": "布局", "policy": "政策工具", "shock": "冲击", "region": "地区", "industry": "产业",
    "a weight": "权重", "an effort": "力度", "a term": "期次",
    "endowment": "禀赋", "mechanism": "机制", "parameter": "参数", "metric": "指标",
}  # fmt: skip
"""Kinds of values and of things."""
PURPOSES = {
    "seed": "随机种子，决定所有随机抽取",
    "years.burn_in": "预热期年数：实行中性规划，各方案共有",
    "years.treatment": "布局实施的年数",
    "population.firms": "起始的企业数", "population.institutes": "起始的研究机构数",
}  # fmt: skip
"""What values are for that are no parameters and have no slider."""
WIDE_COLON = "\N{FULLWIDTH COLON}"
"""As keyboards for Chinese write it: to YAML it is a letter, and the key ends later or nowhere."""
TABLES = {"messages": MESSAGES, "remedies": REMEDIES, "allowed": ALLOWED}


def problem(problem: Problem) -> str:
    """What is wrong with a file, and where; also a note."""
    place = f"{problem.file}:{problem.line}:{problem.column}: " if problem.line else f"{problem.file}: "
    told = in_chinese("messages", problem.message)
    text = place + (f"{problem.key}：{told}" if problem.key else told)
    if problem.allowed:
        text += f"；允许：{in_chinese('allowed', problem.allowed)}"
    if WIDE_COLON in problem.key:
        text += f"；请用半角冒号，其后加空格：“{WIDE_COLON}”是全角冒号"
    elif problem.remedy:
        remedy = in_chinese("remedies", problem.remedy)
        text += f"；{_purpose(problem.key) or remedy if remedy == problem.remedy else remedy}"
    return text


def in_chinese(table: str, text: str) -> str:
    """A text of one of the tables in Chinese; as it is where none of its patterns fits."""
    for pattern, told in _patterns(table):
        found = pattern.fullmatch(text)
        if found is not None:
            return told.format(**{name: _word(part) for name, part in found.groupdict().items()})
    return text


def _word(part: str) -> str:
    """What a message is about: kinds in Chinese, and `or` between these or names in quotes; all else as written."""
    words = part.split(" or ")
    is_list = len(words) > 1 and all(word in KINDS or re.fullmatch(r"'[^']*'", word) for word in words)
    return " 或 ".join(KINDS.get(word, word) for word in words) if is_list else KINDS.get(part, part)


def _purpose(key: str) -> str:
    """What the value at a key is for; empty where a table of meanings does not tell."""
    section, _, name = key.partition(".")
    if key in PURPOSES:
        return PURPOSES[key]
    return MEANINGS.get(name, "") if section == "parameters" else HELP.get(f"help_{key}", "")


@cache
def _patterns(table: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The patterns of a table, those with most fixed letters first."""
    fixed = sorted(TABLES[table], key=lambda text: -len(re.sub(r"\{\w+\}", "", text)))
    return tuple((re.compile(_expression(text), re.DOTALL), TABLES[table][text]) for text in fixed)


def _expression(text: str) -> str:
    parts = re.split(r"\{(\w+)\}", text)
    return "".join(re.escape(part) if at % 2 == 0 else f"(?P<{part}>.+?)" for at, part in enumerate(parts))

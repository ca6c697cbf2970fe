"""Which blocks of a page belong to its gold article: each block gets the share of its words that do."""

import json
import re
from collections import Counter
from pathlib import Path

SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
TOKEN = re.compile(f"[{SPACELESS}]|[^\\W{SPACELESS}]+")
LENGTH = 4
"""Words in a run that must agree; shorter agreement is chance."""


def tokens(text):
    return TOKEN.findall(text or "")


def runs(words):
    return [tuple(words[i : i + LENGTH]) for i in range(len(words) - LENGTH + 1)]


def gold_pages(sets, name):
    path = Path(sets) / name / "dev" / "gold.jsonl"
    return {gold["id"]: gold for gold in map(json.loads, path.open(encoding="utf-8"))}


def labels(texts, gold):
    """One number from 0 to 1 for each text, None where the gold does not tell."""
    if gold.get("body") is None:
        return [snippet_label(text, gold) for text in texts]
    return body_labels([tokens(text) for text in texts], tokens(gold["body"]))


def snippet_label(text, gold):
    holds = lambda snippets: any(re.sub(r"\s+", " ", snippet) in text for snippet in snippets or [])
    if holds(gold.get("with")):
        return 1.0
    return 0.0 if holds(gold.get("without")) else None


def body_labels(blocks, article):
    wanted = Counter(runs(article))
    agreement = [agreeing(block, wanted) for block in blocks]
    order = sorted(range(len(blocks)), key=lambda i: -neighbourhood(agreement, i))
    left = Counter(wanted)
    result = [0.0] * len(blocks)
    for i in order:
        if len(blocks[i]) >= LENGTH:
            result[i] = take(blocks[i], left)
    label_short(blocks, wanted, result)
    return result


def agreeing(block, wanted):
    return sum(run in wanted for run in runs(block))


def neighbourhood(agreement, i):
    return sum(agreement[max(0, i - 6) : i + 7])


def take(block, left):
    """The share of the block's runs that the article still has, which it then has no longer."""
    found = 0
    for run in runs(block):
        if left[run] > 0:
            left[run] -= 1
            found += 1
    return found / max(1, len(runs(block)))


def label_short(blocks, wanted, result):
    """A short block belongs to the article if it continues what does, or is continued by it."""
    tail = []
    for i, block in enumerate(blocks):
        if not block:
            continue
        if len(block) < LENGTH:
            after = next((b[:3] for b, r in zip(blocks[i + 1 : i + 4], result[i + 1 : i + 4]) if len(b) >= LENGTH and r > 0.5), [])
            joined = [(tail + block)[-LENGTH:], (block + after)[:LENGTH]]
            result[i] = float(any(len(run) == LENGTH and tuple(run) in wanted for run in joined))
        if result[i] > 0.5:
            tail = (tail + block)[-3:]

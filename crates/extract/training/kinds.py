"""Learns how to tell lists from articles: crates/extract/src/verdict/lists.tsv.

    python kinds.py SETS OUTPUT

SETS is the directory of the evaluation sets, OUTPUT the table to write. The pages that people called
listings or collections of products (`page_type` in wcxb's gold) are lists, all others are not. The signs are
measured by the engine itself (`examples/score_pages.rs`). Prints what a table finds on sites that it was not
fitted to, eight folds by site, at several thresholds. Needs numpy and scikit-learn (2.4.6 and 1.9.1 made the
shipped table), and a minute.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from labels import gold_pages
from train import measured

FOLDS = 8
LISTS = ("listing", "collection")
LIST_WEIGHT = 3
"""Lists are one page in fourteen here; more weight would call more articles lists."""
STRENGTH = 0.1
"""Ten times as much finds as many lists, and refuses one article more."""


def read(sets):
    """Names of the signs; for each page its signs, type and fold."""
    golds, rows, types, folds = {}, [], [], []
    for line in measured("signs", sets):
        page = json.loads(line)
        gold = golds.setdefault(page["set"], gold_pages(sets, page["set"]))[page["id"]]
        names = page["names"]
        rows.append(page["signs"])
        types.append(gold.get("page_type") or "article")
        site = gold.get("site") or page["set"] + page["id"]
        folds.append(int(hashlib.sha1(site.encode()).hexdigest(), 16) % FOLDS)
    return names, np.array(rows), np.array(types), np.array(folds)


def fit(signs, is_list):
    scale = StandardScaler().fit(signs)
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit(scale.transform(signs), is_list, sample_weight=np.where(is_list, LIST_WEIGHT, 1))
    return scale, model


def unseen(signs, is_list, folds):
    """For each page what a table says that had not seen its site."""
    probability = np.zeros(len(signs))
    for fold in range(FOLDS):
        test = folds == fold
        scale, model = fit(signs[~test], is_list[~test])
        probability[test] = model.predict_proba(scale.transform(signs[test]))[:, 1]
    return probability


def main(sets, output):
    names, signs, types, folds = read(sets)
    is_list = np.isin(types, LISTS)
    probability = unseen(signs, is_list, folds)
    for threshold in (0.5, 0.6, 0.7, 0.8, 0.88, 0.95):
        told = probability >= threshold
        counts = [f"{kind} {told[types == kind].sum()}/{(types == kind).sum()}" for kind in sorted(set(types))]
        print(threshold, ", ".join(counts))
    scale, model = fit(signs, is_list)
    lines = [f"base\t{model.intercept_[0]:.4f}"]
    for name, mean, weight in zip(names, scale.mean_, model.coef_[0] / scale.scale_):
        lines.append(f"{name}\t{mean:.4f}\t{weight:.4f}")
    Path(output).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

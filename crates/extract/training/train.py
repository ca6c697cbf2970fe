"""Learns the tables of crates/extract/src/content from pages with gold articles.

    python train.py SETS OUTPUT [PREDICTIONS]

SETS holds `<set>/dev/gold.jsonl` and the pages beside it; OUTPUT is where the tables go, to take them
into use crates/extract/src/content itself. Sites are never on both sides: with a third argument the
predictions of models that had not seen the page's site are written for the sets' scorer.

The features are measured by the engine itself (`examples/score_pages.rs`, which cargo builds), so
there is one implementation of them. Needs lightgbm, numpy, scipy and scikit-learn (4.7.0, 2.4.6,
1.17 and 1.9.1 made the shipped tables), one core and about ten minutes.

The second model learns from the first's likelihoods for sites that it had not seen, since that is
what it will be given.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import lightgbm
import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from labels import gold_pages, labels, tokens

FOLDS = 4
SET_WEIGHTS = {"andy424": 1.6, "fundus": 2.0, "zh69": 2.5, "wcxb": 1.0, "trafilatura": 0.6, "gne": 1.5, "np4k-fixtures": 1.0, "readability": 0.4}
LEAST_SITES = 5
"""A word must be seen on so many sites before it gets a weight."""
PARAMETERS = {
    "objective": "cross_entropy",
    "min_data_in_leaf": 60,
    "feature_fraction": 0.35,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "num_threads": 1,
    "verbosity": -1,
    "seed": 11,
    "deterministic": True,
}
FIRST = {"num_leaves": 16, "max_depth": 6, "learning_rate": 0.12, "num_iterations": 100}
SECOND = {"num_leaves": 32, "max_depth": 9, "learning_rate": 0.06, "num_iterations": 360, "extra_trees": True, "feature_fraction": 0.6}
"""The first need only find what is worth a second look, and is asked about every block. The second's
thresholds are drawn by lot, which lets it grow greater before it learns the sites by heart."""
SOURCES = Path(__file__).resolve().parent / "../src/content"
MOST_NEGATIVES = 100
"""Blocks outside the article that are learned from in one page; those taken stand for the others."""


class Corpus:
    """All blocks of all pages as flat arrays."""

    def __init__(self, sets, lines):
        self.pages, self.label, self.weight, self.fold, self.site, self.words = [], [], [], [], [], []
        self.texts, features, self.elements, self.chain_start, self.chain = [], [], {}, [0], []
        golds = {}
        for line in lines:
            page = json.loads(line)
            golds.setdefault(page["set"], gold_pages(sets, page["set"]))
            self.add(page, golds[page["set"]][page["id"]])
            features += [np.array(page["features"], dtype=np.float32)] if page["texts"] else []
        self.features = np.concatenate(features)
        self.label, self.weight = np.array(self.label), np.array(self.weight)
        self.fold, self.site, self.words = np.array(self.fold), np.array(self.site), np.array(self.words)
        self.chain, self.chain_start = np.array(self.chain), np.array(self.chain_start)

    def sample(self):
        """Thins out the blocks outside articles where a page has very many."""
        random = np.random.default_rng(5)
        self.sampled_weight = self.weight.copy()
        for _, _, start, end in self.pages:
            outside = start + np.flatnonzero((self.label[start:end] == 0) & (self.weight[start:end] > 0))
            if len(outside) > MOST_NEGATIVES:
                chosen = random.choice(outside, MOST_NEGATIVES, replace=False)
                kept = self.weight[chosen] * self.weight[outside].sum() / self.weight[chosen].sum()
                self.sampled_weight[outside] = 0
                self.sampled_weight[chosen] = kept

    def add(self, page, gold):
        start = len(self.texts)
        self.texts += page["texts"]
        self.pages.append((page["set"], page["id"], start, len(self.texts)))
        known = labels(page["texts"], gold)
        counts = [len(tokens(text)) for text in page["texts"]]
        article = max(50, len(tokens(gold["body"]))) if gold.get("body") is not None else 2000
        raw = [0.0 if label is None else (count + 2) / article for label, count in zip(known, counts)]
        scale = SET_WEIGHTS[page["set"]] / max(1.0, sum(raw) / 4)
        self.weight += [weight * scale for weight in raw]
        self.label += [label or 0.0 for label in known]
        self.words += counts
        site = gold.get("site") or page["set"] + page["id"]
        fold = int(hashlib.sha1(site.encode()).hexdigest(), 16) % FOLDS
        self.fold += [fold] * len(counts)
        self.site += [int(hashlib.sha1(site.encode()).hexdigest()[:12], 16)] * len(counts)
        for names in page["names"]:
            for element in names.split("<")[1:]:
                self.chain.append(self.elements.setdefault("<" + element.strip(), len(self.elements)))
            self.chain_start.append(len(self.chain))


def word_matrix(rows, sites):
    """Counts of each word in each row, for words seen on enough sites."""
    seen = defaultdict(set)
    for words, site in zip(rows, sites):
        for word in words:
            if len(seen[word]) < LEAST_SITES:
                seen[word].add(site)
    vocabulary = {word: i for i, word in enumerate(sorted(w for w, s in seen.items() if len(s) >= LEAST_SITES))}
    columns, starts = [], [0]
    for words in rows:
        columns += [vocabulary[word] for word in words if word in vocabulary]
        starts.append(len(columns))
    matrix = sparse.csr_matrix((np.ones(len(columns), np.float32), columns, starts), (len(starts) - 1, len(vocabulary)))
    matrix.sum_duplicates()
    return matrix, list(vocabulary)


def fit_words(matrix, label, weight, strength):
    """Weights of words by logistic regression on soft labels."""
    rows = sparse.vstack([matrix, matrix])
    target = np.r_[np.ones(len(label)), np.zeros(len(label))]
    weights = np.r_[weight * label, weight * (1 - label)]
    used = weights > 0
    model = LogisticRegression(C=strength, max_iter=30)
    model.fit(rows[used], target[used], sample_weight=weights[used])
    return model.coef_[0].astype(np.float32)


def text_words(text):
    """As `survey::split_words`: at most 60 words, ideographs in pairs."""
    words = []
    for run in re.findall(r"[^\W_]+", text[:600]):
        if any("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in run):
            words += [run[i : i + 2].lower() for i in range(0, len(run), 2)]
        else:
            words.append(run.lower())
    return words[:60]


def opening_words(words):
    """As `survey::opening`: the first word, the first two, the first three."""
    return [" ".join(words[:count]) for count in range(1, min(3, len(words)) + 1)]


class Tables:
    """Word weights for names, for texts and for their openings, and the features made of them."""

    def __init__(self, corpus):
        self.corpus = corpus
        element_words = [element.split(" ") for element in corpus.elements]
        first_site = {}
        chain_site = np.repeat(corpus.site, np.diff(corpus.chain_start))
        pairs = np.unique(np.stack([corpus.chain, chain_site]), axis=1)
        rows = [element_words[e] for e in pairs[0]]
        _, self.names = word_matrix(rows, pairs[1])
        index = {word: i for i, word in enumerate(self.names)}
        columns, starts = [], [0]
        for words in element_words:
            columns += [index[word] for word in words if word in index]
            starts.append(len(columns))
        self.element_matrix = sparse.csr_matrix((np.ones(len(columns), np.float32), columns, starts), (len(element_words), len(self.names)))
        chains = sparse.csr_matrix((np.ones(len(corpus.chain), np.float32), corpus.chain, corpus.chain_start), (len(corpus.texts), len(element_words)))
        self.name_matrix = chains @ self.element_matrix
        self.text_rows = [text_words(text) for text in corpus.texts]
        self.text_matrix, self.text_names = word_matrix(self.text_rows, corpus.site)
        self.opening_matrix, self.openings = word_matrix([opening_words(row) for row in self.text_rows], corpus.site)
        self.text_counts = np.maximum(1, [len(row) for row in self.text_rows])

    def fit(self, rows):
        """Weights learned from the given blocks: of names, of texts' words, of their openings."""
        c = self.corpus
        short = rows & (c.words <= 60)
        return (
            np.round(fit_words(self.name_matrix[rows], c.label[rows], c.weight[rows] * 20, 0.02), 2),
            np.round(fit_words(self.text_matrix[short], c.label[short], np.sqrt(c.weight[short]) * 2, 0.1), 2),
            np.round(fit_words(self.opening_matrix[rows], c.label[rows], np.sqrt(c.weight[rows]) * 2, 0.1), 2),
        )

    def features(self, weights, names):
        """What Rust computes from the tables, by feature name."""
        c = self.corpus
        element = np.clip(self.element_matrix @ weights[0], -6, 6)
        along = element[c.chain]
        starts, ends = c.chain_start[:-1], c.chain_start[1:]
        level = lambda n: np.where(starts + n < ends, along[np.minimum(starts + n, len(along) - 1)], 0)
        total = np.add.reduceat(along, starts)
        text = self.text_matrix @ weights[1]
        opening = self.opening_matrix @ weights[2]
        values = {
            "opening": opening,
            "opening_before": self.shifted(opening, -1),
            "own_words": level(0),
            "parent_words": level(1),
            "grandparent_words": level(2),
            "least_words": np.minimum(0, np.minimum.reduceat(along, starts)),
            "greatest_words": np.maximum(0, np.maximum.reduceat(along, starts)),
            "sum_words": total,
            "word_sum": text,
            "word_mean": text / self.text_counts,
        }
        for name, source in (("words", total), ("text_words", values["word_mean"])):
            values[name + "_before"], values[name + "_after"] = self.shifted(source, -1), self.shifted(source, 1)
        since = lambda name: c.features[:, names.index(name)].astype(int)
        values["last_heading_sum"] = earlier(text, since("since_heading"))
        values["last_heading_mean"] = earlier(values["word_mean"], since("since_heading"))
        values["last_heading_words"] = earlier(total, since("since_heading"))
        values["last_prose_words"] = earlier(total, since("since_last_prose"))
        return values

    def shifted(self, values, by):
        return shift(self.corpus, values, by, -1.0)


def shift(corpus, values, by, outside):
    """Each block's neighbour's value, `outside` beyond the page."""
    result = np.full(len(values), outside, dtype=np.float32)
    for _, _, start, end in corpus.pages:
        if by > 0:
            result[start : max(start, end - by)] = values[start + by : end] if end - by > start else []
        else:
            result[min(end, start - by) : end] = values[start : end + by] if end + by > start else []
    return result


def earlier(values, since):
    """The values so many blocks before, 0 where that is not known."""
    return np.where(since > 0, values[np.arange(len(values)) - np.maximum(since, 0)], 0)


def train(features, corpus, rows, names, shape):
    used = rows & (corpus.sampled_weight > 0)
    data = lightgbm.Dataset(features[used], corpus.label[used], weight=corpus.sampled_weight[used], feature_name=names, params={"max_bin": 63})
    return lightgbm.train(PARAMETERS | shape, data)


def with_tables(corpus, names, values):
    features = corpus.features.copy()
    for name, column in values.items():
        features[:, names.index(name)] = column
    return features


def out_of_fold(corpus, features, names, shape, asked):
    """For each block what a model says that had not seen its site, 0 of those that it is not asked about."""
    likelihood = np.zeros(len(corpus.texts))
    for fold in range(FOLDS):
        test = (corpus.fold == fold) & asked
        model = train(features, corpus, (corpus.fold != fold) & asked, names, shape)
        likelihood[test] = model.predict(features[test], num_threads=1)
        note(f"fold {fold}")
    return likelihood


def write_predictions(corpus, sets, likelihood, path):
    """The texts that the engine keeps by these likelihoods."""
    with open(path, "w", encoding="utf-8") as out, likelihood_lines(corpus, likelihood) as given:
        out.writelines(measured("chosen", sets, given))


def main(sets, output, predictions=None):
    names, more_names = feature_names("feature.rs"), feature_names("agreement.rs")
    forget("first.model", names)
    forget("second.model", names + more_names)
    corpus = Corpus(sets, measured("blocks", sets))
    corpus.sample()
    note(f"{len(corpus.pages)} pages, {len(corpus.texts)} blocks, {(corpus.sampled_weight > 0).sum()} learned from")
    tables = Tables(corpus)
    all_rows = np.ones(len(corpus.texts), bool)
    weights = tables.fit(all_rows)
    features = with_tables(corpus, names, unseen_tables(corpus, tables, names))
    note("words weighed")
    first = out_of_fold(corpus, features, names, FIRST, all_rows)
    more, asked = second_features(corpus, sets, first, len(more_names))
    features_of_both, both_names = np.concatenate([features, more], 1), names + more_names
    if predictions:
        second = out_of_fold(corpus, features_of_both, both_names, SECOND, asked)
        write_predictions(corpus, sets, np.where(asked, second, first), predictions)
    write_table(output + "/names.tsv", tables.names, weights[0])
    write_table(output + "/words.tsv", tables.text_names, weights[1])
    write_table(output + "/openings.tsv", tables.openings, weights[2])
    write_model(output + "/first.model", train(features, corpus, all_rows, names, FIRST))
    write_model(output + "/second.model", train(features_of_both, corpus, asked, both_names, SECOND))


def forget(file, names):
    """Empties a model of other features, with which the engine could not be run."""
    path, header = SOURCES / file, " ".join(names) + "\n"
    if not path.read_text(encoding="utf-8").startswith(header):
        path.write_text(header, encoding="utf-8")


def feature_names(file):
    """The features in the order of the table in the given source file."""
    source = (SOURCES / file).read_text(encoding="utf-8")
    return re.findall(r"^    (\w+): ", source[source.index("features! {") :], re.MULTILINE)


def measured(what, sets, given=None):
    """The engine's measurements, a line for each page."""
    command = ["cargo", "run", "--quiet", "--release", "--example", "score_pages", "--", what, str(Path(sets).resolve())]
    with subprocess.Popen(command, cwd=SOURCES, stdin=given, stdout=subprocess.PIPE, encoding="utf-8") as engine:
        yield from engine.stdout
    if engine.returncode:
        sys.exit(engine.returncode)


def unseen_tables(corpus, tables, names):
    """The features made of tables that had not seen the block's site."""
    values = defaultdict(lambda: np.zeros(len(corpus.texts), np.float32))
    for fold in range(FOLDS):
        test = corpus.fold == fold
        for name, column in tables.features(tables.fit(~test), names).items():
            values[name][test] = column[test]
    return values


def second_features(corpus, sets, first, count):
    """What the second model is told, given the first's likelihoods; and of which blocks it is told anything."""
    features = np.zeros((len(first), count), np.float32)
    asked = np.zeros(len(first), bool)
    with likelihood_lines(corpus, first) as given:
        for (_, _, start, _), line in zip(corpus.pages, measured("again", sets, given)):
            for place, row in enumerate(json.loads(line)["features"], start):
                if row is not None:
                    features[place], asked[place] = row, True
    note(f"{asked.sum()} blocks looked at again")
    return features, asked


def likelihood_lines(corpus, likelihood):
    """A file with a line of likelihoods for each page."""
    given = tempfile.TemporaryFile("w+", encoding="utf-8")
    for _, _, start, end in corpus.pages:
        given.write(json.dumps([round(float(one), 6) for one in likelihood[start:end]]) + "\n")
    given.seek(0)
    return given


def note(text):
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


def write_model(path, booster):
    """The booster's trees as `model::Tree::read` reads them."""
    dump = booster.dump_model()
    with open(path, "w", encoding="utf-8") as out:
        out.write(" ".join(dump["feature_names"]) + "\n")
        for tree in dump["tree_info"]:
            splits, leaves = [], []
            add_branch(tree["tree_structure"], splits, leaves)
            out.write(" ".join(splits) + "|" + " ".join(leaves) + "\n")


def add_branch(node, splits, leaves):
    """Appends a subtree, splits before their branches, and returns its name."""
    if "leaf_value" in node:
        leaves.append(f"{node['leaf_value']:.4f}")
        return f"~{len(leaves) - 1}"
    place = len(splits)
    splits.append("")
    low, high = add_branch(node["left_child"], splits, leaves), add_branch(node["right_child"], splits, leaves)
    splits[place] = f"{node['split_feature']},{node['threshold']:.6g},{low},{high}"
    return str(place)


def write_table(path, words, weights):
    with open(path, "w", encoding="utf-8") as out:
        for word, weight in sorted(zip(words, weights)):
            if abs(weight) >= 0.03:
                out.write(f"{word}\t{weight:.2f}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The scores as their definitions read, with scikit-learn and no thought of speed.

Tests compare the package with these on codes that the golden files do not hold, and
`tests/bench/bench_scores.py` measures how much faster the package is.
"""

import warnings

import numpy as np
from scipy.stats import entropy
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import mutual_info_score, roc_auc_score
from sklearn.svm import LinearSVC


def information(codes, factors, bins=20):
    binned = np.zeros(codes.shape, int)
    for d in range(codes.shape[1]):
        edges = np.histogram(codes[:, d], bins)[1]
        binned[:, d] = np.digitize(codes[:, d], edges[:-1])
    matrix = np.zeros((codes.shape[1], factors.shape[1]))
    for d in range(codes.shape[1]):
        for k in range(factors.shape[1]):
            matrix[d, k] = mutual_info_score(factors[:, k], binned[:, d])
    return matrix


def mig(codes, factors):
    matrix = information(codes, factors)
    gaps = []
    for k in range(factors.shape[1]):
        second, first = np.sort(matrix[:, k])[-2:]
        gaps.append((first - second) / mutual_info_score(factors[:, k], factors[:, k]))
    return np.mean(gaps)


def modularity(codes, factors):
    scores = []
    for row in information(codes, factors) ** 2:
        best = row.max()
        scores.append(0 if best == 0 else 1 - (row.sum() - best) / (best * (len(row) - 1)))
    return np.mean(scores)


def sap_matrix(codes, factors, codes_test, factors_test, tolerance=1e-4):
    matrix = np.zeros((codes.shape[1], factors.shape[1]))
    for d in range(codes.shape[1]):
        for k in range(factors.shape[1]):
            model = LinearSVC(C=0.01, class_weight="balanced", tol=tolerance, max_iter=10_000)
            model.fit(codes[:, d : d + 1], factors[:, k])
            matrix[d, k] = (model.predict(codes_test[:, d : d + 1]) == factors_test[:, k]).mean()
    return matrix


def sap(codes, factors, codes_test, factors_test):
    matrix = np.sort(sap_matrix(codes, factors, codes_test, factors_test), axis=0)
    return (matrix[-1] - matrix[-2]).mean()


def irs(codes, factors, quantile=0.99):
    codes = codes[:, codes.max(axis=0) > codes.min(axis=0)]
    largest = np.abs(codes - codes.mean(axis=0)).max(axis=0)
    matrix = np.zeros((codes.shape[1], factors.shape[1]))
    for k in range(factors.shape[1]):
        edges = np.histogram(factors[:, k], 20)[1]
        values = np.digitize(factors[:, k], edges[:-1])
        deviations = []
        for value in np.unique(values):
            group = codes[values == value]
            away = np.abs(group - group.mean(axis=0))
            deviations.append(np.percentile(away, 100 * quantile, axis=0))
        matrix[:, k] = 1 - np.mean(deviations, axis=0) / largest
    return np.average(matrix.max(axis=1), weights=largest)


def explicitness(codes, factors, codes_test, factors_test):
    mean, spread = codes.mean(axis=0), codes.std(axis=0)
    spread = np.where(spread > 0, spread, 1)
    areas = []
    for k in range(factors.shape[1]):
        model = LogisticRegression().fit((codes - mean) / spread, factors[:, k])
        chances = model.predict_proba((codes_test - mean) / spread)
        answers = factors_test[:, k, None] == model.classes_
        areas.append(roc_auc_score(answers, chances, average="macro"))
    return np.mean(areas)


def concentration(matrix):
    each = 1 - entropy(matrix + 1e-11, base=len(matrix))
    return each @ (matrix.sum(axis=0) / matrix.sum())


def dci(codes, factors, codes_test, factors_test, seed=0):
    importances, correct = [], []
    for k in range(factors.shape[1]):
        model = GradientBoostingClassifier(random_state=seed).fit(codes, factors[:, k])
        importances.append(model.feature_importances_)
        correct.append((model.predict(codes_test) == factors_test[:, k]).mean())
    importances = np.array(importances)
    return concentration(importances), concentration(importances.T), np.mean(correct)


def rows_by_value(column):
    order = np.argsort(column, kind="stable")
    values, starts, counts = np.unique(column[order], return_index=True, return_counts=True)
    return order, values, starts, counts


def draw_rows(rng, table, wanted):
    """A row for each wanted value of the factor that the table sorts."""
    order, values, starts, counts = table
    at = np.searchsorted(values, wanted)
    return order[starts[at] + rng.integers(counts[at])]


def factor_vae(codes, factors, votes=10_000, votes_test=5_000, batch=64, seed=0):
    rng, tables = np.random.default_rng(seed), [rows_by_value(f) for f in factors.T]
    alive = np.flatnonzero(codes.std(axis=0, ddof=1) >= 0.05)
    variance = codes[:, alive].var(axis=0, ddof=1)

    def count(number):
        table = np.zeros((len(alive), factors.shape[1]))
        for _ in range(number):
            k = rng.integers(factors.shape[1])
            value = factors[rng.integers(len(factors)), k]
            drawn = codes[draw_rows(rng, tables[k], np.full(batch, value))][:, alive]
            table[np.argmin(drawn.var(axis=0, ddof=1) / variance), k] += 1
        return table

    majority = count(votes).argmax(axis=1)
    return count(votes_test)[np.arange(len(alive)), majority].sum() / votes_test


def beta_vae(codes, factors, points=10_000, points_test=5_000, batch=64, seed=0):
    rng, tables = np.random.default_rng(seed), [rows_by_value(f) for f in factors.T]

    def draw(number):
        features, shared = [], []
        for _ in range(number):
            k = rng.integers(factors.shape[1])
            first = rng.integers(len(codes), size=batch)
            second = draw_rows(rng, tables[k], factors[first, k])
            features.append(np.abs(codes[first] - codes[second]).mean(axis=0))
            shared.append(k)
        return np.array(features), np.array(shared)

    features, shared = draw(points)
    features_test, shared_test = draw(points_test)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression().fit(features, shared)
    return (model.predict(features_test) == shared_test).mean()


def codes_like_a_vae(rows, sizes=(10, 10, 10, 8, 4, 15), latents=12, seed=0):
    """Codes that mix the factors nonlinearly, with posterior noise and three dead latents."""
    mixing_rng, rng = np.random.default_rng(99), np.random.default_rng(seed)
    count = len(sizes)
    factors = np.stack([rng.integers(0, size, rows) for size in sizes], axis=1)
    centred = (factors - (np.array(sizes) - 1) / 2) / (np.array(sizes) / np.sqrt(12))
    mixing = mixing_rng.normal(size=(count, latents)) * mixing_rng.random((count, latents)) ** 3
    mixing[np.arange(count), np.arange(count)] += 1
    codes = 1.5 * np.tanh(0.7 * centred @ mixing) + 0.15 * rng.normal(size=(rows, latents))
    codes[:, -3:] = 0.02 * rng.normal(size=(rows, 3))
    return codes.astype(np.float32), factors.astype(np.int16)

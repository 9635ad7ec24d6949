"""Every split against scikit-learn's, on scikit-learn's own residuals.

Where the two choose different splits of a node, the splits must be equally good, or the node must
be pure but for rounding; below such a node the comparison stops.
"""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier

import latent_assays
from latent_assays.scores.boosting import boost, grow_tree, sort_features


def residuals_by_stage(model, inputs, target):
    """Residuals (T,N) that each stage of scikit-learn's model was fitted to, and its trees."""
    count = len(model.classes_)
    priors = np.bincount(target, minlength=count) / len(target)
    raw = np.log(priors)[:, None] + np.zeros(len(target))
    if count == 2:
        raw = raw[1:] - raw[:1]
    for trees in model.estimators_:
        if count == 2:
            chance = 1 / (1 + np.exp(-raw))
            yield (target == 1) - chance, trees
        else:
            chance = np.exp(raw - raw.max(axis=0))
            yield (target == np.arange(count)[:, None]) - chance / chance.sum(axis=0), trees
        raw = raw + model.learning_rate * np.stack([t.predict(inputs) for t in trees])


def compare_tree(inputs, residuals, reference, seed):
    """Counts of `same`, `tie`, `pure` and `other` nodes; `other` is a mistake."""
    features, order = sort_features(inputs)
    feature, value, gain = grow_tree(features, order, residuals, seed)
    found = Counter()
    waiting = [(0, 0, np.arange(len(inputs)))]
    while waiting:
        ours, theirs, rows = waiting.pop()
        node_is_leaf = reference.children_left[theirs] < 0
        if node_is_leaf and not np.isfinite(value[ours]):
            continue
        g = residuals[rows]
        deviation = g - g.mean()
        if (deviation**2).sum() <= 1e-13 * len(g) * (g**2).max() or (deviation**2).mean() < 1e-15:
            found["pure"] += 1
            continue
        if node_is_leaf or not np.isfinite(value[ours]):
            found["other"] += 1
            continue
        split = int(reference.feature[theirs]), reference.threshold[theirs]
        if split == (feature[ours], value[ours]):
            found["same"] += 1
            left = features[split[0], rows] <= split[1]
            for child, side, members in [
                (1, reference.children_left, left),
                (2, reference.children_right, ~left),
            ]:
                if 2 * ours + child < 7:
                    waiting.append((2 * ours + child, side[theirs], rows[members]))
            continue
        left = features[split[0], rows] <= split[1]
        best = deviation[left].sum() ** 2 * len(g) / (left.sum() * (~left).sum())
        # scikit-learn sums residuals that are not centred: n terms, each rounded
        rounding = 4 * len(g) * np.finfo(np.float64).eps * (g**2).sum()
        tie = abs(best - gain[ours]) <= max(1e-9 * best, rounding)
        found["tie" if tie else "other"] += 1
    return found


def compare_model(inputs, target, stages, seed=0):
    model = GradientBoostingClassifier(n_estimators=stages, random_state=seed).fit(inputs, target)
    found = Counter()
    for residuals, trees in residuals_by_stage(model, inputs, target):
        for g, tree in zip(residuals, trees, strict=True):
            found += compare_tree(inputs, g, tree.tree_, seed)
    return found


def fuzz(rng):
    """A small problem of the kinds that break split finding."""
    rows, latents = rng.integers(3, 120), rng.integers(1, 8)
    inputs = rng.normal(size=(rows, latents))
    for column in range(latents):
        kind = rng.integers(7)
        if kind == 0:
            inputs[:, column] = rng.integers(0, 4, rows)
        elif kind == 1:  # values around the 1e-7 apart that count as different
            inputs[:, column] = np.cumsum(rng.choice([0.5e-7, 0.99e-7, 1.01e-7, 2e-7], rows))
        elif kind == 2:
            inputs[:, column] = 3.0
        elif kind == 3:
            inputs[:, column] = inputs[:, 0]
        elif kind == 4:
            inputs[:, column] = -inputs[:, 0]
    count = rng.integers(2, 6)
    target = rng.integers(0, count, rows)
    if rng.random() < 0.5:
        target = np.minimum(np.abs(np.round(inputs[:, 0] * 2)).astype(int), count - 1)
    target = np.unique(target, return_inverse=True)[1]
    return inputs.astype(np.float32), target


def compare_fuzz(problems, stages, seed):
    rng = np.random.default_rng(seed)
    found = Counter()
    for _ in range(problems):
        inputs, target = fuzz(rng)
        if target.max() > 0:
            found += compare_model(inputs, target, stages)
    return found


def test_every_split_is_that_of_scikit_learn(golden):
    inputs, target = golden.codes[:600], golden.factors[:600, -1]
    target = np.unique(target, return_inverse=True)[1]
    found = compare_model(inputs, target, stages=4)
    assert found["other"] == 0
    assert found["same"] > 20
    assert found["pure"] < found["same"]


def test_every_split_of_small_problems_is_that_of_scikit_learn():
    found = compare_fuzz(problems=60, stages=3, seed=0)
    assert found["other"] == 0
    assert found["same"] > 1000


@pytest.mark.slow
def test_every_split_of_whole_models_is_that_of_scikit_learn(golden):
    found = Counter()
    for target in golden.factors.T:
        found += compare_model(golden.codes, target.astype(int), stages=8)
    assert found["other"] == 0
    assert found["same"] > 50


@pytest.mark.slow
def test_every_split_of_many_small_problems_is_that_of_scikit_learn():
    found = compare_fuzz(problems=500, stages=10, seed=1)
    assert found["other"] == 0
    assert found["same"] > 30_000


def test_the_comparison_can_fail():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(80, 3)).astype(np.float32)
    target = (inputs[:, 0] > 0).astype(int)
    model = GradientBoostingClassifier(n_estimators=1).fit(inputs, target)
    ((residuals, trees),) = residuals_by_stage(model, inputs, target)
    assert compare_tree(inputs, residuals[0], trees[0].tree_, 0)["other"] == 0
    assert compare_tree(inputs[:, [1, 0, 2]], residuals[0], trees[0].tree_, 0)["other"] > 0


def compare_scores(problems, rows, stages, seed):
    """Differences (problems, 6) of importances, training and test accuracy from scikit-learn's."""
    rng = np.random.default_rng(seed)
    differences = []
    for problem in range(problems):
        count = 2 + problem % 4
        inputs = rng.normal(size=(2 * rows, 4)).astype(np.float32)
        noisy = inputs @ [1.0, 0.7, -0.5, 0.0] + rng.normal(size=2 * rows)
        target = np.searchsorted(np.quantile(noisy, np.arange(1, count) / count), noisy)
        known, fresh = slice(rows), slice(rows, None)
        features, order = sort_features(inputs[known])
        features_test = np.ascontiguousarray(inputs[fresh].T)
        fit = boost(features, order, target[known], count, features_test, problem, stages)
        model = GradientBoostingClassifier(n_estimators=stages, random_state=problem)
        model.fit(inputs[known], target[known])
        differences.append(
            [
                *(fit.importances - model.feature_importances_),
                (fit.guesses == target[known]).mean() - model.score(inputs[known], target[known]),
                (fit.guesses_test == target[fresh]).mean()
                - model.score(inputs[fresh], target[fresh]),
            ]
        )
    return np.array(differences)


def test_ties_do_not_move_the_scores_away_from_scikit_learn():
    differences = compare_scores(problems=24, rows=300, stages=10, seed=0)
    error = differences.std(axis=0, ddof=1) / np.sqrt(len(differences))
    assert (np.abs(differences.mean(axis=0)) <= 3.5 * error).all(), (
        differences.mean(axis=0),
        error,
    )
    assert (error < 0.002).all()


@pytest.mark.slow
def test_ties_do_not_move_the_scores_of_long_fits_away_from_scikit_learn():
    differences = compare_scores(problems=40, rows=300, stages=100, seed=1)
    error = differences.std(axis=0, ddof=1) / np.sqrt(len(differences))
    assert (np.abs(differences.mean(axis=0)) <= 3.5 * error).all(), (
        differences.mean(axis=0),
        error,
    )
    assert (error < 0.002).all()


def test_a_tree_by_hand():
    inputs = np.array([[0.0, 5], [1, 5], [2, 5], [3, 5]], np.float32)
    feature, value, gain = grow_tree(*sort_features(inputs), np.array([1.0, 1.0, 1.0, -3.0]))
    assert (feature[0], value[0]) == (0, 2.5)
    assert gain[0] == pytest.approx(12.0)  # all of the squared deviations
    assert np.isinf(value[1:]).all()


def test_values_closer_than_1e_7_are_not_told_apart():
    for step, told_apart in [(0.9e-7, False), (1.2e-7, True)]:
        inputs = np.array([[0.0], [step]], np.float32)
        value = grow_tree(*sort_features(inputs), np.array([-1.0, 1.0]))[1]
        assert np.isfinite(value[0]) == told_apart


def test_dead_features_have_no_importance_and_the_commonest_class_is_guessed():
    features, order = sort_features(np.full((6, 2), 0.1, np.float32))
    fit = boost(features, order, np.array([0, 1, 1, 2, 1, 0]), 3, features)
    assert fit.importances.tolist() == [0, 0]
    assert (fit.guesses == 1).all()


def test_a_duplicated_feature_shares_the_importance():
    rng = np.random.default_rng(0)
    column = rng.normal(size=(500, 1)).astype(np.float32)
    features, order = sort_features(np.hstack([column, column]))
    target = np.searchsorted([-0.5, 0.5], column[:, 0] + 0.3 * rng.normal(size=500))
    shares = [boost(features, order, target, 3, features, seed).importances[0] for seed in range(8)]
    assert 0.4 < np.mean(shares) < 0.6
    assert len(set(shares)) > 1
    again = boost(features, order, target, 3, features, 3).importances[0]
    assert again == shares[3]


def test_a_mirrored_feature_is_an_exact_tie():
    rng = np.random.default_rng(0)
    for rows in [*range(4, 40), 500]:
        column = rng.normal(size=(rows, 1)).astype(np.float32)
        prepared = sort_features(np.hstack([column, -column]))
        residuals = rng.normal(size=rows)
        roots = {grow_tree(*prepared, residuals, seed)[0][0] for seed in range(20)}
        assert roots == {0, 1}, rows


@pytest.mark.slow
def test_more_rows_than_16_bits_count():
    rng = np.random.default_rng(0)
    column = rng.permutation(70_000).astype(np.float32)[:, None]
    features, order = sort_features(column)
    target = (column[:, 0] >= 66_000).astype(int)
    fit = boost(features, order, target, 2, features, stages=2)
    feature, value, _ = grow_tree(features, order, target - target.mean())
    assert (feature[0], value[0]) == (0, 65_999.5)
    assert fit.importances.tolist() == [1.0]


@pytest.mark.slow
def test_it_runs_where_nothing_can_be_cached(tmp_path):
    package = tmp_path / "latent_assays" / "scores"
    package.mkdir(parents=True)
    for folder in (package.parent, package):
        (folder / "__init__.py").touch()
    source = Path(latent_assays.__file__).parent / "scores" / "boosting.py"
    (package / "boosting.py").write_text(source.read_text())
    program = (
        "import numba.core.caching as c\n"
        "c.CacheImpl._locator_classes = []\n"
        "import numpy as np\n"
        "from latent_assays.scores.boosting import grow_tree, sort_features\n"
        "x = np.array([[0], [1]], np.float32)\n"
        "print(grow_tree(*sort_features(x), np.array([-1., 1.]))[1][0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "0.5\n", done.stderr

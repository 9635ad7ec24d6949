"""Gradient boosting of depth-3 trees, with the same splits as scikit-learn and much faster.

`boost` fits what `sklearn.ensemble.GradientBoostingClassifier()` fits (Friedman 2001, multinomial
deviance, 100 stages, rate 0.1). Every feature is sorted once for all trees; a tree splits the
sorted lists and keeps their order, so that nothing is sorted again. What may differ is the choice
among splits that are equally good, which scikit-learn too makes at random.

The kernels are compiled by numba at first use and kept beside this file or, where that cannot be
written, in numba's user cache (NUMBA_CACHE_DIR moves it); where neither can, every process
compiles anew. They live in one file because numba notices a change of the file that holds a
kernel only.

A tree is a heap: node i has children 2i+1 (x <= value) and 2i+2; nodes 0-6 split, and below them
are leaves 0-7. A node that does not split sends every row left (value infinite).
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit

__all__ = ["Boosted", "boost", "grow_tree", "sort_features"]

SPLITS, LEAVES = 7, 8
_PURE = np.finfo(np.float64).eps
_APART = np.float32(1e-7)
_BLOCK = 128
_SHIFT = 1.5 * 2.0**52


def _compiler(**options: Any) -> Callable[[Callable], Callable]:
    """A decorator that compiles a kernel, and keeps it for the next process where it can."""

    def compiled(kernel: Callable) -> Callable:
        try:
            return njit(nogil=True, error_model="numpy", cache=True, **options)(kernel)
        except RuntimeError:  # no directory for the cache
            return njit(nogil=True, error_model="numpy", **options)(kernel)

    return compiled


_compile = _compiler()
_compile_reordering = _compiler(fastmath={"reassoc"})


class Boosted(NamedTuple):
    """A fitted ensemble, T trees a stage (one per class, or a single one for two classes).

    Attributes:
        importances: (D,) impurity decrease by feature; they add up to 1, or are all 0 where no
            tree could split.
        guesses: (N,) class of each training row.
        guesses_test: (M,) class of each test row.
    """

    importances: np.ndarray
    guesses: np.ndarray
    guesses_test: np.ndarray


def sort_features(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Prepare inputs (N,D) for any number of fits.

    Returns:
        features (D,N) float32 and, for each, the rows in rising order (D,N).
    """
    features = np.ascontiguousarray(inputs.T, np.float32)
    kind = np.uint16 if features.shape[1] <= 2**16 else np.uint32
    return features, np.argsort(features, axis=1, kind="stable").astype(kind)


def boost(
    features: np.ndarray,
    order: np.ndarray,
    target: np.ndarray,
    count: int,
    features_test: np.ndarray,
    seed: int = 0,
    stages: int = 100,
    rate: float = 0.1,
) -> Boosted:
    """Fit a classifier.

    Args:
        features: (D,N) float32 and finite.
        order: (D,N) rows in rising order of each feature, as `sort_features` gives.
        target: (N,) classes 0..count-1, all of them present.
        count: number of classes, at least 2.
        features_test: (D,M) float32.
        seed: of the choice among equally good splits.
        stages: number of stages.
        rate: learning rate.
    """
    target = np.ascontiguousarray(target, np.int64)
    usable = np.flatnonzero(np.ptp(features, axis=1) > 0)
    importances = np.zeros(len(features))
    gains, raw, raw_test = _boost(
        np.ascontiguousarray(features[usable]),
        np.ascontiguousarray(order[usable]),
        target,
        _initial(target, count),
        np.ascontiguousarray(features_test[usable]),
        _random_state(seed),
        stages,
        rate,
    )
    total = gains.sum()
    importances[usable] = gains / total if total > 0 else 0.0
    return Boosted(importances, _decide(raw), _decide(raw_test))


def grow_tree(
    features: np.ndarray, order: np.ndarray, residuals: np.ndarray, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grow one regression tree of depth 3 on residuals (N,).

    Returns:
        feature (7,), value (7,) float64 and impurity decrease (7,) of each node's split.
    """
    rows = features.shape[1]
    tree = np.zeros(SPLITS, np.int64), np.empty(SPLITS), np.empty(SPLITS)
    work = _workspace(order)
    _grow(features, order, residuals, np.empty(rows, np.uint8), *work, _random_state(seed), *tree)
    return tree


def _random_state(seed: int) -> np.uint64:
    """An odd number with about as many bits set as not, for any seed."""
    return np.uint64((2 * seed + 1) * 0x9E3779B97F4A7C15 % 2**64)


def _initial(target: np.ndarray, count: int) -> np.ndarray:
    """Log priors (T,): scores before the first stage."""
    edge = np.finfo(np.float32).eps
    priors = np.clip(np.bincount(target, minlength=count) / len(target), edge, 1 - edge)
    return np.log(priors[1:] / priors[:1]) if count == 2 else np.log(priors)


def _decide(raw: np.ndarray) -> np.ndarray:
    return (raw[0] >= 0).astype(np.int64) if len(raw) == 1 else raw.argmax(axis=0)


@_compile
def _workspace(order):
    features, rows = order.shape
    return (
        np.empty_like(order),
        np.empty_like(order),
        np.empty(rows),
        np.empty(rows),
        np.empty(rows),
        np.empty(rows),
        np.empty(rows, np.uint8),
        np.arange(features),
    )


@_compile
def _boost(features, order, target, initial, features_test, state, stages, rate):
    """Gains (D,) by feature, and the scores (T,N) and (T,M) after the last stage."""
    rows, trees = features.shape[1], len(initial)
    gains = np.zeros(features.shape[0])
    raw, raw_test = np.empty((trees, rows)), np.empty((trees, features_test.shape[1]))
    for k in range(trees):
        raw[k] = initial[k]
        raw_test[k] = initial[k]
    if features.shape[0] == 0:
        return gains, raw, raw_test
    first, second, centred, sums, inverse, squares, side, permutation = _workspace(order)
    probability, residuals = np.empty((trees, rows)), np.empty(rows)
    leaf = np.empty(rows, np.uint8)
    feature, value, gain = np.zeros(SPLITS, np.int64), np.empty(SPLITS), np.empty(SPLITS)
    for _ in range(stages):
        _probabilities(raw, probability)
        for k in range(trees):
            member = 1 if trees == 1 else k
            chance = probability[k]
            for i in range(rows):
                residuals[i] = (1.0 if target[i] == member else 0.0) - chance[i]
            state = _grow(
                features, order, residuals, leaf, first, second, centred, sums, inverse,
                squares, side, permutation, state, feature, value, gain,
            )  # fmt: skip
            for node in range(SPLITS):
                gains[feature[node]] += gain[node]
            step = _leaf_values(residuals, leaf, centred, trees)
            for i in range(LEAVES):
                step[i] *= rate
            scores = raw[k]
            for i in range(rows):
                scores[i] += step[leaf[i]]
            _add_tree(features_test, feature, value, step, raw_test[k])
    return gains, raw, raw_test


@_compile
def _grow(
    features, order, residuals, leaf, first, second, centred, sums, inverse, squares, side,
    permutation, state, feature, value, gain,
):  # fmt: skip
    """Fill the tree's splits and every row's leaf; returns the random state.

    `first` and `second` take the sorted lists after one and two splits; `side` tells which way a
    row went at the level just done.
    """
    count, rows = order.shape
    starts, ends = np.zeros(SPLITS, np.int64), np.zeros(SPLITS, np.int64)
    ends[0] = rows
    means = np.zeros(SPLITS)
    leaf[:] = 0
    means[0] = _sum_of(residuals, leaf, 0) / rows
    for level in range(3):
        base = 2**level - 1
        for i in range(rows):
            centred[i] = residuals[i] - means[base + leaf[i]]
        for i in range(rows):
            squares[i] = centred[i] * centred[i]
        lists = order if level == 0 else (first if level == 1 else second)
        for node in range(base, 2 * base + 1):
            start, end = starts[node], ends[node]
            feature[node], value[node], gain[node] = 0, np.inf, 0.0
            left, excess = end - start, 0.0
            if left > 1 and _sum_of(squares, leaf, node - base) > _PURE * left:
                state, left, excess = _split(
                    features, lists, start, end, centred, sums, inverse, permutation,
                    state, feature, value, gain, node,
                )  # fmt: skip
            if level < 2:
                means[2 * node + 1] = means[node] + excess / max(left, 1)
                means[2 * node + 2] = means[node] - excess / max(end - start - left, 1)
                starts[2 * node + 1], ends[2 * node + 1] = start, start + left
                starts[2 * node + 2], ends[2 * node + 2] = start + left, end
        _sides(features, feature, value, level, leaf, side)
        if level < 2:
            target = first if level == 0 else second
            for f in range(count):
                for node in range(base, 2 * base + 1):
                    start, end = starts[node], ends[node]
                    _partition(
                        lists[f, start:end], side, ends[2 * node + 1] - start, target[f, start:end]
                    )
    return state


@_compile
def _split(
    features, lists, start, end, centred, sums, inverse, permutation,
    state, feature, value, gain, node,
):  # fmt: skip
    """Find a node's best split; returns the random state, the rows that go left and their D."""
    rows = end - start
    for i in range(1, rows):
        inverse[i - 1] = 1.0 / (i * (rows - i))
    best, left, excess = -1.0, rows, 0.0
    for i in range(len(permutation) - 1, -1, -1):
        state = _next(state)
        j = np.int64(state >> np.uint64(33)) % (i + 1)
        f = permutation[j]
        permutation[j] = permutation[i]
        permutation[i] = f
        found, position, sum_left = _best_position(
            features[f], lists[f, start:end], centred, sums, inverse, best
        )
        if position > 0:
            best, left, excess = found, position, sum_left
            feature[node] = f
    if left < rows:
        f = feature[node]
        below, above = features[f, lists[f, start + left - 1]], features[f, lists[f, start + left]]
        value[node] = np.float64(below) / 2 + np.float64(above) / 2
        gain[node] = best * rows
    return state, left, excess


@_compile
def _next(state):
    """Xorshift64 (Marsaglia 2003)."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state


@_compile
def _best_position(column, members, centred, sums, inverse, best):
    """The first position of a sorted list that beats `best`, and its D^2 / (n_left n_right).

    D, the third value, is the sum of centred residuals left of the position; position 0 if
    nothing beats `best`. Scikit-learn takes two values to differ if they are 1e-7 apart in float32.

    The sum right of a position is -D. Summing from both ends makes cutting off the same few rows
    worth exactly the same in every feature, so that such ties stay ties. Each half has two
    chains of sums, since one would wait for its additions.
    """
    rows = len(members)
    half = rows // 2
    chain = (rows - 1 - half) // 2
    from_left, on_left = members[:chain], members[chain : 2 * chain]
    on_right, from_right = members[rows - 2 * chain : rows - chain], members[rows - chain :]
    to_left, to_on_left = sums[:chain], sums[chain : 2 * chain]
    to_on_right = sums[rows - 1 - 2 * chain : rows - 1 - chain]
    to_right = sums[rows - 1 - chain : rows - 1]
    a = b = c = d = 0.0
    for i in range(chain):
        a += centred[from_left[i]]
        to_left[i] = a
        b += centred[on_left[i]]
        to_on_left[i] = b
        back = chain - 1 - i
        c += centred[on_right[back]]
        to_on_right[back] = c
        d += centred[from_right[back]]
        to_right[back] = d
    for i in range(2 * chain, half):
        b += centred[members[i]]
        sums[i] = b
    for i in range(rows - 2 - 2 * chain, half - 1, -1):
        c += centred[members[i + 1]]
        sums[i] = c
    position, excess = 0, 0.0
    for part in range(4):
        if part == 0:
            begin, stop, offset = 0, chain, 0.0
        elif part == 1:
            begin, stop, offset = chain, half, a
        elif part == 2:
            begin, stop, offset = half, rows - 1 - chain, d
        else:
            begin, stop, offset = rows - 1 - chain, rows - 1, 0.0
        for at in range(begin, stop, _BLOCK):
            until = min(at + _BLOCK, stop)
            if _any_above(sums[at:until], offset, inverse[at:until], best):
                for i in range(at, until):
                    total = sums[i] + offset
                    found = total * total * inverse[i]
                    if found > best and column[members[i + 1]] > column[members[i]] + _APART:
                        best, position, excess = found, i + 1, total if part < 2 else -total
    return best, position, excess


@_compile
def _any_above(sums, offset, inverse, best):
    """Whether any D^2 / (n_left n_right) is above `best`; a count, since that vectorises."""
    above = 0
    for i in range(len(sums)):
        sum_left = sums[i] + offset
        above += sum_left * sum_left * inverse[i] > best
    return above > 0


@_compile
def _partition(members, side, left, target):
    """Copy a list: rows of side 0 first, then those of side 1, both in their order."""
    done, at, one = np.uint64(0), np.uint64(left), np.uint64(1)
    for i in range(len(members)):
        row = members[i]
        right = np.uint64(side[row])
        place = done if right == 0 else at - done
        target[place] = row
        done += one - right
        at += one


@_compile
def _below(value):
    """The largest float32 that is not above `value`: comparing with either is the same."""
    rounded = np.float32(value)
    if np.float64(rounded) > value:
        rounded = np.nextafter(rounded, np.float32(-np.inf))
    return rounded


@_compile
def _sides(features, feature, value, level, leaf, side):
    """Send every row to its side of the level's splits, and append the side to its leaf."""
    rows = len(leaf)
    if level == 0:
        x, t = features[feature[0]], _below(value[0])
        for i in range(rows):
            side[i] = x[i] > t
            leaf[i] = side[i]
    elif level == 1:
        x, t = features[feature[1]], _below(value[1])
        y, u = features[feature[2]], _below(value[2])
        for i in range(rows):
            low, high = x[i] > t, y[i] > u
            side[i] = high if leaf[i] else low
            leaf[i] = 2 * leaf[i] + side[i]
    else:
        x, t = features[feature[3]], _below(value[3])
        y, u = features[feature[4]], _below(value[4])
        z, v = features[feature[5]], _below(value[5])
        a, w = features[feature[6]], _below(value[6])
        for i in range(rows):
            p, q, r, s = x[i] > t, y[i] > u, z[i] > v, a[i] > w
            low, high = q if leaf[i] & 1 else p, s if leaf[i] & 1 else r
            leaf[i] = 2 * leaf[i] + (high if leaf[i] & 2 else low)


@_compile
def _add_tree(features, feature, value, step, scores):
    """Add each row's leaf value to its score."""
    x0, t0 = features[feature[0]], _below(value[0])
    x1, t1 = features[feature[1]], _below(value[1])
    x2, t2 = features[feature[2]], _below(value[2])
    x3, t3 = features[feature[3]], _below(value[3])
    x4, t4 = features[feature[4]], _below(value[4])
    x5, t5 = features[feature[5]], _below(value[5])
    x6, t6 = features[feature[6]], _below(value[6])
    s0, s1, s2, s3, s4, s5, s6, s7 = step
    for i in range(len(scores)):
        a = s1 if x3[i] > t3 else s0
        b = s3 if x4[i] > t4 else s2
        c = s5 if x5[i] > t5 else s4
        d = s7 if x6[i] > t6 else s6
        low = b if x1[i] > t1 else a
        high = d if x2[i] > t2 else c
        scores[i] += high if x0[i] > t0 else low


@_compile
def _leaf_values(residuals, leaf, spare, trees):
    """One Newton step (8,) in each leaf: mean(g) / mean(|g| (1 - |g|)), times (T-1)/T."""
    for i in range(len(residuals)):
        spare[i] = abs(residuals[i]) * (1 - abs(residuals[i]))
    scale = 1.0 if trees == 1 else (trees - 1) / trees
    step = np.zeros(LEAVES)
    for at in range(LEAVES):
        numerator, denominator = _sum_of(residuals, leaf, at), _sum_of(spare, leaf, at)
        if denominator > 1e-150:
            step[at] = scale * numerator / denominator
    return step


@_compile_reordering
def _sum_of(values, leaf, at):
    """Sum of the values of one leaf's rows, in any order, so that it vectorises."""
    total = 0.0
    for i in range(len(values)):
        total += values[i] if leaf[i] == at else 0.0
    return total


@_compile
def _probabilities(raw, probability):
    """Softmax over the T scores of each row, or the logistic function of a single score."""
    trees, rows = raw.shape
    highest, total = np.empty(rows), np.zeros(rows)
    if trees == 1:
        for i in range(rows):
            probability[0, i] = 1 / (1 + math.exp(-raw[0, i]))
        return
    highest[:] = raw[0]
    for k in range(1, trees):
        scores = raw[k]
        for i in range(rows):
            highest[i] = max(highest[i], scores[i])
    for k in range(trees):
        chance = probability[k]
        _exponentials(raw[k], highest, chance)
        for i in range(rows):
            total[i] += chance[i]
    for i in range(rows):
        total[i] = 1 / total[i]
    for k in range(trees):
        chance = probability[k]
        for i in range(rows):
            chance[i] *= total[i]


@_compile
def _exponentials(scores, highest, result):
    """exp(scores - highest) in a form that vectorises: 2^n times a Pade approximant (Cephes).

    Adding `_SHIFT` rounds to a whole number and leaves it in the low bits of the sum.
    """
    bits = np.empty(_BLOCK, np.int64)
    power = bits.view(np.float64)
    for begin in range(0, len(scores), _BLOCK):
        size = min(_BLOCK, len(scores) - begin)
        block, ceiling = scores[begin : begin + size], highest[begin : begin + size]
        out = result[begin : begin + size]
        for i in range(size):
            x = block[i] - ceiling[i]
            x = x if x > -700.0 else -700.0
            shifted = 1.4426950408889634 * x + _SHIFT
            power[i] = shifted
            n = shifted - _SHIFT
            x = (x - n * 0.693145751953125) - n * 1.4286068203094173e-06
            square = x * x
            p = x * ((1.2617719307481059e-4 * square + 3.0299440770744196e-2) * square + 1.0)
            q = 3.0019850513866446e-6 * square + 2.5244834034968410e-3
            q = (q * square + 2.2726554820815503e-1) * square + 2.0
            out[i] = 1.0 + 2.0 * p / (q - p)
        for i in range(size):
            bits[i] = (bits[i] + 1023) << 52
            out[i] *= power[i]

"""Linear support vector machines on one latent, solved exactly: the classifiers of SAP."""

import numpy as np

from latent_assays.scores.result import Classes

__all__ = ["fit_lines"]


def fit_lines(
    latent: np.ndarray, classes: Classes, C: float
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Squared-hinge support vector machines of every factor on one latent, solved exactly.

    Each class has a line w x + b that minimises
    (w^2 + b^2) / 2 + sum_i C_i max(0, 1 - y_i (w x_i + b))^2, where y is 1 in the class and -1
    elsewhere. As in liblinear the class itself has C_i = C N / (n_classes n_class) and the rest
    C; with two classes, one line (the second class's), and both are balanced. The rows with an
    error are a prefix or a suffix of the sorted latent, so that Newton steps cost a look-up in
    prefix sums: all classes of all factors are solved together.

    Args:
        latent: (N,).
        classes: of the K factors.
        C: weight of the errors.

    Returns:
        K pairs of slopes and intercepts, one each per class (one in all for two classes).
    """
    problem = _Lines(latent.astype(np.float64), classes, C)
    slope, intercept = problem.solve()
    splits = np.cumsum(problem.lines_of_factor)[:-1]
    return list(zip(np.split(slope, splits), np.split(intercept, splits), strict=True))


class _Lines:
    """The L problems of one latent: prefix sums of 1, x, x^2 by line, and their Newton steps."""

    def __init__(self, latent: np.ndarray, classes: Classes, C: float):
        rows = len(latent)
        order = np.argsort(latent, kind="stable")
        self.rows, self.latent = rows, latent[order]
        self.lines_of_factor = [1 if size == 2 else size for size in classes.sizes]
        ranks, counts, own_weights, other_weights = [], [], [], []
        for index, size in zip(classes.indices[order].T, classes.sizes, strict=True):
            grouped = np.argsort(index.astype(np.min_scalar_type(size)), kind="stable")
            count = np.bincount(index, minlength=size)
            balanced = C * rows / (size * count)
            if size == 2:
                ranks.append(grouped[count[0] :])
                counts.append(count[1:])
                own_weights.append(balanced[1:])
                other_weights.append(balanced[:1])
            else:
                ranks.append(grouped)
                counts.append(count)
                own_weights.append(balanced)
                other_weights.append(np.full(size, C))
        ranks, counts = np.concatenate(ranks), np.concatenate(counts)
        self.own_weight = np.concatenate(own_weights)
        self.other_weight = np.concatenate(other_weights)
        self.ends = np.cumsum(counts)
        self.starts = self.ends - counts
        self.keys = np.repeat(np.arange(len(counts)), counts) * rows + ranks
        self.own = _prefix_sums(self.latent[ranks])
        self.all = _prefix_sums(self.latent)

    def solve(self) -> tuple[np.ndarray, np.ndarray]:
        """Slopes and intercepts (L,): Newton steps, halved while they do not descend."""
        point = np.zeros((2, len(self.starts)))
        value, gradient, hessian = self.derivatives(point)
        for _ in range(100):
            step = _solve_2x2(hessian, gradient)
            decrease = (step * gradient).sum(axis=0)
            if (decrease <= 1e-14 * (1 + value)).all():
                break
            length = np.ones(len(value))
            for _ in range(40):
                trial = self.derivatives(point - length * step)
                short = trial[0] <= value - 1e-4 * length * decrease + 1e-15 * (1 + value)
                if short.all():
                    break
                length = np.where(short, length, length / 2)
            point = point - length * step
            value, gradient, hessian = trial
        return point[0], point[1]

    def derivatives(self, point: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Value (L,), gradient (2,L) and Hessian entries ww, wb, bb (3,L) at slopes, intercepts."""
        slope, intercept = point
        inside, _ = self.with_errors(slope, intercept, 1.0, falling=slope < 0)
        own, everything = self.with_errors(slope, intercept, -1.0, falling=slope >= 0)
        p = self.own_weight * inside
        n = self.other_weight * (everything - own)
        one, x, xx = p + n
        target, target_x = p[0] - n[0], p[1] - n[1]
        gradient = np.stack(
            [
                slope + 2 * (slope * xx + intercept * x - target_x),
                intercept + 2 * (slope * x + intercept * one - target),
            ]
        )
        hessian = np.stack([1 + 2 * xx, 2 * x, 1 + 2 * one])
        errors = (
            slope**2 * xx
            + 2 * slope * intercept * x
            + intercept**2 * one
            - 2 * (slope * target_x + intercept * target)
            + one
        )
        return (slope**2 + intercept**2) / 2 + errors, gradient, hessian

    def with_errors(
        self, slope: np.ndarray, intercept: np.ndarray, margin: float, falling: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Sums (3,L) over the rows with errors: of each line's own class, and of all classes.

        The rows are those beyond the crossing of w x + b with `margin`, above it where `falling`.
        """
        flat = slope == 0
        room = margin - intercept
        crossing = np.where(flat, np.copysign(np.inf, room), room / np.where(flat, 1.0, slope))
        rank = np.searchsorted(self.latent, crossing)
        lines = np.arange(len(slope))
        split = np.searchsorted(self.keys, lines * self.rows + rank)
        own_below = self.own[:, split] - self.own[:, self.starts]
        own = self.own[:, self.ends] - self.own[:, self.starts]
        below = self.all[:, rank]
        return (
            np.where(falling, own - own_below, own_below),
            np.where(falling, self.all[:, -1:] - below, below),
        )


def _prefix_sums(values: np.ndarray) -> np.ndarray:
    """Sums (3,N+1) of 1, x and x^2 over the first n values."""
    sums = np.zeros((3, len(values) + 1))
    np.cumsum(np.stack([np.ones_like(values), values, values**2]), axis=1, out=sums[:, 1:])
    return sums


def _solve_2x2(hessian: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    ww, wb, bb = hessian
    determinant = ww * bb - wb**2
    return (
        np.stack([bb * gradient[0] - wb * gradient[1], ww * gradient[1] - wb * gradient[0]])
        / determinant
    )

"""`make bench`: every comparison in one run, printed and written to results/bench.csv."""

import csv
import os
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parent))

MODULES = ("bench_images", "bench_training", "bench_responses", "bench_scores", "bench_plan")


def main(chosen: list[str]) -> None:
    from table import Row

    found = []
    for name in chosen or MODULES:
        with TemporaryDirectory() as folder:
            for row in import_module(name).rows(Path(folder)):
                print(
                    f"{row.work}: {row.ours:.4g} against {row.peer:.4g} {row.unit}"
                    f" ({row.peer_name}), ratio {row.ratio:.2f}",
                    flush=True,
                )
                found.append(row)
    output = Path("results/bench.csv")
    with open(output, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([Row._fields, *found])


main(sys.argv[1:])

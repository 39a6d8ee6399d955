"""What all programs share: arguments, small data sets, and a stand-in where no recorder is wanted."""
import csv
import gzip
import pathlib
import sys

import numpy as np
import torch

torch.set_num_threads(1)
REPAIRED = "--repaired" in sys.argv
_paths = [a for a in sys.argv[1:] if not a.startswith("--")]
OUT = _paths[0] if _paths else "-"


class _Nobody:
    @classmethod
    def attach(cls, *a, **k):
        return cls()

    faults = 0

    def __enter__(self):
        return self

    def __exit__(self, *a):
        return False

    def __getattr__(self, name):
        return lambda *a, **k: None


if OUT == "-":
    TrainingDoctor = _Nobody
else:
    from training_doctor import TrainingDoctor

DATA = pathlib.Path(__file__).resolve().parents[4] / "data" / "sets"


def digits(seed=0, validation=397):
    """Images (n, 64) with values 0..16 and labels, shuffled, split in two."""
    with gzip.open(DATA / "digits.csv.gz", "rt") as f:
        rows = np.array([[float(c) for c in r] for r in csv.reader(f)], dtype=np.float32)
    rows = torch.from_numpy(rows[np.random.RandomState(seed).permutation(len(rows))])
    x, y = rows[:, :-1], rows[:, -1].long()
    return x[validation:], y[validation:], x[:validation], y[:validation]


def table(name, seed=0):
    with open(DATA / name) as f:
        lines = list(csv.reader(f))[1:]
    rows = np.array([[float(c) for c in r] for r in lines], dtype=np.float32)
    return rows[np.random.RandomState(seed).permutation(len(rows))]


def done(**scores):
    print(" ".join("%s=%.4f" % (k, v) for k, v in scores.items()))

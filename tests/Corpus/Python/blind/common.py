"""What the programs share: where to record, whether the bug is in, and small data of this repository."""

import gzip
import math  # noqa: F401, the programs take it from here
import pathlib
import sys

import torch

torch.set_num_threads(1)
PATH = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), "run.jsonl")
BUG = "--repaired" not in sys.argv
DATA = pathlib.Path(__file__).resolve().parents[4] / "data" / "sets"


def digits(seed=0, scale=True):
    """1,437 digits to train on and 360 to validate with, of 64 pixels, in -1 to 1, or in 0 to 16 where ``scale`` is False; classes 0 to 9."""
    with gzip.open(DATA / "digits.csv.gz", "rt") as lines:
        rows = torch.tensor([[float(cell) for cell in line.split(",")] for line in lines])
    rows = rows[torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed))]
    x, y = rows[:, :64], rows[:, 64].long()
    if scale:
        x = x / 8 - 1
    return x[360:], y[360:], x[:360], y[:360]


def table(name):
    """The rows of a table, the target last; its first line is a heading."""
    return torch.tensor([[float(cell) for cell in line.split(",")] for line in (DATA / name).read_text().strip().splitlines()[1:]])


def batches(x, y, size=64, shuffle=True):
    """Full batches of one epoch."""
    order = torch.randperm(len(x)) if shuffle else torch.arange(len(x))
    for start in range(0, len(x) - size + 1, size):
        yield x[order[start:start + size]], y[order[start:start + size]]

"""What all programs share: arguments, a stand-in where no recorder is wanted, and the last line."""
import sys

import torch

torch.set_num_threads(1)
REPAIRED = "--repaired" in sys.argv
_paths = [a for a in sys.argv[1:] if not a.startswith("--")]
OUT = _paths[0] if _paths else "-"


class _Nobody:
    @classmethod
    def attach(cls, *a, **k):
        return cls()

    def __getattr__(self, name):
        return lambda *a, **k: None


if OUT == "-":
    TrainingDoctor = _Nobody
else:
    from training_doctor import TrainingDoctor


def done(**scores):
    print(" ".join("%s=%.4f" % (k, v) for k, v in scores.items()))

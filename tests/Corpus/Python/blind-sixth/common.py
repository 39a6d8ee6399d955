"""What all programs share: the arguments and a stand-in where no recorder is wanted."""
import sys

import torch

torch.set_num_threads(1)
REPAIRED = "--repaired" in sys.argv
_paths = [a for a in sys.argv[1:] if not a.startswith("--")]
OUT = _paths[0] if _paths else "-"


class _Nobody:
    faults = 0

    @classmethod
    def attach(cls, *a, **k):
        return cls()

    def __getattr__(self, name):
        return lambda *a, **k: None


if OUT == "-":
    TrainingDoctor = _Nobody
else:
    from training_doctor import TrainingDoctor


def done(doctor=None, **scores):
    print(" ".join("%s=%.4f" % (k, v) for k, v in scores.items()))
    if doctor is not None and doctor.faults:
        print("recorder's faults:", doctor.faults)

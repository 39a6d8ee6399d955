"""What watching costs, measured: ``python3 benchmark.py [STEPS]``. The watched and the plain step take turns, so that what else the machine does harms both alike."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from typing import List, Optional, Tuple

import torch
from torch import nn

from training_doctor import SamplingSchedule, TrainingDoctor

LAYERS, WIDTH, BATCH = 20, 32, 32


class Run:
    """A multilayer perceptron in training, watched or not."""

    def __init__(self, record_to: Optional[str], sampling: Optional[SamplingSchedule] = None) -> None:
        torch.manual_seed(1)
        layers: List[nn.Module] = []
        for _ in range(LAYERS - 1):
            layers += [nn.Linear(WIDTH, WIDTH), nn.ReLU()]
        self.model = nn.Sequential(*layers, nn.Linear(WIDTH, 10))
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.01)
        self.criterion = nn.CrossEntropyLoss()
        self.batch = torch.randn(BATCH, WIDTH), torch.randint(10, (BATCH,))
        self.doctor = None if record_to is None else TrainingDoctor.attach(
            self.model, optimizer=self.optimizer, loss=self.criterion, record_to=record_to, sampling=sampling)

    def step(self) -> float:
        started = time.process_time()
        inputs, targets = self.batch
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(inputs), targets)
        loss.backward()
        self.optimizer.step()
        if self.doctor is not None:
            self.doctor.step(loss, targets)
        return time.process_time() - started


def paired(steps: int, folder: str, sampling: Optional[SamplingSchedule] = None) -> Tuple[float, float, float]:
    """The medians of the plain and the watched steps in seconds of processor time, and the sum of the watched over that of the plain ones. The steps take turns."""
    plain, watched = Run(None), Run(os.path.join(folder, "run.jsonl"), sampling)
    times: Tuple[List[float], List[float]] = ([], [])
    for index in range(steps):
        for which in ((0, 1) if index % 2 == 0 else (1, 0)):
            times[which].append((plain, watched)[which].step())
    assert watched.doctor is not None and watched.doctor.faults == {}, watched.doctor and watched.doctor.faults
    watched.doctor.complete()
    return statistics.median(times[0]), statistics.median(times[1]), sum(times[1]) / sum(times[0])


def measured(folder: str) -> int:
    """The number of steps that the recording holds in full."""
    with open(os.path.join(folder, "run.jsonl"), encoding="utf-8") as lines:
        return sum('["gradient_norm"' in line for line in lines)


def main(steps: int) -> None:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        plain, watched, _ = paired(60, folder, SamplingSchedule(dense_steps=10_000, max_overhead=None))
        print("{} layers of {}, batch {}; every step measured: plain {:.2f} ms, watched {:.2f} ms, ratio {:.2f}".format(
            LAYERS, WIDTH, BATCH, 1e3 * plain, 1e3 * watched, watched / plain))
        _, _, ratio = paired(steps, folder)
        print("a run of {} steps, the schedule as it is: {} measured in full, ratio {:.3f}".format(steps, measured(folder), ratio))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

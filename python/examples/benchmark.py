"""
What watching costs, measured: ``python3 benchmark.py [STEPS] [THREADS]``, 1,000 steps and one thread of torch unless told otherwise. The watched and the plain step take turns, so that what else the
machine does harms both alike. Steps that are measured are settled several at a time: what counts is the sum of the watched over that of the plain steps, in blocks of 24.
"""

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

    def step(self) -> Tuple[float, float]:
        """Trains a step, and returns how many seconds of a processor and of the clock it took."""
        started, at = time.process_time(), time.perf_counter()
        inputs, targets = self.batch
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(inputs), targets)
        loss.backward()
        self.optimizer.step()
        if self.doctor is not None:
            self.doctor.step(loss, targets)
        return time.process_time() - started, time.perf_counter() - at


class Comparison:
    """Plain and watched steps in turns."""

    BLOCK = 24

    def __init__(self, steps: int, folder: str, sampling: Optional[SamplingSchedule] = None) -> None:
        plain, watched = Run(None), Run(os.path.join(folder, "run.jsonl"), sampling)
        self.plain: List[Tuple[float, float]] = []
        self.watched: List[Tuple[float, float]] = []
        for index in range(steps):
            for which in ((0, 1) if index % 2 == 0 else (1, 0)):
                (self.plain, self.watched)[which].append((plain, watched)[which].step())
        assert watched.doctor is not None and watched.doctor.faults == {}, watched.doctor and watched.doctor.faults
        watched.doctor.complete()

    def mean(self, of: List[Tuple[float, float]]) -> float:
        """The mean of steps in milliseconds of a processor."""
        return 1e3 * sum(step[0] for step in of) / len(of)

    def blocks(self, clock: int) -> float:
        """The median over blocks of the watched over the plain steps.

        :param clock: 0 for seconds of a processor, 1 for those of the clock.
        """
        return statistics.median(
            sum(step[clock] for step in self.watched[start:start + self.BLOCK]) / sum(step[clock] for step in self.plain[start:start + self.BLOCK])
            for start in range(self.BLOCK, len(self.plain) - self.BLOCK + 1, self.BLOCK))

    def whole(self, clock: int) -> float:
        """All watched over all plain steps."""
        return sum(step[clock] for step in self.watched) / sum(step[clock] for step in self.plain)


def measured(folder: str) -> int:
    """The number of steps that the recording holds in full."""
    with open(os.path.join(folder, "run.jsonl"), encoding="utf-8") as lines:
        return sum('["gradient_norm"' in line for line in lines)


def main(steps: int, threads: int) -> None:
    torch.set_num_threads(threads)
    with tempfile.TemporaryDirectory() as folder:
        every = Comparison(25 * Comparison.BLOCK, folder, SamplingSchedule(dense_steps=10_000, max_overhead=None))
        print("{} layers of {}, batch {}, {} threads; every step measured: plain {:.2f} ms, watched {:.2f} ms of a processor, ratio {:.2f}, by the clock {:.2f}".format(
            LAYERS, WIDTH, BATCH, threads, every.mean(every.plain), every.mean(every.watched), every.blocks(0), every.blocks(1)))
        run = Comparison(steps, folder)
        print("a run of {} steps, the schedule as it is: {} measured in full, ratio {:.3f}, by the clock {:.3f}".format(steps, measured(folder), run.whole(0), run.whole(1)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)

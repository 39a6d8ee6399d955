"""
What watching costs beside what people use instead, in one run: ``python3 peers.py [STEPS] [THREADS]``, 600 steps of each and one thread of torch unless told otherwise. All take their steps in turns.

- *histograms*: 64 bins of each layer's output, each weight and each gradient through hooks, as loggers of experiments take them, fetched as numbers; at every step, and at every tenth.
- *anomaly mode*: ``torch.autograd.set_detect_anomaly(True)``, which looks for NaN in every gradient and says nothing else.
- *Training Doctor*: everything at every step, and the schedule as it is.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from typing import Dict, List, Tuple

import torch
from torch import nn

from benchmark import BATCH, LAYERS, WIDTH, Comparison, Run
from training_doctor import SamplingSchedule

BINS = 64


class Histograms:
    """Histograms of outputs, weights and gradients, taken through hooks."""

    def __init__(self, model: nn.Module, every: int) -> None:
        self.every = every
        self.step = 0
        self.taken: Dict[str, List[float]] = {}
        for name, module in model.named_modules():
            if not list(module.children()):
                module.register_forward_hook(lambda _, __, output, name=name: self.take(name + " output", output))
        for name, parameter in model.named_parameters():
            parameter.register_hook(lambda gradient, name=name, parameter=parameter: self.take_both(name, parameter, gradient))

    def take_both(self, name: str, parameter: torch.Tensor, gradient: torch.Tensor) -> None:
        self.take(name, parameter)
        self.take(name + " gradient", gradient)

    def take(self, name: str, tensor: torch.Tensor) -> None:
        if self.step % self.every == 0:
            values = tensor.detach()
            low, high = float(values.min()), float(values.max())
            self.taken[name] = torch.histc(values.float(), BINS, low, high).tolist() + [low, high]


class WithHistograms(Run):
    """A training whose outputs, weights and gradients are logged as histograms."""

    def __init__(self, every: int) -> None:
        super().__init__(None)
        self.histograms = Histograms(self.model, every)

    def step(self) -> Tuple[float, float]:
        times = super().step()
        self.histograms.step += 1
        return times


class WithAnomalyMode(Run):
    """A training in which autograd looks for NaN."""

    def __init__(self) -> None:
        super().__init__(None)

    def step(self) -> Tuple[float, float]:
        with torch.autograd.set_detect_anomaly(True):
            return super().step()


def main(steps: int, threads: int) -> None:
    torch.set_num_threads(threads)
    with tempfile.TemporaryDirectory() as folder:
        runs: Dict[str, Run] = {
            "plain": Run(None),
            "histograms, every step": WithHistograms(1),
            "histograms, every tenth step": WithHistograms(10),
            "anomaly mode": WithAnomalyMode(),
            "Training Doctor, every step": Run(os.path.join(folder, "every.jsonl"), SamplingSchedule(dense_steps=10 * steps, max_overhead=None)),
            "Training Doctor, as it is": Run(os.path.join(folder, "run.jsonl")),
        }
        names = list(runs)
        times: Dict[str, List[Tuple[float, float]]] = {name: [] for name in names}
        for index in range(steps):
            # Who goes first changes, so that nobody always finds the caches of the same other.
            for turn in range(len(names)):
                name = names[(index + turn) % len(names)]
                times[name].append(runs[name].step())
        print("{} layers of {}, batch {}, {} threads, {} steps; over a plain step of {:.2f} ms of a processor:".format(
            LAYERS, WIDTH, BATCH, threads, steps, 1e3 * statistics.median(step[0] for step in times["plain"])))
        for name in names[1:]:
            ratios = [ratio(times[name], times["plain"], clock) for clock in (0, 1)]
            print("  {:<30} {:.3f}, by the clock {:.3f}".format(name, *ratios))
            doctor = runs[name].doctor
            if doctor is not None:
                assert doctor.faults == {}, doctor.faults
                doctor.complete()


def ratio(watched: List[Tuple[float, float]], plain: List[Tuple[float, float]], clock: int) -> float:
    """The median over blocks of the watched over the plain steps; a block is long enough for what is not done at every step.

    :param clock: 0 for seconds of a processor, 1 for those of the clock.
    """
    block = 5 * Comparison.BLOCK
    return statistics.median(
        sum(step[clock] for step in watched[start:start + block]) / sum(step[clock] for step in plain[start:start + block])
        for start in range(0, len(plain) - block + 1, block))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600, int(sys.argv[2]) if len(sys.argv) > 2 else 1)

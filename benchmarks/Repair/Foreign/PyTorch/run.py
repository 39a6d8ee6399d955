"""
The ill PyTorch programs of ``tests/Corpus/Python``, and a few with faults of their settings, each as a program of its own with a recorder in it. How each came out goes into a file for the benchmark alone.

``python3 run.py --list`` prints names with the rule that is expected; ``python3 run.py NAME --results FILE [--seed N]`` trains one.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
from dataclasses import replace
from typing import Any, Optional

import torch
from torch import Tensor, nn

_ROOT = next(folder for folder in pathlib.Path(__file__).resolve().parents if (folder / "python" / "src").is_dir())
sys.path[:0] = [str(_ROOT / "python" / "src"), str(_ROOT / "tests" / "Corpus" / "Python")]

from frame import REPORTED, Program, Run, adam, change, digits, digits_base, perceptron, reported, sgd, train  # noqa: E402
import reported as _  # noqa: E402,F401
from training_doctor import SamplingSchedule  # noqa: E402


def _filled(model: nn.Module, value: float, names: str) -> nn.Module:
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith(names):
                parameter.fill_(value)
    return model


def _frozen(model: nn.Module) -> nn.Module:
    for parameter in list(model.parameters())[:-1]:
        parameter.requires_grad_(False)
    return model


def _deep() -> nn.Module:
    hidden = [layer for _ in range(7) for layer in (nn.Linear(48, 48), nn.Sigmoid())]
    return nn.Sequential(nn.Linear(64, 48), nn.Sigmoid(), *hidden, nn.Linear(48, 10))


def _tiny_batches() -> Program:
    return replace(digits_base(), data=lambda: digits(400), model=lambda: nn.Sequential(nn.Linear(64, 48), nn.BatchNorm1d(48), nn.ReLU(), nn.Linear(48, 10)), optimizer=sgd(0.02), epochs=6)


reported("rate-3", digits_base, "diverging-loss", "learning-rate-too-high", optimizer=sgd(3.0, momentum=0.9))
reported("adam-rate-1e-6", digits_base, "undersized-update", "learning-rate-too-low", optimizer=adam(1e-6))
reported("pixels-in-thousands", digits_base, "unscaled-input", "unscaled-data", data=change(digits, inputs=lambda x: x * 64000 + 20000))
reported("dead-units", digits_base, "dead-units", "dying-relu", model=lambda: _filled(perceptron(64, 64, 48, 10), -20.0, "bias"))
reported("deep-sigmoids", digits_base, "vanishing-gradient", "vanishing-gradients", model=_deep, optimizer=sgd(0.1, momentum=0.9))
reported("zero-weights", digits_base, "symmetric-units", "poor-initialization", model=lambda: _filled(perceptron(64, 48, 10), 0.0, ("weight", "bias")))  # type: ignore[arg-type]
reported("frozen", digits_base, "unchanged-weights", "frozen-parameters", model=lambda: _frozen(perceptron(64, 48, 10)))
reported("batch-norm-of-2", _tiny_batches, "batch-norm-tiny-batch", "batch-too-small", batch=2)


def write(path: str, share: float, skill: Optional[float] = None, loss: Optional[float] = None) -> None:
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump({"Share": share, "Skill": skill, "Loss": loss}, file)
    os.replace(path + ".new", path)


def skill(program: Program, output: Tensor, target: Tensor) -> Optional[float]:
    """Accuracy beyond the share of the most frequent answer, or the coefficient of determination; None where a program has neither, or it is not finite."""
    if program.accuracy is not None:
        share = float(target.flatten().unique(return_counts=True)[1].max()) / target.numel()
        return (program.accuracy(output, target) - share) / (1 - share)
    if program.task != "regression" or output.numel() != target.numel():
        return None
    return finite(1 - float((output.flatten() - target.flatten()).square().mean() / target.var(unbiased=False)))


def finite(number: Optional[float]) -> Optional[float]:
    return number if number is not None and abs(number) < float("inf") else None


def main() -> None:
    if sys.argv[1:] == ["--list"]:
        print("\n".join("{} {}".format(fault.name, fault.expected[0]) for fault in REPORTED))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    program = next(fault for fault in REPORTED if fault.name == arguments.name).program(ill=True)
    own = program.end_epoch

    def end_epoch(run: Run) -> None:
        share = (run.epoch + 1) / program.epochs
        if share < 1:
            write(arguments.results, share)
        else:
            with torch.no_grad():
                output = (program.validate or program.forward)(run.model, run.data[2])
            write(arguments.results, 1, skill(program, output, run.data[3]), finite(run.last_validation))
        own(run)

    write(arguments.results, 0)
    train(replace(program, end_epoch=end_epoch), "run.jsonl", SamplingSchedule(), arguments.seed)


if __name__ == "__main__":
    main()

"""What the programs of this folder have in common: their data, their loop, and how they are told apart from their repaired twins."""

from __future__ import annotations

import gzip
import pathlib
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training_doctor import SamplingSchedule, TrainingDoctor

_SETS = pathlib.Path(__file__).resolve().parents[3] / "data" / "sets"

Data = Tuple[Tensor, Tensor, Tensor, Tensor]
"""Inputs and targets to train on, then inputs and targets to validate with."""


@dataclass
class Program:
    """A training program; a fault is put in by replacing a part."""

    data: Callable[[], Data]
    model: Callable[[], nn.Module]
    optimizer: Callable[[nn.Module], torch.optim.Optimizer]
    loss: Any = None
    """The loss that the doctor is given: a module, a function or nothing."""
    compute: Optional[Callable[[Tensor, Tensor], Tensor]] = None
    """Computes the loss in the loop; by default ``loss`` does."""
    task: Optional[str] = "multiclass-classification"
    epochs: int = 8
    batch: int = 32
    shuffle: bool = True
    forward: Callable[[nn.Module, Tensor], Tensor] = lambda model, inputs: model(inputs)
    validate: Optional[Callable[[nn.Module, Tensor], Tensor]] = None
    """Runs the model in a validation; by default as in training."""
    accuracy: Optional[Callable[[Tensor, Tensor], float]] = lambda output, target: (output.argmax(1) == target).float().mean().item()
    begin_epoch: Callable[["Run"], None] = lambda run: run.model.train()
    begin_step: Callable[["Run"], None] = lambda run: None
    before_update: Callable[["Run"], None] = lambda run: None
    update: Callable[["Run"], None] = lambda run: run.optimizer.step()
    end_epoch: Callable[["Run"], None] = lambda run: None
    clear: bool = True
    evaluation_mode: bool = True
    told_loss: Callable[["Run", Tensor], Any] = lambda run, loss: loss
    batches: Optional[Callable[["Run"], Iterator[Tuple[Tensor, Tensor]]]] = None
    tells: bool = False
    """Whether the program tells the doctor what its validations compare, since its loss is a function."""


@dataclass
class Run:
    """A program under way."""

    program: Program
    model: nn.Module
    optimizer: torch.optim.Optimizer
    data: Data
    step: int = 0
    epoch: int = 0
    last_validation: Optional[float] = None
    items: Dict[str, Any] = field(default_factory=dict)

    def rate(self, value: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = value


@dataclass
class Reported:
    """A fault and what a right diagnosis is."""

    name: str
    sound: Callable[[], Program]
    fault: Callable[[Program], Program]
    expected: Tuple[str, ...]
    """Rules any one of which is a right primary diagnosis."""
    causes: Tuple[str, ...]
    """Causes any one of which is right among the first two of that finding."""

    def program(self, ill: bool) -> Program:
        sound = self.sound()
        return self.fault(sound) if ill else sound


REPORTED: List[Reported] = []


def reported(name: str, sound: Callable[[], Program], expected: str, causes: str, **parts: Any) -> None:
    """Adds a fault that replaces some parts of a sound program."""
    REPORTED.append(Reported(name, sound, lambda program: replace(program, **parts), tuple(expected.split()), tuple(causes.split())))


def train(program: Program, path: str, sampling: SamplingSchedule, seed: int = 1) -> TrainingDoctor:
    """Trains it under the doctor."""
    torch.manual_seed(seed)
    data = program.data()
    model = program.model()
    optimizer = program.optimizer(model)
    run = Run(program, model, optimizer, data)
    compute = program.compute or program.loss
    doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=program.loss, task=program.task, name="run", record_to=path, sampling=sampling)
    for run.epoch in range(program.epochs):
        program.begin_epoch(run)
        for inputs, targets in (program.batches or _batches)(run):
            program.begin_step(run)
            if program.clear:
                run.optimizer.zero_grad()
            loss = compute(program.forward(model, inputs), targets)
            loss.backward()
            program.before_update(run)
            program.update(run)
            doctor.step(program.told_loss(run, loss), targets)
            run.step += 1
        if program.evaluation_mode:
            model.eval()
        with torch.no_grad():
            inputs, targets = data[2], data[3]
            output = (program.validate or program.forward)(model, inputs)
            run.last_validation = compute(output, targets).item()
            if program.tells:
                doctor.evaluate(output, targets)
            doctor.validation(loss=run.last_validation, accuracy=None if program.accuracy is None else program.accuracy(output, targets), epoch=run.epoch + 1)
        program.end_epoch(run)
    doctor.complete()
    return doctor


def _batches(run: Run) -> Iterator[Tuple[Tensor, Tensor]]:
    inputs, targets = run.data[0], run.data[1]
    order = torch.randperm(len(inputs)) if run.program.shuffle else torch.arange(len(inputs))
    for start in range(0, len(order) - run.program.batch + 1, run.program.batch):
        chosen = order[start:start + run.program.batch]
        yield inputs[chosen], targets[chosen]


# ---- data


def table(name: str) -> Tuple[Tensor, Tensor]:
    with gzip.open(_SETS / (name + ".csv.gz"), "rt") as lines:
        rows = [[float(cell) for cell in line.split(",")] for line in lines if not line[0].isalpha()]
    values = torch.tensor(rows)
    return values[:, :-1], values[:, -1]


def split(inputs: Tensor, targets: Tensor, rows: int) -> Data:
    order = torch.randperm(len(inputs), generator=torch.Generator().manual_seed(7))[:rows]
    inputs, targets = inputs[order], targets[order]
    held = len(inputs) // 5
    return inputs[held:], targets[held:], inputs[:held], targets[:held]


def digits(rows: int = 600) -> Data:
    inputs, targets = table("digits")
    return split(inputs / 16, targets.long(), rows)


def images(rows: int = 500) -> Data:
    data = digits(rows)
    return data[0].reshape(-1, 1, 8, 8), data[1], data[2].reshape(-1, 1, 8, 8), data[3]


def strips(rows: int = 600) -> Data:
    """Digits as sequences of eight rows."""
    data = digits(rows)
    return data[0].reshape(-1, 8, 8), data[1], data[2].reshape(-1, 8, 8), data[3]


def sines(rows: int = 500) -> Data:
    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(rows, 6, generator=generator)
    targets = (inputs[:, :1] * 2).sin() + inputs[:, 1:2] * inputs[:, 2:3] * 0.5 + 0.1 * torch.randn(rows, 1, generator=generator)
    return split(inputs, targets, rows)


def circles(rows: int = 500) -> Data:
    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(rows, 4, generator=generator)
    targets = ((inputs[:, :2] ** 2).sum(1, keepdim=True) > 1.4).float()
    return split(inputs, targets, rows)


def text(rows: int = 400, length: int = 12, symbols: int = 9, shift: int = 1) -> Data:
    """Each letter follows from the last two, four times out of five; targets are the letters ``shift`` places on."""
    generator = torch.Generator().manual_seed(5)
    drawn = torch.randint(1, symbols + 1, (rows, length + 3), generator=generator)
    rule = torch.rand(rows, length + 3, generator=generator) < 0.8
    for place in range(2, length + 3):
        drawn[:, place] = torch.where(rule[:, place], (3 * drawn[:, place - 1] + drawn[:, place - 2]) % symbols + 1, drawn[:, place])
    return split(drawn[:, :length], drawn[:, shift:shift + length], rows)


def change(data: Callable[[], Data], inputs: Callable[[Tensor], Tensor] = lambda x: x, targets: Callable[[Tensor], Tensor] = lambda y: y,
           validation_inputs: Optional[Callable[[Tensor], Tensor]] = None, validation_targets: Optional[Callable[[Tensor], Tensor]] = None) -> Callable[[], Data]:
    """Changes parts of the data; those of validation like those of training, unless told otherwise."""
    def changed() -> Data:
        made = data()
        return inputs(made[0]), targets(made[1]), (validation_inputs or inputs)(made[2]), (validation_targets or targets)(made[3])
    return changed


# ---- models


class Act(nn.Module):
    """A forward pass written by hand."""

    def __init__(self, forward: Callable[..., Tensor], **parts: nn.Module) -> None:
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)
        self._act = forward

    def forward(self, inputs: Tensor) -> Tensor:
        return self._act(self, inputs)


def perceptron(*sizes: int, last: Tuple[nn.Module, ...] = ()) -> nn.Sequential:
    layers: List[nn.Module] = []
    for taken, made in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(taken, made), nn.ReLU()]
    return nn.Sequential(*layers[:-1], *last)


def adam(rate: float, **more: Any) -> Callable[[nn.Module], torch.optim.Optimizer]:
    return lambda model: torch.optim.Adam(model.parameters(), lr=rate, **more)


def sgd(rate: float, **more: Any) -> Callable[[nn.Module], torch.optim.Optimizer]:
    return lambda model: torch.optim.SGD(model.parameters(), lr=rate, **more)


def sequence_loss(output: Tensor, target: Tensor) -> Tensor:
    return F.cross_entropy(output.flatten(0, 1), target.flatten(), ignore_index=0)


def sequence_accuracy(output: Tensor, target: Tensor) -> float:
    return (output.argmax(2) == target).float().mean().item()


# ---- sound programs


def digits_base() -> Program:
    return Program(digits, lambda: perceptron(64, 48, 10), adam(0.004), nn.CrossEntropyLoss())


def digits_function() -> Program:
    return replace(digits_base(), loss=None, compute=F.cross_entropy)


def images_base() -> Program:
    return replace(digits_base(), data=images, model=lambda: nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(288, 10)))


def sines_base() -> Program:
    return Program(sines, lambda: perceptron(6, 32, 1), adam(0.01), nn.MSELoss(), task="regression", accuracy=None, epochs=12)


def circles_base() -> Program:
    return Program(circles, lambda: perceptron(4, 24, 1), adam(0.01), nn.BCEWithLogitsLoss(), task="binary-classification", epochs=12,
                   accuracy=lambda output, target: ((output > 0).float() == target).float().mean().item())


def strips_base() -> Program:
    class Reader(nn.Module):
        def __init__(self, batch_first: bool = True, take: Callable[[Tensor], Tensor] = lambda made: made[:, -1]) -> None:
            super().__init__()
            self.lstm = nn.LSTM(8, 32, batch_first=batch_first)
            self.head = nn.Linear(32, 10)
            self._take = take

        def forward(self, inputs: Tensor) -> Tensor:
            return self.head(self._take(self.lstm(inputs)[0]))

    base = replace(digits_base(), data=strips, model=lambda: Reader(), optimizer=adam(0.01), epochs=10)
    base.reader = Reader  # type: ignore[attr-defined]
    return base


class Letters(nn.Module):
    """Predicts the next letter at every place with attention that looks back."""

    def __init__(self, causal: bool = True, attend: Optional[Callable[[Tensor], Tensor]] = None) -> None:
        super().__init__()
        self.letters = nn.Embedding(10, 24)
        self.places = nn.Parameter(torch.randn(12, 24) * 0.5)
        self.attention = nn.MultiheadAttention(24, 2, batch_first=True)
        self.inner = nn.Linear(24, 64)
        self.outer = nn.Linear(64, 24)
        self.norm = nn.LayerNorm(24)
        self.head = nn.Linear(24, 10)
        self._causal = causal

    def forward(self, inputs: Tensor) -> Tensor:
        x = self.letters(inputs) + self.places[:inputs.shape[1]]
        mask = torch.ones(inputs.shape[1], inputs.shape[1]).triu(1).bool() if self._causal else None
        x = x + self.attention(x, x, x, attn_mask=mask, need_weights=False)[0]
        x = self.norm(x)
        return self.head(x + self.outer(F.relu(self.inner(x))))


def letters_base() -> Program:
    return Program(text, Letters, adam(0.01), None, compute=sequence_loss, task="language-modeling", accuracy=sequence_accuracy, epochs=12)

"""More faults, each with its repaired twin: classes and outputs of the validation, averages within the model, targets that do not fit, heads that carry nothing."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from frame import REPORTED, Act, Data, Program, Run, adam, change, circles, circles_base, digits, digits_base, digits_function, perceptron, reported, split, strips

# ---- classes and outputs of the validation


def _without(*classes: int) -> Data:
    inputs, targets, held, held_targets = digits()
    kept = torch.stack([targets != label for label in classes]).all(0)
    return inputs[kept], targets[kept], held, held_targets


OTHER = ("mismatched-classes", "mismatched-classes")
reported("class-never-trained", digits_base, *OTHER, data=lambda: _without(7))
reported("two-classes-never-trained", lambda: replace(digits_base(), epochs=12), *OTHER, data=lambda: _without(0, 9))
reported("labels-sorted-as-words", digits_base, *OTHER, data=change(digits, validation_targets=lambda y: torch.tensor([0, 2, 3, 4, 5, 6, 7, 8, 9, 1])[y]))
reported("class-never-trained-function", lambda: replace(digits_function(), tells=True), *OTHER, data=lambda: _without(7))
reported("labels-sorted-as-words-function", lambda: replace(digits_function(), tells=True), *OTHER,
         data=change(digits, validation_targets=lambda y: torch.tensor([0, 2, 3, 4, 5, 6, 7, 8, 9, 1])[y]))
reported("classes-counted-from-behind", lambda: replace(digits_base(), epochs=12), *OTHER, data=change(digits, validation_targets=lambda y: 9 - y))
reported("two-classes-exchanged", lambda: replace(circles_base(), loss=nn.CrossEntropyLoss(), model=lambda: perceptron(4, 24, 2), data=change(circles, targets=lambda y: y.squeeze(1).long()),
                                                  accuracy=lambda o, t: (o.argmax(1) == t).float().mean().item(), epochs=20),
         *OTHER, data=change(circles, targets=lambda y: y.squeeze(1).long(), validation_targets=lambda y: 1 - y.squeeze(1).long()))

PROBABILITIES = ("mismatched-validation-output", "wrong-output-activation")
reported("softmax-in-evaluation", lambda: replace(digits_base(), epochs=12), *PROBABILITIES,
         model=lambda: Act(lambda m, x: m.a(x) if m.training else m.a(x).softmax(1), a=perceptron(64, 48, 10)))
reported("softmax-in-evaluation-function", lambda: replace(digits_function(), epochs=12), *PROBABILITIES,
         model=lambda: Act(lambda m, x: m.a(x) if m.training else m.a(x).softmax(1), a=perceptron(64, 48, 10)))
reported("softmax-in-validation-loop", lambda: replace(digits_base(), epochs=12), *PROBABILITIES, validate=lambda model, x: model(x).softmax(1))
reported("sigmoid-in-evaluation", lambda: replace(circles_base(), epochs=30), *PROBABILITIES,
         model=lambda: Act(lambda m, x: m.a(x) if m.training else torch.sigmoid(m.a(x)), a=perceptron(4, 24, 1)))

# ---- averages within the model


class _Averaging(nn.Module):
    """A network that is trained, and an average of it that is evaluated."""

    def __init__(self, decay: float, fresh: bool = False) -> None:
        super().__init__()
        self.net = perceptron(64, 48, 10)
        self.ema = perceptron(64, 48, 10) if fresh else copy.deepcopy(self.net)
        self.ema.requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def follow(self) -> None:
        for average, trained in zip(self.ema.parameters(), self.net.parameters()):
            average.mul_(self.decay).add_(trained, alpha=1 - self.decay)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.net(inputs) if self.training else self.ema(inputs)


class _Swapped:
    """Values that take the place of the trained ones while the model is evaluated, and go back."""

    def __init__(self, decay: float) -> None:
        self.decay, self.values = decay, None  # type: float, Any

    def follow(self, run: Run) -> None:
        now = [parameter.detach().clone() for parameter in run.model.parameters()]
        self.values = now if self.values is None else [self.decay * old + (1 - self.decay) * new for old, new in zip(self.values, now)]

    def evaluate(self, model: nn.Module, inputs: Tensor) -> Tensor:
        kept = [parameter.detach().clone() for parameter in model.parameters()]
        self._put(model, self.values)
        made = model(inputs)
        self._put(model, kept)
        return made

    @staticmethod
    def _put(model: nn.Module, values: Any) -> None:
        for parameter, value in zip(model.parameters(), values):
            parameter.copy_(value)


def _averaging(decay: float, fresh: bool = False, update: bool = True) -> Program:
    return replace(digits_base(), epochs=12, model=lambda: _Averaging(decay, fresh), optimizer=lambda model: torch.optim.Adam(model.net.parameters(), 0.003),
                   begin_step=lambda run: run.model.follow() if update else None)


def _swapped(decay: float) -> Program:
    average = _Swapped(decay)
    return replace(digits_base(), epochs=12, begin_step=average.follow, validate=average.evaluate)


STALE = ("untrained-validation-weights", "stale-weights")
for name, ill in (("average-within-hardly-begun", lambda: _averaging(0.9999)), ("average-within-never-updated", lambda: _averaging(0.9, update=False)),
                  ("copy-within-initialized-by-itself", lambda: _averaging(0.9, fresh=True, update=False))):
    reported(name, lambda: _averaging(0.9), *STALE)
    REPORTED[-1].fault = lambda p, ill=ill: ill()
reported("average-put-in-place-hardly-begun", lambda: _swapped(0.9), *STALE)
REPORTED[-1].fault = lambda p: _swapped(0.9999)

# ---- targets that do not fit


def _read(stride: int) -> Program:
    """Letters read off twelve places; with a stride of four only three places are left for five letters."""
    def data() -> Data:
        generator = torch.Generator().manual_seed(2)
        letters = torch.randint(1, 5, (400, 5), generator=generator)
        codes = torch.randn(6, 8, generator=generator)
        inputs = torch.stack([letters[:, place * 5 // 20] for place in range(20)], 1)
        return split(codes[inputs] + 0.3 * torch.randn(400, 20, 8, generator=generator), letters, 400)

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gru = nn.GRU(8, 24, batch_first=True)
            self.head = nn.Linear(24, 5)

        def forward(self, inputs: Tensor) -> Tensor:
            return self.head(self.gru(inputs)[0][:, ::stride]).transpose(0, 1).log_softmax(2)

    loss = nn.CTCLoss(zero_infinity=True)

    def compute(output: Tensor, target: Tensor) -> Tensor:
        return loss(output, target, torch.full((target.shape[0],), output.shape[0]), torch.full((target.shape[0],), target.shape[1]))

    return Program(data, Reader, adam(0.01), loss, compute=compute, task=None, accuracy=None, epochs=12)


reported("ctc-targets-longer-than-outputs", lambda: _read(1), "invalid-target vanished-loss", "label-error wrong-loss")
REPORTED[-1].fault = lambda p: _read(5)

# ---- heads that carry nothing


class _Attending(nn.Module):
    """Digits as eight rows that look at each other; heads may be masked."""

    def __init__(self, mask: Tuple[float, ...]) -> None:
        super().__init__()
        self.inner = nn.Linear(8, 32)
        self.attention = _SelfAttention(32, mask)
        self.head = nn.Linear(32, 10)

    def forward(self, inputs: Tensor) -> Tensor:
        made = self.inner(inputs)
        return self.head((made + self.attention(made)).mean(1))


class _SelfAttention(nn.Module):
    def __init__(self, width: int, mask: Tuple[float, ...]) -> None:
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.register_buffer("mask", torch.tensor(mask).view(1, -1, 1, 1))

    def forward(self, inputs: Tensor) -> Tensor:
        samples, places, width = inputs.shape
        query, key, value = self.qkv(inputs).view(samples, places, 3, self.mask.numel(), -1).permute(2, 0, 3, 1, 4)
        weights = (query @ key.transpose(2, 3) / query.shape[-1] ** 0.5).softmax(3)
        return self.out((weights @ value * self.mask).transpose(1, 2).reshape(samples, places, width))


def _attending(mask: Tuple[float, ...]) -> Program:
    return replace(digits_base(), data=strips, model=lambda: _Attending(mask), optimizer=adam(0.003))


def _dying() -> Program:
    return replace(_attending((1, 1, 1, 1)), epochs=20, optimizer=adam(0.001))


def _close(run: Run, *heads: int) -> None:
    """Gates on a schedule that was meant to fade in: from step 150 on they are zero."""
    if run.step == 150:
        run.model.attention.mask[:, list(heads)] = 0


def _tasks(second: float) -> Program:
    """Which digit it is, and how dark: two tasks on one output."""
    def data() -> Data:
        inputs, targets, held, held_targets = digits()
        return inputs, torch.cat([targets.float().unsqueeze(1), inputs.mean(1, keepdim=True) * 3], 1), held, torch.cat([held_targets.float().unsqueeze(1), held.mean(1, keepdim=True) * 3], 1)

    return Program(data, lambda: perceptron(64, 48, 11), adam(0.003), None, task=None, epochs=10,
                   compute=lambda o, t: F.cross_entropy(o[:, :10], t[:, 0].long()) + second * F.mse_loss(o[:, 10], t[:, 1]),
                   accuracy=lambda o, t: (o[:, :10].argmax(1) == t[:, 0]).float().mean().item())


reported("attention-head-masked", lambda: _attending((1, 1, 1, 1)), "idle-heads", "detached-graph")
REPORTED[-1].fault = lambda p: _attending((1, 1, 0, 1))
reported("attention-heads-masked-but-one", lambda: _attending((1, 1, 1, 1)), "idle-heads", "detached-graph")
REPORTED[-1].fault = lambda p: _attending((0, 0, 0, 1))
reported("attention-head-dies", lambda: _dying(), "idle-heads", "detached-graph", begin_step=lambda run: _close(run, 0))
reported("attention-heads-die-but-one", lambda: _dying(), "idle-heads", "detached-graph", begin_step=lambda run: _close(run, 0, 1, 3))
reported("task-of-weight-zero", lambda: _tasks(1.0), "idle-heads", "wrong-loss detached-graph")
REPORTED[-1].fault = lambda p: _tasks(0.0)

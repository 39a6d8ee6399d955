"""Faults that people report of PyTorch programs, each with its repaired twin, written without a look at any rule.

``python3 reported.py FOLDER [--deterministic] [NAME...]`` trains them and writes ``NAME.jsonl``, ``NAME.fix.jsonl`` and ``labels.json``, what a right diagnosis is. Which steps are measured
depends on the time that measuring takes, unless ``--deterministic`` is given.
"""

from __future__ import annotations

import json
import math
import pathlib
import sys
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from frame import (REPORTED, Act, Letters, Program, Run, adam, change, circles, circles_base, digits, digits_base, digits_function, images, images_base, letters_base, perceptron, reported,
                   sequence_loss, sgd, sines, sines_base, split, strips, strips_base, table, text, train)
from training_doctor import SamplingSchedule

import sides  # noqa: F401, it adds its faults

# ---- what goes into the loss


def _ctc(log: bool = True, first: str = "time") -> Program:
    """Letters of two or three, read off eight rows of noise."""
    def data():
        generator = torch.Generator().manual_seed(2)
        letters = torch.randint(1, 5, (400, 3), generator=generator)
        codes = torch.randn(6, 8, generator=generator)
        inputs = torch.stack([letters[:, place // 4] for place in range(12)], 1)
        return split(codes[inputs] + 0.3 * torch.randn(400, 12, 8, generator=generator), letters, 400)

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gru = nn.GRU(8, 24, batch_first=True)
            self.head = nn.Linear(24, 5)

        def forward(self, inputs: Tensor) -> Tensor:
            made = self.head(self.gru(inputs)[0]).transpose(0, 1)
            return made.log_softmax(2) if log else made

    def compute(output: Tensor, target: Tensor) -> Tensor:
        return F.ctc_loss(output, target, torch.full((target.shape[0],), output.shape[0]), torch.full((target.shape[0],), target.shape[1]))

    return Program(data, Reader, adam(0.01), None, compute=compute, task=None, accuracy=None, epochs=12)


MISMATCH = "output-loss-mismatch implausible-loss"
OUTPUT = "wrong-output-activation wrong-loss"

reported("ctc-of-logits", _ctc, MISMATCH, OUTPUT, model=_ctc(log=False).model)
reported("softmax-in-forward", digits_base, MISMATCH, OUTPUT,
         model=lambda: Act(lambda m, x: F.softmax(m.b(F.relu(m.a(x))), dim=1), a=nn.Linear(64, 48), b=nn.Linear(48, 10)))
reported("softmax-in-forward-function", digits_function, MISMATCH, OUTPUT,
         model=lambda: Act(lambda m, x: F.softmax(m.b(F.relu(m.a(x))), dim=1), a=nn.Linear(64, 48), b=nn.Linear(48, 10)))
reported("softmax-in-loop", digits_function, MISMATCH, OUTPUT, compute=lambda o, t: F.cross_entropy(F.softmax(o, 1), t))
reported("sigmoid-in-forward", circles_base, MISMATCH, OUTPUT,
         model=lambda: Act(lambda m, x: torch.sigmoid(m.b(F.relu(m.a(x)))), a=nn.Linear(4, 24), b=nn.Linear(24, 1)))
reported("nll-without-log-softmax", lambda: replace(digits_base(), loss=nn.NLLLoss(), model=lambda: perceptron(64, 48, 10, last=(nn.LogSoftmax(1),))), MISMATCH, OUTPUT,
         model=lambda: perceptron(64, 48, 10))
reported("log-softmax-over-batch", lambda: replace(digits_base(), loss=nn.NLLLoss(), model=lambda: Act(lambda m, x: F.log_softmax(m.a(x), dim=1), a=perceptron(64, 48, 10))),
         MISMATCH + " misplaced-softmax", OUTPUT + " swapped-axes", model=lambda: Act(lambda m, x: F.log_softmax(m.a(x), dim=0), a=perceptron(64, 48, 10)))
reported("one-output-and-cross-entropy", lambda: replace(circles_base(), loss=nn.CrossEntropyLoss(), model=lambda: perceptron(4, 24, 2),
                                                         data=change(circles, targets=lambda y: y.squeeze(1).long()), accuracy=lambda o, t: (o.argmax(1) == t).float().mean().item()),
         MISMATCH + " invalid-target vanished-loss stalled-loss", OUTPUT + " label-error",
         data=change(circles, targets=lambda y: y.squeeze(1).long() * 0), model=lambda: perceptron(4, 24, 1))
reported("one-output-and-softmax", lambda: replace(circles_base(), loss=nn.BCELoss(), model=lambda: perceptron(4, 24, 1, last=(nn.Sigmoid(),)),
                                                   accuracy=lambda o, t: ((o > 0.5) == (t > 0.5)).float().mean().item()),
         MISMATCH + " misplaced-softmax collapsed-activation", OUTPUT, model=lambda: perceptron(4, 24, 1, last=(nn.Softmax(dim=1),)))
reported("relu-before-cross-entropy", digits_base, MISMATCH + " dead-units", OUTPUT + " dying-relu",
         model=lambda: Act(lambda m, x: F.relu(m.b(F.relu(m.a(x)))), a=nn.Linear(64, 48), b=nn.Linear(48, 10)))
reported("relu-regression", sines_base, MISMATCH + " dead-units", OUTPUT + " dying-relu", model=lambda: Act(lambda m, x: F.relu(m.a(x)), a=perceptron(6, 32, 1)))
reported("sigmoid-regression-function", lambda: replace(sines_base(), loss=None, compute=F.mse_loss, data=change(sines, targets=lambda y: y * 20 + 50)),
         MISMATCH + " saturated-activation unscaled-target", OUTPUT + " unscaled-data", model=lambda: Act(lambda m, x: torch.sigmoid(m.a(x)), a=perceptron(6, 32, 1)))
# The sound twin of the one before must learn targets around 50.
REPORTED[-1].sound = lambda: replace(sines_base(), loss=None, compute=F.mse_loss)
REPORTED[-1].fault = lambda p: replace(p, data=change(sines, targets=lambda y: y * 20 + 50), model=lambda: Act(lambda m, x: torch.sigmoid(m.a(x)), a=perceptron(6, 32, 1)))
reported("flat-targets-and-mse", sines_base, "invalid-target", "wrong-loss label-error corrupt-data", data=change(sines, targets=lambda y: y.squeeze(1)))
reported("flat-targets-and-mse-function", lambda: replace(sines_base(), loss=None, compute=F.mse_loss), "invalid-target", "wrong-loss label-error corrupt-data",
         data=change(sines, targets=lambda y: y.squeeze(1)))
reported("kl-of-softmax", lambda: replace(digits_base(), loss=nn.KLDivLoss(reduction="batchmean"), model=lambda: Act(lambda m, x: F.log_softmax(m.a(x), 1), a=perceptron(64, 48, 10)),
                                          data=change(digits, targets=lambda y: 0.9 * F.one_hot(y, 10).float() + 0.01), accuracy=lambda o, t: (o.argmax(1) == t.argmax(1)).float().mean().item()),
         MISMATCH, OUTPUT, model=lambda: Act(lambda m, x: F.softmax(m.a(x), 1), a=perceptron(64, 48, 10)))
reported("cosine-labels-of-zero", lambda: _pairs(-1.0), "invalid-target " + MISMATCH + " collapsed-embedding", "label-error wrong-loss", data=lambda: _pairs(0.0).data())
reported("soft-margin-labels-of-zero", lambda: replace(circles_base(), loss=nn.SoftMarginLoss(), data=change(circles, targets=lambda y: 2 * y - 1),
                                                       accuracy=lambda o, t: ((o > 0) == (t > 0)).float().mean().item()),
         "invalid-target " + MISMATCH, "label-error wrong-loss", data=circles)
reported("labels-as-numbers", digits_base, MISMATCH, "wrong-loss label-error", loss=nn.MSELoss(), model=lambda: perceptron(64, 48, 1), task="multiclass-classification",
         data=change(digits, targets=lambda y: y.float().unsqueeze(1)), accuracy=lambda o, t: (o.round() == t).float().mean().item())
reported("summed-mse", lambda: replace(sines_base(), optimizer=sgd(0.05)), "sum-reduced-loss", "wrong-loss learning-rate-too-high", loss=nn.MSELoss(reduction="sum"))
reported("summed-cross-entropy-function", lambda: replace(digits_function(), optimizer=sgd(0.2)), "sum-reduced-loss", "wrong-loss learning-rate-too-high",
         compute=lambda o, t: F.cross_entropy(o, t, reduction="sum"))
reported("all-ignored-255", digits_base, "ignored-targets", "label-error corrupt-data", loss=nn.CrossEntropyLoss(ignore_index=255), data=change(digits, targets=lambda y: y * 0 + 255))
reported("all-ignored-function", digits_function, "ignored-targets", "label-error corrupt-data", data=change(digits, targets=lambda y: y * 0 - 100))
reported("class-weight-of-zero", digits_base, "ignored-targets absent-target-class class-imbalance output-loss-mismatch", "label-error class-imbalance wrong-loss",
         loss=nn.CrossEntropyLoss(weight=torch.tensor([1.0] + [0.0] * 9)))
reported("minus-forgotten", digits_function, "reversed-objective", "wrong-loss", compute=lambda o, t: F.nll_loss(F.softmax(o, 1), t) * -1)


def _pairs(different: float) -> Program:
    """Digits in pairs: 1 for the same class, ``different`` for others."""
    def data():
        inputs, labels, held, held_labels = digits(800)

        def pair(x, y):
            order = torch.randperm(len(x), generator=torch.Generator().manual_seed(1))
            other = torch.arange(len(x))
            for i in range(0, len(x), 2):
                same = (y == y[i]).nonzero().flatten()
                other[i] = same[order[i] % len(same)]
            other[1::2] = order[1::2]
            return torch.stack([x, x[other]], 1), torch.where(y == y[other], 1.0, different)
        return (*pair(inputs, labels), *pair(held, held_labels))

    return Program(data, lambda: perceptron(64, 48, 16), adam(0.003), None, task=None, accuracy=None, epochs=10,
                   compute=lambda o, t: F.cosine_embedding_loss(o[:, 0], o[:, 1], t))


# ---- what is validated

OVERLOOKED = "mismatched-validation-data"
reported("validation-not-scaled", digits_base, OVERLOOKED, "mismatched-preprocessing", data=change(digits, inputs=lambda x: (x - 0.3) / 0.37, validation_inputs=lambda x: x * 255))
reported("validation-not-normalized-images", images_base, OVERLOOKED, "mismatched-preprocessing", data=change(images, inputs=lambda x: (x - 0.3) / 0.37, validation_inputs=lambda x: x))
reported("validation-other-statistics", sines_base, OVERLOOKED, "mismatched-preprocessing", data=change(sines, validation_inputs=lambda x: (x - 3) * 4))
reported("validation-labels-shuffled", lambda: replace(digits_base(), epochs=12), "validation-at-chance", "label-error",
         data=change(digits, validation_targets=lambda y: y[torch.randperm(len(y), generator=torch.Generator().manual_seed(1))]))
reported("validation-values-shuffled", lambda: replace(sines_base(), epochs=20), "validation-at-chance", "label-error",
         data=change(sines, validation_targets=lambda y: y[torch.randperm(len(y), generator=torch.Generator().manual_seed(1))]))
reported("validation-classes-in-another-order", digits_base, "validation-at-chance", "label-error", data=change(digits, validation_targets=lambda y: (y + 3) % 10))
reported("validation-slow-ema", digits_base, "untrained-validation-weights", "stale-weights", begin_step=lambda run: _follow(run, 0.9999), validate=lambda model, x: _AVERAGE[0](x))
REPORTED[-1].sound = lambda: replace(digits_base(), begin_step=lambda run: _follow(run, 0.9), validate=lambda model, x: _AVERAGE[0](x))
reported("validation-of-a-copy", digits_base, "untrained-validation-weights", "stale-weights", begin_step=lambda run: _follow(run, 1.0), validate=lambda model, x: _AVERAGE[0](x))
reported("batch-norm-momentum-0.001", lambda: _normalized(0.1), "unsettled-statistics", "stale-statistics", model=lambda: _normalized(0.001).model())
reported("dropout-always-on", lambda: replace(digits_base(), model=lambda: Act(lambda m, x: m.b(F.dropout(F.relu(m.a(x)), 0.7, m.training)), a=nn.Linear(64, 64), b=nn.Linear(64, 10))),
         "wrong-mode noisy-validation", "evaluation-mode", model=lambda: Act(lambda m, x: m.b(F.dropout(F.relu(m.a(x)), 0.7)), a=nn.Linear(64, 64), b=nn.Linear(64, 10)))
reported("no-eval-in-validation", lambda: replace(digits_base(), model=lambda: nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10))),
         "wrong-mode", "evaluation-mode", evaluation_mode=False)
reported("train-mode-never-back", lambda: _normalized(0.1), "wrong-mode", "evaluation-mode", begin_epoch=lambda run: run.model.train() if run.epoch == 0 else None)
reported("accuracy-over-samples", lambda: replace(digits_base(), epochs=12), "contradictory-score", "evaluation-mode label-error wrong-loss",
         accuracy=lambda o, t: (o.argmax(0) == t[:10]).float().mean().item())
reported("validation-is-training", digits_base, "suspicious-validation", "data-leak", data=lambda: (lambda d: (d[0], d[1], d[0][:120], d[1][:120]))(digits()))

_AVERAGE = [None]


def _follow(run: Run, decay: float) -> None:
    import copy
    if run.step == 0:
        _AVERAGE[0] = copy.deepcopy(run.model).eval()
    with torch.no_grad():
        for average, trained in zip(_AVERAGE[0].parameters(), run.model.parameters()):
            average.mul_(decay).add_(trained, alpha=1 - decay)


def _normalized(momentum: float) -> Program:
    return replace(digits_base(), data=change(digits, inputs=lambda x: x * 16),
                   model=lambda: nn.Sequential(nn.Linear(64, 48), nn.BatchNorm1d(48, momentum=momentum), nn.ReLU(), nn.Linear(48, 10)))


# ---- sequences and axes

reported("shifted-twice", letters_base, "shifted-target", "label-error", data=lambda: text(shift=2))
reported("not-shifted", letters_base, "copied-target", "data-leak label-error", data=lambda: text(shift=0))
reported("no-causal-mask", letters_base, "visible-answer copied-target suspicious-validation", "missing-causal-mask data-leak", model=lambda: Letters(causal=False))
reported("lstm-batch-second", strips_base, "swapped-axes mixed-samples", "swapped-axes", model=lambda: strips_base().reader(batch_first=False))
reported("last-sample-not-last-step", lambda: strips_base(), "swapped-axes mixed-samples", "swapped-axes",
         model=lambda: strips_base().reader(batch_first=False, take=lambda made: made[:, -1]))
reported("logits-viewed-not-transposed", lambda: replace(letters_base(), loss=nn.CrossEntropyLoss(ignore_index=0), compute=lambda o, t: F.cross_entropy(o.transpose(1, 2), t, ignore_index=0)),
         "swapped-axes output-loss-mismatch", "swapped-axes wrong-loss label-error", compute=lambda o, t: F.cross_entropy(o.reshape(o.shape[0], o.shape[2], o.shape[1]), t, ignore_index=0))
reported("images-viewed-not-permuted", lambda: _channels(lambda x: x.permute(0, 3, 1, 2)), "swapped-axes mixed-samples", "swapped-axes", data=lambda: _channels(lambda x: x).data())
reported("mask-inverted", lambda: _padded(lambda keep: ~keep), "inverted-padding-mask", "inverted-padding-mask",
         model=lambda: _padded(lambda keep: keep).model())
reported("padding-in-the-loss", lambda: _sentences(0, 1), "padding-in-loss", "label-error wrong-loss class-imbalance", compute=lambda o, t: F.cross_entropy(o.flatten(0, 1), t.flatten()))
reported("end-never-asked-for", lambda: _sentences(0, 1), "absent-target-class", "label-error", data=lambda: _sentences(0, 0).data())


def _channels(order) -> Program:
    def data():
        generator = torch.Generator().manual_seed(4)
        inputs, targets, held, held_targets = images(500)
        tint = torch.rand(3, generator=generator)
        return change(lambda: (inputs, targets, held, held_targets), inputs=lambda x: order(torch.stack([x[:, 0] * t for t in tint], 3)))()

    return replace(images_base(), data=data, model=lambda: Act(lambda m, x: m.a(x.reshape(-1, 3, 8, 8)), a=nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(288, 10))))


def _padded(mask) -> Program:
    class Judge(nn.Module):
        """Tells whether letter 3 occurs in a sentence that is filled up with zeros."""

        def __init__(self) -> None:
            super().__init__()
            self.letters = nn.Embedding(10, 16, padding_idx=0)
            self.attention = nn.MultiheadAttention(16, 2, batch_first=True)
            self.head = nn.Linear(16, 1)

        def forward(self, inputs: Tensor) -> Tensor:
            x = self.letters(inputs)
            x = x + self.attention(x, x, x, key_padding_mask=mask(inputs > 0), need_weights=False)[0]
            return self.head(x.mean(1))

    def data():
        inputs = text()[0]
        lengths = torch.randint(4, 13, (len(inputs), 1), generator=torch.Generator().manual_seed(1))
        inputs = torch.where(torch.arange(12) < lengths, inputs, inputs * 0)
        return split(inputs, (inputs == 3).any(1, keepdim=True).float(), len(inputs))

    return replace(circles_base(), data=data, model=Judge)


def _sentences(pad: int, end: int) -> Program:
    """Sentences that end early: letters 2 to 9, an end, filled up."""
    def data():
        made = torch.cat(text()[::2]).clamp(min=2)
        lengths = torch.randint(3, 10, (len(made), 1), generator=torch.Generator().manual_seed(1))
        places = torch.arange(12)
        made = torch.where(places < lengths, made, torch.where(places == lengths, torch.tensor(end), torch.tensor(pad)))
        return split(made[:, :-1], made[:, 1:], len(made))

    return replace(letters_base(), data=data)


# ---- steps

LITTLE = "undersized-update slow-convergence stalled-loss degenerate-learning-rate"
reported("forgot-zero-grad", lambda: replace(digits_base(), optimizer=sgd(0.1)), "accumulating-gradient", "missing-zero-grad", clear=False)
reported("zero-grad-before-step", digits_base, "missing-gradient unchanged-weights", "missing-zero-grad misplaced-zero-grad detached-graph", before_update=lambda run: run.optimizer.zero_grad())
reported("forgot-step", digits_base, "unchanged-weights", "frozen-parameters wrong-optimizer-parameters learning-rate-too-low", update=lambda run: None)
reported("optimizer-before-new-head", digits_base, "unregistered-parameters unchanged-weights", "wrong-optimizer-parameters", optimizer=lambda model: _new_head(model))
reported("layers-in-a-list", digits_base, "unregistered-parameters", "wrong-optimizer-parameters", model=lambda: _Listed())
reported("loss-of-a-new-tensor", digits_base, "missing-gradient unchanged-weights", "detached-graph", compute=lambda o, t: F.cross_entropy(o, t).detach().clone().requires_grad_())
reported("body-detached", digits_base, "missing-gradient", "detached-graph frozen-parameters", model=lambda: Act(lambda m, x: m.b(F.relu(m.a(x)).detach()), a=nn.Linear(64, 48), b=nn.Linear(48, 10)))
reported("body-without-gradients", digits_base, "missing-gradient", "detached-graph frozen-parameters", model=lambda: _NoGradient())
reported("rounded-output", circles_base, "missing-gradient vanishing-gradient stalled-loss unchanged-weights", "detached-graph", model=lambda: Act(lambda m, x: m.a(x).round(), a=perceptron(4, 24, 1)))
reported("plateau-wants-max", lambda: _plateau("min"), LITTLE, "learning-rate-too-low optimizer-mismatch")
REPORTED[-1].fault = lambda p: _plateau("max")
reported("step-lr-every-batch", lambda: _stepped(False), LITTLE, "learning-rate-too-low optimizer-mismatch", before_update=lambda run: None)
REPORTED[-1].fault = lambda p: _stepped(True)
reported("cosine-every-batch", lambda: replace(digits_base(), optimizer=sgd(0.3), begin_step=lambda run: run.rate(0.3 * (1 + math.cos(math.pi * run.epoch / 8)))),
         "degenerate-learning-rate oscillating-loss", "learning-rate-too-high optimizer-mismatch", begin_step=lambda run: run.rate(0.3 * (1 + math.cos(math.pi * run.step / 8))))
reported("resume-begins-anew", lambda: replace(digits_base(), optimizer=sgd(0.3), epochs=10, begin_step=lambda run: run.rate(0.4 * 0.97 ** run.step)),
         "degenerate-learning-rate loss-spike", "learning-rate-too-high optimizer-mismatch", begin_step=lambda run: run.rate(0.4 * 0.97 ** (run.step % 90)))
reported("bfloat16-weights", lambda: _bfloat(0.3), "unchanged-weights undersized-update", "insufficient-precision", optimizer=sgd(1e-4))
reported("clipped-to-nothing", lambda: replace(digits_base(), optimizer=sgd(0.3)), "undersized-update slow-convergence stalled-loss", "excessive-clipping",
         before_update=lambda run: nn.utils.clip_grad_norm_(run.model.parameters(), 1e-3))
reported("same-batch-every-step", digits_base, "constant-input overfitting unshuffled-data", "data-order over-capacity", batches=lambda run: ((run.data[0][:32], run.data[1][:32]) for _ in range(15)))
reported("sorted-classes", digits_base, "unshuffled-data", "data-order", shuffle=False, data=lambda: (lambda d: (d[0][d[1].sort()[1]], d[1].sort()[0], d[2], d[3]))(digits()))
reported("weight-decay-too-strong", digits_base, "dominant-regularization underfitting collapsed-activation stalled-loss plateaued-loss", "excessive-regularization", optimizer=adam(0.004, weight_decay=5.0))
reported("labels-permuted-in-training", digits_base, "stalled-loss plateaued-loss underfitting overfitting validation-at-chance invalid-target", "label-error",
         data=lambda: (lambda d: (d[0], d[1][torch.randperm(len(d[1]))], d[2], d[3][torch.randperm(len(d[3]))]))(digits()))
reported("second-optimizer-never-steps", lambda: replace(digits_base(), optimizer=adam(0.004)), "unchanged-weights unregistered-parameters", "wrong-optimizer-parameters frozen-parameters",
         optimizer=lambda model: torch.optim.Adam(model[2].parameters(), lr=0.004))
reported("running-loss-told", lambda: replace(digits_base(), optimizer=sgd(0.1)), "diverging-loss implausible-loss", "wrong-loss",
         told_loss=lambda run, loss: _running(run, loss.item()))
reported("nan-from-root", sines_base, "non-finite-gradient non-finite-weights non-finite-loss", "numeric-overflow corrupt-data", compute=lambda o, t: ((o - t) * (t > 0)).square().sum(1).sqrt().mean())
reported("nan-in-a-row", sines_base, "non-finite-input", "corrupt-data", data=change(sines, inputs=lambda x: torch.where(x > 2.5, x * math.nan, x)))
reported("bytes-as-pixels", lambda: replace(images_base(), optimizer=sgd(0.05)), "unscaled-input", "unscaled-data", data=change(images, inputs=lambda x: x * 255))
reported("prices-in-thousands", sines_base, "unscaled-target", "unscaled-data", data=change(sines, targets=lambda y: y * 8e4 + 2e5))
reported("vae-kl-wins", lambda: _vae(0.02), "posterior-collapse", "excessive-regularization wrong-loss", compute=lambda o, t: None)
REPORTED[-1].fault = lambda p: _vae(40.0)


def _running(run: Run, loss: float) -> float:
    run.items["sum"] = run.items.get("sum", 0.0) + loss
    return run.items["sum"]


def _plateau(mode: str) -> Program:
    def end(run: Run) -> None:
        scheduler = run.items.setdefault("scheduler", None) or torch.optim.lr_scheduler.ReduceLROnPlateau(run.optimizer, mode=mode, factor=0.1, patience=0)
        run.items["scheduler"] = scheduler
        scheduler.step(run.last_validation)

    return replace(digits_base(), optimizer=sgd(0.1), epochs=14, end_epoch=end)


def _stepped(every_batch: bool) -> Program:
    def step(run: Run) -> None:
        scheduler = run.items.setdefault("scheduler", None) or torch.optim.lr_scheduler.StepLR(run.optimizer, step_size=5, gamma=0.5)
        run.items["scheduler"] = scheduler
        scheduler.step()

    def both(run: Run) -> None:
        run.optimizer.step()
        if every_batch:
            step(run)

    return replace(digits_base(), optimizer=sgd(0.3), epochs=12, update=both, end_epoch=lambda run: None if every_batch else step(run))


def _bfloat(rate: float) -> Program:
    return replace(digits_base(), data=change(digits, inputs=lambda x: x.bfloat16()), model=lambda: perceptron(64, 48, 10).bfloat16(), optimizer=sgd(rate), epochs=10)


def _new_head(model: nn.Sequential) -> torch.optim.Optimizer:
    optimizer = torch.optim.Adam(model.parameters(), lr=0.004)
    model[2] = nn.Linear(48, 10)
    return optimizer


class _Listed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Linear(64, 48), nn.Linear(48, 48)]
        self.head = nn.Linear(48, 10)

    def forward(self, inputs: Tensor) -> Tensor:
        for layer in self.layers:
            inputs = F.relu(layer(inputs))
        return self.head(inputs)


class _NoGradient(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(64, 48), nn.ReLU())
        self.head = nn.Linear(48, 10)

    def forward(self, inputs: Tensor) -> Tensor:
        with torch.no_grad():
            made = self.body(inputs)
        return self.head(made)


def _vae(weight: float) -> Program:
    class Coder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = nn.Sequential(nn.Linear(64, 48), nn.ReLU())
            self.mean = nn.Linear(48, 8)
            self.logvar = nn.Linear(48, 8)
            self.decoder = nn.Sequential(nn.Linear(8, 48), nn.ReLU(), nn.Linear(48, 64))

        def forward(self, inputs: Tensor) -> Tensor:
            made = self.encoder(inputs)
            mean, logvar = self.mean(made), self.logvar(made)
            self.kl = 0.5 * (mean.square() + logvar.exp() - 1 - logvar).sum(1).mean()
            return self.decoder(mean + torch.randn_like(mean) * (0.5 * logvar).exp() if self.training else mean)

    kept = []

    def make() -> nn.Module:
        kept[:] = [Coder()]
        return kept[0]

    return Program(lambda: (lambda d: (d[0], d[0], d[2], d[2]))(digits(800)), make, adam(0.004), None, task=None, accuracy=None, epochs=12,
                   compute=lambda o, t: F.mse_loss(o, t, reduction="sum") / len(t) + weight * kept[0].kl)


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    names = [argument for argument in sys.argv[2:] if argument != "--deterministic"]
    # The steps that are certain whatever they cost, and no others.
    sampling = SamplingSchedule(dense_steps=24, interval=5, alarmed_steps=10, max_overhead=None) if "--deterministic" in sys.argv else SamplingSchedule()
    chosen = [fault for fault in REPORTED if not names or fault.name in names]
    for fault in chosen:
        for ill in (True, False):
            doctor = train(fault.program(ill), str(folder / (fault.name + ("" if ill else ".fix") + ".jsonl")), sampling)
            if doctor.faults:
                print(fault.name, "ill" if ill else "fix", doctor.faults)
    labels = {fault.name: {"expected": fault.expected, "causes": fault.causes} for fault in REPORTED}
    (folder / "labels.json").write_text(json.dumps(labels, indent=1))

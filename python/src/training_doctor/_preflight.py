"""Seconds on one batch, before anything is trained."""

from __future__ import annotations

import contextlib
import copy
import datetime
import json
import math
import os
import time
from typing import Any, Callable, Dict, Optional, Tuple, Union

import torch
from torch import Tensor, nn

from ._calls import _Calls
from ._description import _describe_loss, _describe_model, _describe_optimizer, _kind_of, _modules, _owner, _role_of
from ._doctor import TrainingDoctor
from ._environment import _is_switched_off, _log
from ._influence import _difference, _exchange, _leakage, _moved, _output_place, _sample_dimension, _shift, _time_dimension
from ._random import _own_random, _seed
from ._recording import _Recording
from ._tables import (
    _LEARNING_PROBE_LEARNT, _LEARNING_PROBE_MOST_ALLOWANCES, _LEARNING_PROBE_PROGRESS, _LEARNING_PROBE_RATES,
    _OUTPUT_SCOPE, _PREFLIGHT_PROGRAM_SEED, _PREFLIGHT_RUN_STEPS_OF_BATCH, _TASKS)
from ._tasks import _pascal
from ._tensors import _first_tensor
from ._typing import Lines


def preflight(model: nn.Module, loss: Callable[[Any, Tensor], Tensor], optimizer: Any, inputs: Tensor, targets: Tensor, *,
              forward: Optional[Callable[[nn.Module, Tensor], Any]] = None, record_to: Union[str, "os.PathLike[str]"] = "preflight.jsonl", name: Optional[str] = None,
              task: Optional[str] = None, batch_dimension: Optional[int] = None, learning_steps: int = 100, time_limit: float = 20.0) -> Dict[str, float]:
    """Looks at a program before it trains, on copies of the model, and records what it sees for ``traindoctor diagnose``.

    Tried are one step in full; whether samples, or later places of a sequence, reach outputs that are not theirs; whether outputs depend on inputs; whether evaluation repeats itself;
    whether every parameter gets a gradient; and whether the batch can be memorised. The model, its gradients, the optimizer and torch's random numbers stay as they are.
    Nothing that fails in the program is thrown: it is a finding (TD7019).

    :param model: The model. It must be one that ``copy.deepcopy`` copies.
    :param loss: Computes the loss, a single number, of the model's output and the targets: a module or a function.
    :param optimizer: The optimizer, of which the settings are read; None when there is none yet.
    :param inputs: The inputs of one batch, of four samples or more.
    :param targets: What the model should answer.
    :param forward: Calls the model it is given, with further inputs where it has any, and returns the output to compare; ``model(inputs)`` unless given.
    :param record_to: The file to write. It is replaced.
    :param name: The name of the run; the model's type by default.
    :param task: What the network is trained to do, e.g. ``"multiclass-classification"``.
    :param batch_dimension: Which dimension of the inputs counts samples; found unless given.
    :param learning_steps: How many steps a copy may take to learn the batch by heart, and once more without its inputs; 0 leaves it out.
    :param time_limit: How many seconds learning by heart may take in all.
    :returns: What was measured, by metric: ``sample_leakage``, ``answer_leakage``, ``input_dependence``, ``evaluation_difference``, ``evaluation_drift``, ``blind_loss``, ``learnt_loss``.
    :raises TypeError: ``model`` is no module.
    :raises ValueError: An argument is wrong.
    :raises OSError: ``record_to`` cannot be written.
    """
    if not isinstance(model, nn.Module):
        raise TypeError("preflight: model must be a torch.nn.Module, not {}.".format(type(model).__name__))
    if task is not None and _pascal(task) not in _TASKS:
        raise ValueError("preflight: task must be one of {}, not {!r}.".format(", ".join(_TASKS), task))
    if learning_steps < 0 or not time_limit > 0:
        raise ValueError("preflight: learning_steps must be 0 or more, time_limit above 0.")
    if _is_switched_off():
        return {}
    with _own_random():
        return _Preflight(model, loss, optimizer, inputs, targets, forward or (lambda module, batch: module(batch)), batch_dimension, learning_steps, time_limit).run(
            os.fspath(record_to), name, task)


class _Preflight:
    """One preflight. Every probe works on a copy of its own, so that none sees what another did."""

    _GRADIENT_STEPS = 20
    _OF_BATCH = ("input_mean", "input_standard_deviation", "input_absolute_maximum", "input_non_finite_count", "input_constant_fraction", "input_feature_scale_ratio", "target_mean",
                 "target_standard_deviation", "target_minimum", "target_maximum", "target_non_finite_count", "target_invalid_count", "target_broadcast")

    def __init__(self, model: nn.Module, loss: Any, optimizer: Any, inputs: Tensor, targets: Tensor, forward: Callable[[nn.Module, Tensor], Any], batch_dimension: Optional[int],
                 learning_steps: int, time_limit: float) -> None:
        self._model, self._loss, self._optimizer, self._forward = model, loss, optimizer, forward
        self._inputs, self._targets = inputs.detach(), targets.detach()
        self._steps, self._time_limit = learning_steps, time_limit
        self._given_dimension = batch_dimension
        self._samples = batch_dimension if batch_dimension is not None else _sample_dimension(inputs, targets)
        self._lines: Dict[int, Lines] = {0: []}
        self._left_out: Dict[str, str] = {}
        self._seen: Dict[str, Any] = {"input": "{}[{}]".format(str(inputs.dtype).replace("torch.", ""), ", ".join(map(str, inputs.shape)))}

    def run(self, record_to: str, name: Optional[str], task: Optional[str]) -> Dict[str, float]:
        recording = _Recording(record_to, 1 << 30)
        run = {"name": name or type(self._model).__name__, "source": "preflight", "framework": "pytorch", "path": record_to, "task": task and _pascal(task),
               "startedAt": datetime.datetime.now(datetime.timezone.utc).isoformat()}
        try:
            self._describe_optimizer(run)
            try:
                self._take_step(record_to, run)
            except Exception as error:  # noqa: BLE001, whatever the program throws is a finding.
                self._seen.update(failedAt=self._stage, failure=str(error).split("\n")[0])
                self._describe(run)
            else:
                for part in (self._evaluate_twice, self._exchange_samples, self._exchange_answers, self._learn):
                    self._try(part)
            run["preflight"] = dict(self._seen, leftOut=self._left_out)
            recording.begin(run)
            recording.write_steps([(step, self._lines[step], ()) for step in sorted(self._lines)])
            recording.complete()
        finally:
            recording.close()
        own = ("sample_leakage", "answer_leakage", "input_dependence", "evaluation_difference", "evaluation_drift", "blind_loss", "learnt_loss")
        return {metric: value for lines in self._lines.values() for metric, scope, value in lines if metric in own and scope in ("", _OUTPUT_SCOPE)}

    def _try(self, part: Callable[[], None]) -> None:
        try:
            part()
        except Exception as error:  # noqa: BLE001, a probe that throws costs itself only.
            self._left_out[part.__name__.strip("_")] = "{}: {}".format(type(error).__name__, error)
            _log.warning("preflight: %s failed: %s: %s", part.__name__, type(error).__name__, error)

    def _observe(self, metric: str, value: Optional[float], scope: str = _OUTPUT_SCOPE, step: int = 0) -> None:
        if value is not None:
            self._lines.setdefault(step, []).append((metric, scope, float(value)))

    # ---- one step

    def _copy(self) -> nn.Module:
        return copy.deepcopy(self._model)

    def _describe(self, run: Dict[str, Any]) -> None:
        with torch.no_grad():
            run["model"] = _describe_model(self._model, self._optimizer, lambda *_: False)

    def _describe_optimizer(self, run: Dict[str, Any]) -> None:
        run["loss"] = _describe_loss(self._loss)
        if self._optimizer is None:
            return
        run["optimizer"] = _describe_optimizer(self._optimizer, self._model)
        decays = {id(parameter): group.get("weight_decay") or 0.0 for group in self._optimizer.param_groups for parameter in group["params"]}
        owners = dict(_modules(self._model)) or {"": self._model}
        self._seen["decayed"] = [
            parameter for parameter, value in self._model.named_parameters() if decays.get(id(value), 0.0) > 0
            and _role_of(parameter, value.dim(), _kind_of(_owner(parameter, owners)[1])) in ("Bias", "NormalizationScale", "NormalizationShift", "Embedding")]
        adaptive = type(self._optimizer).__name__ in ("Adam", "NAdam", "RAdam", "Adamax", "RMSprop", "Adagrad")
        decoupled = any(group.get("decoupled_weight_decay") for group in self._optimizer.param_groups)
        self._seen["decaysThroughGradient"] = adaptive and not decoupled and (run["optimizer"]["weightDecay"] or 0) > 0

    def _take_step(self, record_to: str, run: Dict[str, Any]) -> None:
        """Runs one step of a copy under a doctor, and keeps what it records. What the program throws, goes through."""
        self._stage = "forward"
        model = self._copy().train()
        model.zero_grad(set_to_none=True)
        loss = copy.deepcopy(self._loss) if isinstance(self._loss, nn.Module) else self._loss
        path = record_to + ".step"
        try:
            doctor = TrainingDoctor.attach(model, loss=loss, record_to=path)
            try:
                with _Calls(model) as calls:
                    output = self._forward(model, self._inputs.clone())
                self._see_layout(calls)
                self._stage = "loss"
                value = loss(output, self._targets)
                if value.numel() != 1:
                    raise ValueError("The loss has {} values; one was expected.".format(value.numel()))
                self._stage = "backward"
                value.backward()
                doctor.step(value, self._targets)
            finally:
                doctor.complete()
            with open(path, encoding="utf-8") as lines:
                recorded = [json.loads(line) for line in lines]
        finally:
            with contextlib.suppress(OSError):
                os.remove(path)
        self._describe(run)
        # That of the copy: what could be hooked.
        run["model"]["layers"] = recorded[0]["run"]["model"]["layers"]
        run["device"] = recorded[0]["run"].get("device")
        for line in recorded:
            self._lines[0] += [(metric, scope, float(value)) for metric, scope, value in line.get("m", [])]
        if self._optimizer is not None:
            self._observe("learning_rate", float(self._optimizer.param_groups[0]["lr"]), "")

    def _see_layout(self, calls: "_Calls") -> None:
        last, across = [], []
        shape = tuple(self._inputs.shape)
        channels_last = len(shape) == 4 and shape[3] <= 4 and min(shape[1], shape[2]) > 8
        for path, module, taken, _ in calls.heard if channels_last else ():
            if _kind_of(module) != "Convolution" or taken is None:
                continue
            if tuple(taken.shape) == shape:
                last.append(path)
            elif shape[3] > 1 and tuple(taken.shape) == (shape[0], shape[3], shape[1], shape[2]) and bool((taken.reshape(-1) == self._inputs.to(taken.dtype).reshape(-1)).all()):
                across.append(path)
        self._seen.update(channelsLast=last, readAcross=across)

    # ---- evaluations

    def _evaluate(self, model: nn.Module, inputs: Tensor, seed: int = 0) -> Tensor:
        model.eval()
        _seed(_PREFLIGHT_PROGRAM_SEED + seed)
        with torch.no_grad():
            output = _first_tensor(self._forward(model, inputs.clone()))
        if output is None:
            raise ValueError("the model returned no tensor")
        return output.detach().clone()

    def _evaluate_twice(self) -> None:
        model = self._copy().eval()
        with torch.no_grad():
            given = self._inputs.clone()
            self._forward(model, given)
            self._seen["changesInput"] = given.is_floating_point() and not bool(((given == self._inputs) | given.isnan()).all())
        first = self._evaluate(model, self._inputs)
        drift = _difference(first, self._evaluate(model, self._inputs))
        self._observe("evaluation_drift", drift)
        if drift > 1e-4:
            self._left_out["sample_leakage"] = "the model keeps something from one call to the next"
        else:
            self._observe("evaluation_difference", _difference(first, self._evaluate(model, self._inputs, 1)))

    def _exchange_samples(self) -> None:
        if "sample_leakage" in self._left_out:
            return
        reach = self._reach(self._samples)
        ordered = any(_kind_of(module) in ("Recurrent", "Attention") for module in self._model.modules())
        time_axis = _time_dimension(self._inputs, self._targets)
        if reach[1] and self._given_dimension is None and self._samples == 0 and self._inputs.dim() >= 2 and time_axis != 1 and ordered and self._targets.dim() != 1:
            # As in a program whose batches are time first.
            other = self._reach(1)
            if other[1] == 0:
                if time_axis == 0:
                    reach, self._samples = other, 1
                else:
                    self._seen["mayBeTimeFirst"] = True
        dependence, leakage, layer, reason = reach
        if reason is not None:
            self._left_out["sample_leakage"] = reason
        self._observe("input_dependence", dependence)
        self._observe("sample_leakage", leakage)
        if layer is not None:
            self._observe("sample_leakage", leakage, layer)

    def _reach(self, dimension: int) -> Tuple[Optional[float], Optional[float], Optional[str], Optional[str]]:
        """Exchanges one sample, and all: the share of outputs that depend on inputs, of other samples that were reached, the layer where that began, and why nothing is known."""
        samples = self._inputs.shape[dimension] if self._inputs.dim() > dimension else 0
        if samples < 2:
            return None, None, None, "needs a batch of two samples or more"
        sample = samples // 2
        changed = _exchange(self._inputs, sample, dimension, dimension)
        if bool((changed == self._inputs).all()):
            return None, None, None, "the samples of the batch are equal"
        model = self._copy()
        with _Calls(model) as calm:
            before = self._evaluate(model, self._inputs)
        with _Calls(model) as moved:
            after = self._evaluate(model, changed)
        if before.shape != after.shape:
            return None, None, None, "the output changed its shape"
        others = self._evaluate(model, self._inputs.roll(1, dimension))
        dependence = None
        if others.shape == before.shape and before.dim() > 0:
            rows = _moved(before, others).reshape(before.shape[0], -1).any(1)
            dependence = float(rows.double().mean())
        if any(buffer.dim() == 2 and tuple(buffer.shape) == (samples, samples) for buffer in self._model.buffers()):
            return dependence, None, None, "the rows of the batch are nodes of one graph"
        leakage = _leakage(_moved(before, after), samples, sample) if before.dim() > 0 else None
        if leakage is None:
            return dependence, None, None, "no dimension of the output counts the samples"
        return dependence, leakage, self._first_to_mix(calm, moved, samples, sample) if leakage > 0 else None, None

    @staticmethod
    def _first_to_mix(calm: "_Calls", moved: "_Calls", samples: int, sample: int) -> Optional[str]:
        def leak(one: Optional[Tensor], two: Optional[Tensor]) -> Optional[float]:
            return _leakage(_moved(one, two), samples, sample) if one is not None and two is not None and one.shape == two.shape else None

        for (path, _, taken, made), (other_path, _, other_taken, other_made) in zip(calm.heard, moved.heard):
            if path == other_path and leak(made, other_made):
                return path if leak(taken, other_taken) == 0 else None
        return None

    def _exchange_answers(self) -> None:
        """Exchanges an answer where it stands in the input, and looks at whether the output that must predict it moves."""
        inputs, time_axis = self._inputs, 1 - min(self._samples, 1)
        shift = _shift(inputs, self._targets, time_axis) if inputs.dim() >= 2 else None
        if shift is None:
            return
        model = self._copy()
        calm = self._evaluate(model, inputs)
        place = _output_place(calm, inputs, self._samples, time_axis)
        if place is None:
            return
        length, (axis, shape), seen = inputs.shape[time_axis], place, []
        answers = self._targets.reshape(inputs.shape)
        for asked in sorted({int(part * (length - shift - 1)) for part in (0.2, 0.4, 0.6, 0.8)}):
            others = _exchange(answers, asked, time_axis, self._samples).reshape(self._targets.shape)
            changed = _exchange(inputs, asked + shift, time_axis, self._samples)
            first, second = self._slope(calm, self._targets), self._slope(calm, others)
            if first is None or second is None or bool((changed == inputs).all()):
                continue
            compared = (first.reshape(shape) != second.reshape(shape)).transpose(0, axis).flatten(1).any(1).nonzero().reshape(-1).tolist()
            if len(compared) == 1 and asked + shift > compared[0]:
                moved = _moved(calm.reshape(shape), self._evaluate(model, changed).reshape(shape)).select(axis, compared[0])
                seen.append(float(moved.any()))
        if seen:
            self._observe("answer_leakage", sum(seen) / len(seen))

    def _slope(self, output: Tensor, targets: Tensor) -> Optional[Tensor]:
        leaf = output.clone().requires_grad_()
        loss = self._loss(leaf, targets)
        return torch.autograd.grad(loss, leaf, allow_unused=True)[0] if loss.requires_grad and loss.numel() == 1 else None

    # ---- learning by heart

    def _learn(self) -> None:
        self._deadline = time.perf_counter() + self._time_limit
        alike = self._inputs.select(self._samples, 0).unsqueeze(self._samples).expand_as(self._inputs).contiguous()
        blind = learnt = math.inf
        if self._steps == 0 or not any(parameter.requires_grad for parameter in self._model.parameters()):
            self._left_out["learnt_loss"] = "learning by heart was left out"
            return
        for rate in _LEARNING_PROBE_RATES:
            unseen = self._lowest(alike, rate, 1, -math.inf)
            blind = min(blind, math.inf if unseen is None else unseen)
            seen = None if unseen is None else self._lowest(self._inputs, rate, _LEARNING_PROBE_MOST_ALLOWANCES, _LEARNING_PROBE_LEARNT * blind if blind > 0 else -math.inf)
            if seen is None:
                self._left_out["learnt_loss"] = "learning by heart did not end in time"
                return
            learnt = min(learnt, seen)
            if learnt < _LEARNING_PROBE_LEARNT * blind:
                break
        # Rules want to see several batches: that of each of these steps is the one that was measured.
        for metric, scope, value in self._lines[0]:
            if metric in self._OF_BATCH:
                for step in range(1, _PREFLIGHT_RUN_STEPS_OF_BATCH):
                    self._observe(metric, value, scope, step)
        if math.isfinite(blind) and math.isfinite(learnt):
            last = max(self._steps, self._GRADIENT_STEPS)
            self._observe("blind_loss", blind, "", last)
            self._observe("learnt_loss", learnt, "", last)

    def _lowest(self, inputs: Tensor, rate: float, allowances: int, enough: float) -> Optional[float]:
        """The lowest loss of a try; None when time ran out, or the loss was still falling at the end."""
        _seed(1)
        model = self._copy().train()
        for module in model.modules():
            if _kind_of(module) == "Dropout":
                module.eval()
        trainable = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
        optimizer = torch.optim.Adam([parameter for _, parameter in trainable], lr=rate)
        counts = 1 not in self._lines
        lowest = before = math.inf
        step = 0
        while lowest > enough:
            if step > 0 and step % self._steps == 0:
                falls = lowest < before - _LEARNING_PROBE_PROGRESS * abs(before)
                if step == allowances * self._steps or not falls:
                    return None if allowances > 1 and falls and step == allowances * self._steps else lowest
                before = lowest
            if time.perf_counter() > self._deadline:
                return None
            loss = self._loss(self._forward(model, inputs.clone()), self._targets)
            value = float(loss.detach())
            if not math.isfinite(value):
                break
            lowest = min(lowest, value)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            if counts and 0 < step < self._GRADIENT_STEPS:
                for name, parameter in trainable:
                    self._observe("gradient_present", 1 if parameter.grad is not None else 0, name, step)
            optimizer.step()
            step += 1
        return lowest

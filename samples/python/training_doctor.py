"""Records what happens inside a PyTorch model while it trains, for ``traindoctor diagnose``.

One file that needs nothing but torch: copy it beside your training script.

    doctor = TrainingDoctor.attach(model, optimizer=optimizer, loss=criterion, record_to="run.jsonl")
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        doctor.step(loss, targets)      # after optimizer.step(), before the next zero_grad()
    doctor.validation(loss=0.31, accuracy=0.92)
    doctor.complete()

Then, anywhere: ``traindoctor diagnose run.jsonl``. And before anything is trained, in seconds, on copies:

    preflight(model, criterion, optimizer, inputs, targets, record_to="preflight.jsonl")

It only reads. No random number is drawn, no tensor of the training is kept alive or changed, and once ``attach`` has returned nothing that goes wrong in here
reaches the training: a part that fails is switched off, logged once, and counted in ``faults``. ``TRAINDOCTOR=off`` in the environment makes a doctor that
does nothing. The format is described in docs/telemetry.md; what is measured, and when, follows the C# monitor. Python 3.8 or later, torch 1.10 or later.
"""

from __future__ import annotations

import contextlib
import copy
import datetime
import glob
import inspect
import json
import logging
import math
import os
import sys
import threading
import time
import weakref
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple, Union

import torch
from torch import Tensor, nn

__all__ = ["SamplingSchedule", "TrainingDoctor", "preflight"]
__version__ = "1.0"

_log = logging.getLogger("training_doctor")


@dataclass(frozen=True)
class SamplingSchedule:
    """
    Which steps are measured in full. Loss and learning rate are taken at every step whatever the schedule.

    Of the steps that it asks for, a few are measured whatever they cost: the first twenty-two, then ever fewer, so that their number grows like the logarithm of the run's length
    (106 of 1,000 steps, 156 of 10,000); the step at which the loss first is no number; and two after each alarm. All others are measured as far as ``max_overhead`` allows.
    """

    dense_steps: int = 100
    """The number of steps at the start that are all measured."""
    interval: int = 10
    """The number of steps from one measured step to the next, later."""
    alarmed_steps: int = 100
    """The number of steps that are all measured after the loss jumped or was no number."""
    max_overhead: Optional[float] = 0.02
    """The share of the training's time that measuring may take, beyond the steps that are measured whatever they cost; None for no limit."""

    def __post_init__(self) -> None:
        if self.dense_steps < 0 or self.alarmed_steps < 0 or self.interval < 1:
            raise ValueError("SamplingSchedule: dense_steps and alarmed_steps must be 0 or more, interval 1 or more.")
        if self.max_overhead is not None and not 0 < self.max_overhead <= 1:
            raise ValueError("SamplingSchedule: max_overhead must be above 0 and at most 1, or None.")


class TrainingDoctor:
    """Watches one model while it is trained and records the run."""

    def __init__(self, model: nn.Module, optimizer: Any, loss: Any, record_to: str, name: Optional[str], task: Optional[str],
                 planned_steps: Optional[int], sampling: SamplingSchedule, record_limit: int) -> None:
        self.faults: Dict[str, int] = {}
        """What went wrong in here, with how often: empty when all is well."""
        self._gate = threading.RLock()
        self._model = model
        self._optimizer = optimizer
        self._recording = _Recording(record_to, record_limit)
        self._clock = _SampleClock(sampling)
        self._readback = _Readback()
        self._batch = _BatchProbe()
        self._rows = _SeenRows()
        self._comparison = _StepComparison()
        self._validation = _ValidationComparison()
        self._evaluation = _EvaluationProbe()
        self._flow = _DataFlow()
        self._parameters = _ParameterProbes()
        self._output = _LayerProbe(_OUTPUT_SCOPE, "Other")
        self._layers: List[_LayerProbe] = []
        self._outputs = _OutputProbe()
        self._handles: List[Any] = []
        self._dense: List[Tuple[nn.Module, "_Hook"]] = []
        self._dense_handles: List[Any] = []
        self._lines: List[Tuple[str, str, float]] = []
        self._step = 0
        self._loss = self._loss_before = math.nan
        self._fired = 0
        self._sampled = True
        self._over = False
        self._saw_input = False
        self._saw_training_mode = False
        self._trains_in_training_mode = False
        self._compared = False
        self._alarmed = False
        self._prediction: Optional[Tuple[int, ...]] = None
        self._model_had_gradients: Optional[bool] = None
        self._weight_decay: Optional[float] = None
        run = self._describe(model, optimizer, loss, record_to, name, task, planned_steps)
        self._guarded("recording", self._recording.begin, run)
        with torch.no_grad():
            self._guarded("measuring parameters", self._parameters.remember, model, -1)

    @classmethod
    def attach(cls, model: nn.Module, *, optimizer: Any = None, loss: Any = None, record_to: Union[str, "os.PathLike[str]"] = "run.jsonl", name: Optional[str] = None,
               task: Optional[str] = None, planned_steps: Optional[int] = None, sampling: Optional[SamplingSchedule] = None,
               record_limit: int = 1 << 30) -> "TrainingDoctor":
        """Attaches a doctor to a model. All but the model is optional; the more it is given, the more rules can judge.

        :param model: The model, of any nesting. Attach before it is compiled, traced or wrapped.
        :param optimizer: The optimizer: learning rate, weight decay, and which parameters it holds.
        :param loss: The loss: a module such as ``nn.CrossEntropyLoss()``, or a function such as ``torch.nn.functional.cross_entropy``.
        :param record_to: The file to write. It is replaced.
        :param name: The name of the run; the model's type by default.
        :param task: What the network is trained to do, e.g. ``"regression"``, ``"multiclass-classification"`` or ``"policy-optimization"``.
        :param planned_steps: How many steps the run is meant to take.
        :param sampling: Which steps are measured in full.
        :param record_limit: How many bytes the recording may take; beyond that its oldest parts are dropped, but never the first.
        :raises TypeError: ``model`` is no module.
        :raises ValueError: An argument is wrong.
        :raises OSError: ``record_to`` cannot be written.
        """
        if not isinstance(model, nn.Module):
            raise TypeError("TrainingDoctor.attach: model must be a torch.nn.Module, not {}.".format(type(model).__name__))
        if task is not None and _pascal(task) not in _TASKS:
            raise ValueError("TrainingDoctor.attach: task must be one of {}, not {!r}.".format(", ".join(_TASKS), task))
        if record_limit < 1 << 20:
            raise ValueError("TrainingDoctor.attach: record_limit must be 1 MiB or more.")
        if _is_switched_off():
            return _IdleDoctor()
        return cls(model, optimizer, loss, os.fspath(record_to), name, task, planned_steps, sampling or SamplingSchedule(), record_limit)

    def step(self, loss: Union[Tensor, float], targets: Optional[Tensor] = None) -> None:
        """Tells that a step was taken: after ``optimizer.step()``, before the next ``zero_grad()``.

        :param loss: The step's loss, a single number; of several the mean is taken.
        :param targets: What the model should have answered, when it is at hand.
        """
        self._guarded("taking a step", self._take_step, loss, targets)

    def validation(self, loss: Optional[float] = None, accuracy: Optional[float] = None, error: Optional[float] = None, dataset: Optional[str] = None,
                   epoch: Optional[float] = None) -> None:
        """Tells the result of a validation.

        :param loss: The mean loss.
        :param accuracy: The share of right answers, from 0 to 1, or another score where higher is better.
        :param error: A score where lower is better.
        :param dataset: The name of a further evaluation set; None for the main one.
        :param epoch: The number of epochs finished.
        """
        self._guarded("taking a validation", self._take_validation, loss, accuracy, error, dataset, epoch)

    def epoch(self, epoch: float) -> None:
        """Tells that an epoch is over, given the number of epochs finished."""
        self._guarded("taking an epoch", self._tell, ("epoch", "", epoch))

    def training_accuracy(self, accuracy: float) -> None:
        """Tells how well the model does on what it is trained on: the share of right answers, from 0 to 1."""
        self._guarded("taking an accuracy", self._tell, ("accuracy", "", accuracy))

    def report(self, name: str, value: Union[Tensor, float]) -> None:
        """Tells a number that rules on particular kinds of training watch: a reward, a divergence, an entropy, the losses of two networks.

        :param name: What frameworks call it, as kl, ep_rew_mean, rewards/format or d_loss; the names of metrics go too. A name that nobody knows is passed over by the diagnosis.
        :param value: The number. It belongs to the last step taken.
        """
        self._guarded("taking a number", self._tell, (name, "", value))

    def complete(self) -> None:
        """Ends the run: writes the last line and takes the hooks off. Further calls do nothing."""
        self._guarded("ending the run", self._take_end)
        self.close()

    def close(self) -> None:
        """Takes the hooks off and closes the file, without saying that the run came to its end."""
        with self._gate:
            self._over = True
            for release in [handle.remove for handle in self._handles + self._dense_handles] + [
                    self._recording.close, self._parameters.forget, self._outputs.forget, self._handles.clear, self._dense_handles.clear, self._dense.clear]:
                with contextlib.suppress(Exception):
                    release()

    def __enter__(self) -> "TrainingDoctor":
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None:
            self.complete()
        else:
            self.close()

    # ---- attaching

    def _describe(self, model: nn.Module, optimizer: Any, loss: Any, record_to: str, name: Optional[str], task: Optional[str],
                  planned_steps: Optional[int]) -> Dict[str, Any]:
        run: Dict[str, Any] = {
            "name": name or type(model).__name__, "source": "pytorch", "framework": "pytorch", "path": record_to, "task": task and _pascal(task),
            "startedAt": datetime.datetime.now(datetime.timezone.utc).isoformat(), "plannedSteps": planned_steps,
        }
        with torch.no_grad():
            self._guarded("describing the model", lambda: run.update(model=_describe_model(model, optimizer, self._hook_layer)))
            self._guarded("finding the device", lambda: run.update(device=str(next(model.parameters()).device)) if any(True for _ in model.parameters()) else None)
            if optimizer is not None:
                self._guarded("describing the optimizer", lambda: run.update(optimizer=_describe_optimizer(optimizer, model)))
            if loss is not None:
                self._guarded("describing the loss", lambda: run.update(loss=_describe_loss(loss)))
        self._guarded("finding lines of the source", lambda: run.update(places=_places(model)))
        self._weight_decay = run.get("optimizer", {}).get("weightDecay")
        # A function leaves out what it is told at each call, which nobody sees.
        # Losses of pairs and triplets of embeddings take them first, and labels last or none.
        self._compares_pairs = not isinstance(loss, nn.Module) or not any(part in type(loss).__name__ for part in ("Triplet", "Ranking", "CosineEmbedding"))
        self._comparison.knows_loss = isinstance(loss, nn.Module)
        self._comparison.ignored = self._batch.ignored = run.get("loss", {}).get("ignoredIndex")
        if any(probe.is_modal for probe in self._layers):
            self._guarded("hooking the model", lambda: self._handles.append(model.register_forward_pre_hook(_Hook(self, "hearing the model", self._before_model))))
        self._guarded("hooking the model", lambda: self._handles.append(model.register_forward_hook(_Hook(self, "hearing the model", self._after_model))))
        if isinstance(loss, nn.Module):
            self._guarded("hooking the loss", lambda: self._handles.append(loss.register_forward_hook(_Hook(self, "hearing the loss", self._after_loss))))
        return run

    def _hook_layer(self, path: str, module: nn.Module, kind: str, activation: Optional[str]) -> bool:
        probe = _LayerProbe(path, kind, _bounds_of(module, activation))
        probe.note_module(module)
        hook = _Hook(self, "hearing layer '{}'".format(path), self._after_layer, probe)
        hooked = self._guarded("hooking layer '{}'".format(path), lambda: self._place(probe, module, hook))
        if hooked:
            self._layers.append(probe)
        return hooked

    def _place(self, probe: "_LayerProbe", module: nn.Module, hook: "_Hook") -> None:
        """Layers whose mode matters are heard always, all others only in steps that are measured: even a hook that does nothing costs a small layer a tenth of its time."""
        handle = module.register_forward_hook(hook)
        if probe.is_modal:
            self._handles.append(handle)
        else:
            self._dense.append((module, hook))
            self._dense_handles.append(handle)

    def _listen(self) -> None:
        if self._sampled and not self._dense_handles:
            self._dense_handles = [module.register_forward_hook(hook) for module, hook in self._dense]
        elif not self._sampled and self._dense_handles:
            for handle in self._dense_handles:
                handle.remove()
            self._dense_handles = []

    # ---- hooks: they return None, so that the output is passed on as it is

    def _before_model(self, module: nn.Module, inputs: Any) -> None:
        self._model_had_gradients = torch.is_grad_enabled()

    def _after_model(self, module: nn.Module, inputs: Any, output: Any) -> None:
        self._model_had_gradients = None
        if self._over:
            return
        if not self._is_training():
            self._measuring("looking rows up", self._rows.add_evaluation, _first_tensor(inputs))
            self._measuring("comparing validation with training", self._take_evaluation, inputs)
            if not self._evaluation.over and not module.training:
                self._measuring("keeping an evaluation", self._evaluation.keep, inputs, output)
        elif self._sampled and not self._output.off:
            self._measuring(self._output, self._take_output, inputs, output)

    def _after_layer(self, probe: "_LayerProbe", module: nn.Module, inputs: Any, output: Any) -> None:
        if probe.off or self._over:
            return
        if not self._is_training():
            # Parts of a training step may run without gradients too: checkpointed blocks, frozen encoders. Those are no evaluation.
            if probe.is_modal and self._model_had_gradients is not True:
                probe.mode_in_evaluation = module.training
            return
        probe.calls += 1
        self._saw_training_mode |= self._model.training
        if probe.is_modal:
            probe.mode_in_training = module.training
        if self._sampled:
            # Nothing in here makes a graph: what is computed with is detached first.
            started = time.perf_counter()
            self._take_layer(probe, inputs, output)
            self._clock.spend(started)

    def _after_loss(self, module: nn.Module, inputs: Any, output: Any) -> None:
        if self._over:
            return
        if not self._is_training():
            self._measuring("comparing validation with training", self._take_evaluation_target, inputs)
        elif self._sampled and not self._compared:
            self._measuring("seeing what is compared", self._take_compared, inputs)

    def _is_training(self) -> bool:
        """Without gradients nothing is trained, and a model that trains in training mode is evaluated in evaluation mode."""
        return torch.is_grad_enabled() and (self._model.training or not self._trains_in_training_mode)

    # ---- measuring

    def _take_layer(self, probe: "_LayerProbe", inputs: Any, output: Any) -> None:
        if not self._saw_input:
            self._measure_input(inputs)
        made = _first_tensor(output)
        if probe.order < 0:
            taken = _first_tensor(inputs)
            probe.order = self._fired
            self._fired += 1
            self._observe("call_order", probe.path, probe.order)
            self._report_origin(probe.path, taken, probe.kind in ("Activation", "Dropout"))
        if probe.takes_places_first:
            probe.note_sequence(_first_tensor(inputs))
        if made is not None:
            if probe.kind == "Linear" and made.dim() == 3:
                self._guarded("laying outputs beside targets", self._comparison.keep_layer, made)
            elif probe.kind == "Convolution":
                self._guarded("laying outputs beside targets", self._comparison.keep_image, probe.path, _first_tensor(inputs))
            if self._flow.covers(self._step):
                self._flow.add(made, probe.order)
            if not self._compared:
                self._prediction = made.shape
            self._measure(probe, inputs, made)

    def _take_output(self, inputs: Any, output: Any) -> None:
        made = _first_tensor(output)
        if made is None:
            return
        self._measure_input(inputs)
        self._guarded("laying outputs beside targets", self._comparison.keep, inputs, made)
        batch = _first_tensor(inputs)
        if batch is not None:
            self._guarded("comparing validation with training", self._validation.add_training, batch)
        if not self._compared:
            self._prediction = made.shape
        self._measure(self._output, None, made)
        if self._output.order < 0:
            self._output.order = 0
            self._report_origin(_OUTPUT_SCOPE, made, False)

    def _take_compared(self, inputs: Any) -> None:
        if self._compares_pairs and isinstance(inputs, tuple) and len(inputs) >= 2 and isinstance(inputs[0], Tensor) and isinstance(inputs[1], Tensor):
            self._prediction, self._compared = tuple(inputs[0].shape), True
            self._guarded("laying outputs beside targets", self._comparison.keep_compared, inputs[0], inputs[1])
            self._report_broadcast(inputs[1])

    def _take_evaluation(self, inputs: Any) -> None:
        batch = _first_tensor(inputs)
        if batch is not None:
            self._validation.add_evaluation(batch)

    def _take_evaluation_target(self, inputs: Any) -> None:
        if self._compares_pairs and isinstance(inputs, tuple) and len(inputs) >= 2 and isinstance(inputs[0], Tensor) and isinstance(inputs[1], Tensor):
            self._validation.add_evaluation_target(inputs[0], inputs[1])

    def _measure(self, probe: "_LayerProbe", inputs: Any, made: Tensor) -> None:
        """Measures an output: of a layer that is called several times in a step, the first."""
        if probe.measured_step != self._step and _can_measure(made):
            if probe.kind == "BatchNormalization":
                probe.note(_first_tensor(inputs))
            self._outputs.add(probe, made, self._readback)
            probe.measured_step = self._step

    def _measure_input(self, inputs: Any) -> None:
        batch = _first_tensor(inputs)
        if not self._saw_input and batch is not None:
            self._saw_input = True
            self._guarded("measuring inputs", self._batch.measure_input, batch, self._readback, self._observe)
            self._guarded("remembering rows", self._rows.add_training, batch)

    def _report_origin(self, scope: str, taken: Optional[Tensor], in_place: bool) -> None:
        if taken is not None and self._flow.covers(self._step):
            origin = self._flow.origin_of(taken, in_place)
            if origin is not None:
                self._observe("input_origin", scope, origin)

    def _report_broadcast(self, target: Tensor) -> None:
        if self._prediction is not None and target.is_floating_point():
            elements = target.numel()
            differs = elements > 1 and tuple(target.shape) != self._prediction and elements == _product(self._prediction)
            self._observe("target_broadcast", "", 1 if differs else 0)

    # ---- steps

    def _take_step(self, loss: Any, targets: Any) -> None:
        if self._over:
            return
        started = time.perf_counter()
        with torch.no_grad():
            self._guarded("taking a loss", self._take_loss, loss)
            if self._optimizer is not None:
                self._guarded("reading the learning rate", self._take_rate)
            if self._sampled or self._alarmed:
                # An alarm in a step whose layers were not heard: gradients and weights are still here, and the layers follow in the next step.
                self._measure_step(targets if isinstance(targets, Tensor) else None)
            self._flush(self._step)
            self._comparison.end_step()
            # A program that evaluates and does not go back trains in evaluation mode from then on.
            self._trains_in_training_mode = self._saw_training_mode if self._sampled else self._trains_in_training_mode or self._saw_training_mode
            self._saw_input = self._saw_training_mode = self._compared = self._alarmed = False
            self._step += 1
            self._sampled = self._clock.wants(self._step)
            if self._sampled:
                self._guarded("measuring parameters", self._parameters.remember, self._model, self._step - 1)
            else:
                self._parameters.forget()
            if self._sampled != bool(self._dense_handles):
                self._guarded("hooking the layers", self._listen)
        self._clock.spend(started)

    def _measure_step(self, targets: Optional[Tensor]) -> None:
        if targets is not None:
            self._guarded("measuring targets", self._take_targets, targets)
        self._guarded("laying outputs beside targets", self._comparison.measure, self._loss, self._loss_before, targets, self._observe)
        self._guarded("measuring parameters", self._parameters.measure, self._model, self._step, self._readback)
        self._guarded("measuring layers", self._outputs.reduce, self._readback)
        self._guarded("reading devices back", self._readback.fetch)
        self._guarded("measuring inputs", self._batch.report, self._readback, self._observe)
        self._guarded("measuring layers", self._outputs.report, self._readback, self._lines)
        self._guarded("measuring parameters", self._parameters.report, self._readback, self._weight_decay, self._lines)
        self._readback.clear()
        for probe in self._layers:
            if probe.mode_in_training is not None:
                self._observe("training_mode", probe.path, 1 if probe.mode_in_training else 0)
                probe.mode_in_training = None
            swapped = None if targets is None or probe.sequence is None else probe.is_axis_swapped(targets)
            if swapped is not None:
                self._observe("sequence_axis_swapped", probe.path, 1 if swapped else 0)

    def _take_loss(self, loss: Any) -> None:
        value = float(loss) if not isinstance(loss, Tensor) else loss.item() if loss.numel() == 1 else float(loss.detach().double().mean())
        self._observe("loss", "", value)
        self._loss_before, self._loss = self._loss, value
        self._alarmed = self._clock.observe(self._step, value)

    def _take_rate(self) -> None:
        self._observe("learning_rate", "", float(self._optimizer.param_groups[0]["lr"]))

    def _take_targets(self, targets: Tensor) -> None:
        self._batch.measure_target(targets, self._prediction, self._readback, self._observe)
        if not self._compared:
            self._report_broadcast(targets)
        self._validation.add_training_target(targets)

    def _take_validation(self, loss: Any, accuracy: Any, error: Any, dataset: Optional[str], epoch: Any) -> None:
        scope = "" if dataset is None else "dataset:" + dataset
        told = [("epoch", "", epoch), ("validation_loss", scope, loss), ("validation_accuracy", scope, accuracy), ("validation_error", scope, error),
                ("validation_overlap", "", self._rows.take_share())]
        self._guarded("comparing validation with training", lambda: told.extend(self._validation.take()))
        self._guarded("evaluating once more", lambda: told.extend(self._evaluation.look(self._model, self._comparison.samples_first, self._comparison.shift)))
        for probe in self._layers:
            if probe.momentum is not None:
                told.append(("normalization_start_share", probe.path, (1 - probe.momentum) ** probe.calls))
            if probe.mode_in_evaluation is not None:
                told.append(("validation_training_mode", probe.path, 1 if probe.mode_in_evaluation else 0))
                probe.mode_in_evaluation = None
        self._tell(*told)

    def _take_end(self) -> None:
        if not self._over:
            if self._step > 0:
                self._tell(*[("call_count", probe.path, probe.calls) for probe in self._layers])
            self._flush(self._step)
            self._recording.complete()

    def _tell(self, *told: Tuple[str, str, Any]) -> None:
        """Takes what belongs to the last step taken, unless the next has begun already: steps never decrease."""
        if self._over:
            return
        for metric, scope, value in told:
            if value is not None:
                self._observe(metric, scope, float(value))
        if not (self._outputs.has_any or self._saw_input or self._compared):
            self._flush(max(0, self._step - 1))

    def _observe(self, metric: str, scope: str, value: float) -> None:
        self._lines.append((metric, scope, value))

    def _flush(self, step: int) -> None:
        lines, self._lines = self._lines, []
        if lines:
            self._guarded("recording", self._recording.write_step, step, lines)

    # ---- faults

    def _measuring(self, part: Union[str, "_LayerProbe"], action: Callable[..., Any], *arguments: Any) -> None:
        """Measures within the training's own calls: without gradients, and with the time taken."""
        started = time.perf_counter()
        with torch.no_grad():
            self._guarded(part, action, *arguments)
        self._clock.spend(started)

    def _guarded(self, part: Union[str, "_LayerProbe"], action: Callable[..., Any], *arguments: Any) -> bool:
        """Runs a part of the doctor. One that throws is counted and from then on left out, unless it only takes what it is told; training goes on."""
        name = part if isinstance(part, str) else "measuring layer '{}'".format(part.path)
        with self._gate:
            if name in self.faults and not name.startswith("taking "):
                return False
            try:
                action(*arguments)
                return True
            except Exception as error:  # noqa: BLE001, whatever it is, it must not reach the training.
                if not isinstance(part, str):
                    part.off = True
                self._note_fault(name, error)
                return False

    def _note_fault(self, name: str, error: Exception) -> None:
        if name not in self.faults:
            _log.warning("%s failed: %s: %s", name, type(error).__name__, error)
        self.faults[name] = self.faults.get(name, 0) + 1


class _IdleDoctor(TrainingDoctor):
    """Does nothing."""

    def __init__(self) -> None:
        self.faults = {}

    def _guarded(self, part: Any, action: Callable[..., Any], *arguments: Any) -> bool:
        return True

    def close(self) -> None:
        pass


class _Hook:
    """A hook that copies and pickles of the model leave behind: they are not watched, and a doctor can be neither copied nor pickled."""

    def __init__(self, doctor: TrainingDoctor, part: str, action: Callable[..., None], *first: Any) -> None:
        self._doctor, self._part, self._action, self._first = doctor, part, action, first
        self._is_off = False

    def __call__(self, *arguments: Any) -> None:
        # Called for every layer of every measured step: what it shares with ``_guarded`` is written out here.
        if not self._is_off:
            with self._doctor._gate:
                try:
                    self._action(*self._first, *arguments)
                except Exception as error:  # noqa: BLE001, whatever it is, it must not reach the training.
                    self._is_off = True
                    self._doctor._note_fault(self._part, error)

    def __deepcopy__(self, memo: Any) -> Any:
        return _NOTHING.__exit__

    def __reduce__(self) -> Any:
        # Takes any arguments and returns None, and whoever loads the model has it: this file need not be at hand.
        return getattr, (_NOTHING, "__exit__")


_NOTHING = contextlib.nullcontext()

# ---- when


class _SampleClock:
    """Decides which steps are measured in full: the schedule asks, the budget grants."""

    _CERTAIN_STEPS = 22
    _CERTAIN_AFTER_ALARM = 2
    _ALARM_WEIGHT = 0.05
    _ALARM_DEVIATIONS = 6.0
    _ALARM_WARM_UP = 20

    def __init__(self, schedule: SamplingSchedule) -> None:
        self._schedule = schedule
        self._started = time.perf_counter()
        self._spent = 0.0
        self._granted = 0
        self._alarmed_until = self._certain_until = -1
        self._mean = self._deviation = 0.0
        self._count = 0
        self._was_finite = True

    def spend(self, started: float) -> None:
        self._spent += time.perf_counter() - started

    def observe(self, step: int, loss: float) -> bool:
        """Takes a loss, at every step. True where one that is no number, or that stands out above those before, begins an alarm."""
        above = loss - self._mean
        if math.isfinite(loss):
            alarm = self._count >= self._ALARM_WARM_UP and above > self._ALARM_DEVIATIONS * self._deviation and above > 0.01 * abs(self._mean)
            self._count += 1
            weight = max(self._ALARM_WEIGHT, 1.0 / self._count)
            self._deviation += weight * (abs(above) - self._deviation)
            self._mean += weight * above
        else:
            alarm = True
        begins = alarm and step > self._alarmed_until and (self._was_finite or math.isfinite(loss))
        self._was_finite = math.isfinite(loss)
        if begins:
            self._certain_until = step + self._CERTAIN_AFTER_ALARM
        if alarm:
            self._alarmed_until = step + self._schedule.alarmed_steps
        return begins

    def wants(self, step: int) -> bool:
        schedule = self._schedule
        if step <= self._certain_until:
            return True
        planned = step < schedule.dense_steps or step <= self._alarmed_until or step % schedule.interval == 0
        certain = self._granted < self._CERTAIN_STEPS * (1 + math.log(max(1.0, (step + 1) / self._CERTAIN_STEPS)))
        limit = schedule.max_overhead
        if planned and (certain or limit is None or self._spent < limit * (time.perf_counter() - self._started)):
            self._granted += 1
            return True
        return False


# ---- what is written


class _Recording:
    """The file: appended to and handed to the operating system line by line. When large it goes on in further parts; the first and the newest are kept."""

    _PARTS = 8

    def __init__(self, path: str, limit: int) -> None:
        self._path = os.path.abspath(path)
        self._part_length = limit // self._PARTS
        self._written = self._part = 0
        self._oldest = 1
        self._run = "{}"
        self._spelling = _Spelling()
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        for old in glob.glob(glob.escape(self._path) + ".*"):
            if old[len(self._path) + 1:].isdigit():
                os.remove(old)
        self._file = open(self._path, "wb", buffering=0)

    def begin(self, run: Mapping[str, Any]) -> None:
        self._run = _json(run)
        self._write('{{"telemetry":"1.0","run":{}}}'.format(self._run))

    def write_step(self, step: int, measurements: Sequence[Tuple[str, str, float]]) -> None:
        self._write('{{"step":{},"m":{}}}'.format(step, self._spelling.spell(measurements)))
        if self._written >= self._part_length:
            self._roll()

    def complete(self) -> None:
        self._write('{"complete":true}')

    def close(self) -> None:
        self._file.close()

    def _roll(self) -> None:
        self._file.close()
        self._part += 1
        self._file = open("{}.{}".format(self._path, self._part), "wb", buffering=0)
        self._written = 0
        if self._part - self._oldest >= self._PARTS - 1:
            os.remove("{}.{}".format(self._path, self._oldest))
            self._oldest += 1
        self._write('{{"part":{},"telemetry":"1.0","run":{}}}'.format(self._part, self._run))

    def _write(self, line: str) -> None:
        data = (line + "\n").encode("utf-8")
        self._file.write(data)
        self._written += len(data)


class _Spelling:
    """Spells the measurements of a step. Most steps measure the same, so that all but the numbers is spelt once; those have the seventeen digits that tell them exactly."""

    _MOST_KEPT = 16

    def __init__(self) -> None:
        self._forms: Dict[Tuple[Tuple[str, str], ...], str] = {}

    def spell(self, measurements: Sequence[Tuple[str, str, float]]) -> str:
        values = tuple([value for _, _, value in measurements])
        if not math.isfinite(sum(values)):
            return _json(measurements)
        heads = tuple([(metric, scope) for metric, scope, _ in measurements])
        form = self._forms.get(heads)
        if form is None:
            if len(self._forms) >= self._MOST_KEPT:
                self._forms.clear()
            form = self._forms[heads] = "[" + ",".join("[{},{},".format(json.dumps(metric), json.dumps(scope)).replace("%", "%%") + "%.17g]" for metric, scope in heads) + "]"
        return form % values


def _json(value: Any) -> str:
    return json.dumps(_plain(value), separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    """JSON has neither NaN nor infinities, and what is not known is left out."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


# ---- statistics, computed where the tensors lie


class _Readback:
    """Collects what is computed during a step and brings all of it to main memory with one transfer for each device and type."""

    def __init__(self) -> None:
        self._parts: List[Tensor] = []
        self._values: Dict[int, Tensor] = {}

    def add(self, numbers: Tensor) -> int:
        self._parts.append(numbers)
        return len(self._parts) - 1

    def fetch(self) -> None:
        transfers: Dict[Tuple[torch.device, torch.dtype], List[int]] = {}
        for index, part in enumerate(self._parts):
            if part.device.type == "cpu":
                self._values[index] = part.double()
            else:
                transfers.setdefault((part.device, part.dtype), []).append(index)
        for indices in transfers.values():
            everything = torch.cat([self._parts[index].reshape(-1) for index in indices]).cpu().double()
            for index, values in zip(indices, everything.split([self._parts[index].numel() for index in indices])):
                self._values[index] = values.reshape(self._parts[index].shape)
        self._parts.clear()

    def take(self, ticket: int) -> Tensor:
        return self._values[ticket]

    def clear(self) -> None:
        self._parts.clear()
        self._values.clear()


class _Statistics(NamedTuple):
    """What one look at a tensor gives. Moments and extremes are those of the finite elements."""

    count: float
    non_finite: float
    mean: float
    deviation: float
    skewness: float
    minimum: float
    maximum: float
    zero_fraction: float
    negative_fraction: float

    LENGTH = 9

    @property
    def magnitude(self) -> float:
        return max(abs(self.minimum), abs(self.maximum))

    @property
    def norm(self) -> float:
        return math.nan if self.non_finite > 0 else math.sqrt(self.count * (self.mean * self.mean + self.deviation * self.deviation))

    @classmethod
    def reduce(cls, tensor: Tensor) -> Tensor:
        """Reduces a tensor, not empty, to the numbers that ``read`` makes statistics of."""
        return cls.reduce_rows(_flat(tensor).unsqueeze(0))[0]

    @classmethod
    def reduce_rows(cls, rows: Tensor) -> Tensor:
        """Reduces each row of a table, so that many tensors of one size take no more calls than one."""
        length = max(1, _PIECE // rows.shape[0])
        return cls.merge([cls.reduce_piece(piece) for piece in rows.split(length, 1)])

    @classmethod
    def merge(cls, pieces: List[Tensor]) -> Tensor:
        """Puts the numbers of the pieces of rows together."""
        if len(pieces) == 1:
            return pieces[0]
        count, mean, squares, cubes, minimum, maximum, zeros, negatives, bad = torch.stack(pieces).unbind(2)
        means = mean.masked_fill(count == 0, 0.0)
        whole = (count * means).sum(0) / count.sum(0)
        shift = means - whole
        return torch.stack([
            count.sum(0), whole, (squares + count * shift * shift).sum(0), (cubes + 3 * shift * squares + count * shift * shift * shift).sum(0), minimum.amin(0), maximum.amax(0),
            zeros.sum(0), negatives.sum(0), bad.sum(0)], 1)

    @classmethod
    def reduce_piece(cls, narrow: Tensor) -> Tensor:
        """Reduces each row of a table."""
        rows = _widen(narrow)
        narrow = narrow if narrow.dtype == torch.float32 else rows
        total = rows.sum(1)
        # Asking a device would make it wait, main memory answers at once. A sum is finite only where every number is.
        if rows.device.type == "cpu" and math.isfinite(float(total.sum())):
            count = total.new_full(total.shape, rows.shape[1])
            bad = total.new_zeros(total.shape)
            mean = total / rows.shape[1]
            difference = rows - mean.unsqueeze(1)
            minimum, maximum = narrow.amin(1), narrow.amax(1)
            signs = narrow.sign()
            # Whole numbers: single precision holds them up to the size of a piece.
            balance, filled = signs.sum(1), signs.abs_().sum(1)
            zeros, negatives = rows.shape[1] - filled, (filled - balance) / 2
        else:
            mask = ~torch.isfinite(rows)
            bad = mask.sum(1).to(rows.dtype)
            count = rows.shape[1] - bad
            mean = rows.masked_fill(mask, 0.0).sum(1) / count
            difference = (rows - mean.unsqueeze(1)).masked_fill(mask, 0.0)
            minimum, maximum = rows.masked_fill(mask, math.inf).amin(1), rows.masked_fill(mask, -math.inf).amax(1)
            zeros, negatives = (rows == 0).sum(1), (rows < 0).sum(1)
        squares = difference * difference
        numbers = (count, mean, squares.sum(1), (squares * difference).sum(1), minimum, maximum, zeros, negatives, bad)
        return torch.stack([number.to(rows.dtype) for number in numbers], 1)

    @classmethod
    def read(cls, numbers: Tensor) -> "_Statistics":
        return cls.of(numbers[:cls.LENGTH].tolist())

    @classmethod
    def of(cls, numbers: Sequence[float]) -> "_Statistics":
        finite, mean, squares, cubes, minimum, maximum, zeros, negatives, bad = numbers
        if finite == 0:
            return cls(bad, bad, math.nan, math.nan, 0.0, math.nan, math.nan, 0.0, negatives / bad)
        variance = squares / finite
        deviation = math.sqrt(variance)
        scale = variance * deviation
        skewness = cubes / finite / scale if scale > 0 and math.isfinite(scale) else 0.0
        total = finite + bad
        return cls(total, bad, mean, deviation, skewness, minimum, maximum, zeros / total, negatives / total)


def _can_measure(tensor: Tensor) -> bool:
    return tensor.is_floating_point() and tensor.numel() > 0 and tensor.device.type != "meta"


_PIECE = 1 << 20
"""How many elements are widened at a time, so that measuring needs little memory beside the training."""


def _flat(tensor: Tensor) -> Tensor:
    dense = tensor.detach()
    return (dense if dense.layout is torch.strided else dense.to_dense()).reshape(-1)


def _widen(tensor: Tensor) -> Tensor:
    """Double precision, except where a device has none."""
    return tensor.to(torch.float32 if tensor.device.type == "mps" else torch.float64)


Observer = Callable[[str, str, float], None]
Lines = List[Tuple[str, str, float]]
_OUTPUT_SCOPE = "(output)"


class _LayerProbe:
    """Watches one layer: how often it is called, in which mode, and what comes out of it."""

    def __init__(self, path: str, kind: str, bounds: Optional[Tuple[float, float]] = None) -> None:
        self.path = path
        self.kind = kind
        self.bounds = bounds
        self.is_modal = kind in ("Dropout", "BatchNormalization")
        self.calls = 0
        self.order = -1
        self.measured_step = -1
        self.mode_in_training: Optional[bool] = None
        self.mode_in_evaluation: Optional[bool] = None
        self.off = False
        self.normalized: Optional[float] = None
        self.layout: Optional["_Layout"] = None
        # For every unit, how many samples and batches in a row it was zero, or at a bound.
        self.runs: Optional[Tensor] = None
        self.seen_samples = self.seen_batches = 0
        self.momentum: Optional[float] = None
        """How fast the running statistics of a batch normalisation follow; None for those of all batches alike, and for other layers."""
        self.takes_places_first = False
        self.sequence: Optional[Tuple[int, int]] = None

    def note_module(self, module: nn.Module) -> None:
        """Notes what can be told of a layer by its kind."""
        if self.kind == "BatchNormalization" and getattr(module, "running_var", None) is not None:
            momentum = getattr(module, "momentum", None)
            self.momentum = None if momentum is None else float(momentum)
        self.takes_places_first = self.kind in ("Recurrent", "Attention") and getattr(module, "batch_first", None) is False

    def note_sequence(self, taken: Optional[Tensor]) -> None:
        self.sequence = (taken.shape[0], taken.shape[1]) if taken is not None and taken.dim() == 3 else None

    def is_axis_swapped(self, target: Tensor) -> Optional[bool]:
        """Whether the sequence of the step has samples where its layer takes places; None where the sizes do not tell."""
        assert self.sequence is not None
        first, second = self.sequence
        if first == second or target.dim() == 0 or (target.dim() > 1 and target.shape[1] in (first, second)):
            return None
        return False if target.shape[0] == second else True if target.shape[0] == first else None

    def note(self, taken: Optional[Tensor]) -> None:
        """Notes over how many values a batch normalisation averages."""
        self.normalized = taken.numel() / taken.shape[1] if taken is not None and taken.dim() >= 2 else None


class _Layout(NamedTuple):
    """What outputs must have in common to be measured in one pass."""

    shape: Tuple[int, ...]
    dtype: torch.dtype
    device: torch.device
    units: int
    inner: int
    bounds: Optional[Tuple[float, float]]

    @property
    def samples(self) -> int:
        return _product(self.shape) // (self.units * self.inner)

    @classmethod
    def of(cls, probe: _LayerProbe, made: Tensor) -> "_Layout":
        shape = tuple(made.shape)
        if len(shape) < 2:
            return cls(shape, made.dtype, made.device, 0, 1, None)
        # Units are dimension 1 of images, and of sequences out of convolutions; the last dimension of everything else.
        channels = len(shape) >= 4 or (len(shape) == 3 and probe.kind in ("Convolution", "TransposedConvolution", "BatchNormalization"))
        return cls(shape, made.dtype, made.device, shape[1] if channels else shape[-1], _product(shape[2:]) if channels else 1, probe.bounds)


class _OutputProbe:
    """
    Measures what layers made. Small outputs are copied when they are seen, before a later layer writes into them, and those of one layout are reduced in one pass at the end of the step;
    large ones are reduced at once, so that no memory is held.
    """

    _SMALL = 1 << 16
    _MOST_COPIED = 1 << 22
    _MINIMUM_SAMPLES = 256
    _MINIMUM_BATCHES = 5

    def __init__(self) -> None:
        self._copies: Dict[_Layout, List[Tuple[_LayerProbe, Tensor]]] = {}
        self._copied = 0
        self._tickets: List[Tuple[_Layout, List[_LayerProbe], int]] = []

    @property
    def has_any(self) -> bool:
        return bool(self._copies or self._tickets)

    def add(self, probe: _LayerProbe, made: Tensor, readback: _Readback) -> None:
        layout = probe.layout
        if layout is None or layout.shape != made.shape or layout.dtype != made.dtype or layout.device != made.device:
            layout = probe.layout = _Layout.of(probe, made)
        count = made.numel()
        if count > self._SMALL or made.layout is not torch.strided or self._copied + count > self._MOST_COPIED:
            self._reduce(layout, [probe], _flat(made).unsqueeze(0), readback)
        else:
            self._copies.setdefault(layout, []).append((probe, made.detach().clone()))
            self._copied += count

    def reduce(self, readback: _Readback) -> None:
        copies, self._copies, self._copied = self._copies, {}, 0
        for layout, parts in copies.items():
            most = max(1, _PIECE // parts[0][1].numel())
            for start in range(0, len(parts), most):
                some = parts[start:start + most]
                self._reduce(layout, [probe for probe, _ in some], torch.stack([copy for _, copy in some]).reshape(len(some), -1), readback)

    def forget(self) -> None:
        self._copies.clear()
        self._tickets.clear()
        self._copied = 0

    def _reduce(self, layout: _Layout, probes: List[_LayerProbe], table: Tensor, readback: _Readback) -> None:
        if layout.units == 0:
            self._tickets.append((layout, probes, readback.add(_Statistics.reduce_rows(table))))
            return
        count, samples = len(probes), layout.shape[0]
        has_activations = any(probe.kind == "Activation" for probe in probes)
        rows = table.reshape(count, samples, -1)
        pieces, active, free, unbound = [], [], [], []
        for piece in rows.split(max(1, _PIECE // (count * rows.shape[2])), 1):
            pieces.append(_Statistics.reduce_piece(piece.reshape(count, -1)))
            planes = piece.reshape(count, -1, layout.units, layout.inner)
            if has_activations:
                active.append(planes.abs().amax((1, 3)) != 0)
            if layout.bounds is not None:
                within = (planes > layout.bounds[0]) & (planes < layout.bounds[1])
                free.append(within.any(3).any(1))
                unbound.append(within.sum((1, 2, 3)))
        statistics = _Statistics.merge(pieces)
        # At most 1,024 places of a sample: the mean of so many deviations is known to a few percent.
        places = _widen(rows[:, :, ::-(-rows.shape[2] // 1024)])
        if samples > 1:
            places = places - places.mean(1, keepdim=True)
            variation = (places * places).mean(1).sqrt().mean(1)
        else:
            variation = statistics.new_full((count,), math.nan)
        at_bound = 1 - sum(unbound).to(statistics.dtype) / table.shape[1] if unbound else statistics.new_zeros(count)
        numbers = [statistics, torch.stack([variation, at_bound], 1)]
        if has_activations:
            numbers.append(torch.stack(active).any(0).to(statistics.dtype))
            numbers.append(torch.stack(free).any(0).to(statistics.dtype) if free else torch.ones_like(numbers[-1]))
        self._tickets.append((layout, probes, readback.add(torch.cat(numbers, 1))))

    def report(self, readback: _Readback, lines: Lines) -> None:
        tickets, self._tickets = self._tickets, []
        for layout, probes, ticket in tickets:
            numbers = readback.take(ticket)
            units = self._report_units(layout, probes, numbers) if layout.units > 0 else [None] * len(probes)
            for probe, row, told in zip(probes, numbers[:, :_Statistics.LENGTH + 2].tolist(), units):
                self._report(probe, layout, row, told, lines)

    @staticmethod
    def _report(probe: _LayerProbe, layout: _Layout, row: List[float], units: Optional[Tuple[Optional[float], Optional[float]]], lines: Lines) -> None:
        path, statistics = probe.path, _Statistics.of(row[:_Statistics.LENGTH])
        lines.append(("output_non_finite_count", path, statistics.non_finite))
        if statistics.non_finite < statistics.count:
            lines += (
                ("output_mean", path, statistics.mean), ("output_standard_deviation", path, statistics.deviation), ("output_minimum", path, statistics.minimum),
                ("output_maximum", path, statistics.maximum), ("output_absolute_maximum", path, statistics.magnitude), ("output_skewness", path, statistics.skewness),
                ("zero_fraction", path, statistics.zero_fraction), ("negative_fraction", path, statistics.negative_fraction))
        if units is not None and statistics.non_finite == 0:
            variation, at_bound = row[_Statistics.LENGTH:]
            if layout.bounds is not None:
                lines.append(("saturated_fraction", path, at_bound))
            lines += [(metric, path, share) for metric, share in zip(("dead_fraction", "saturated_unit_fraction"), units) if share is not None]
            if not math.isnan(variation):
                scale = max(statistics.deviation, 1e-6 * statistics.magnitude)
                lines.append(("batch_variation", path, variation / scale if scale > 0 else 0.0))
            lines.append(("row_sum", path, statistics.mean * layout.shape[-1]))
        if probe.normalized is not None:
            lines.append(("normalization_batch_size", path, probe.normalized))

    def _report_units(self, layout: _Layout, probes: List[_LayerProbe], numbers: Tensor) -> List[Tuple[Optional[float], Optional[float]]]:
        """For each layer the shares of its units that were zero, and at a bound, for long; None where that has no meaning or was not seen for long."""
        activations = [index for index, probe in enumerate(probes) if probe.kind == "Activation"]
        if len(activations) < len(probes):
            told: List[Tuple[Optional[float], Optional[float]]] = [(None, None)] * len(probes)
            if activations:
                for index, shares_of in zip(activations, self._report_units(layout, [probes[index] for index in activations], numbers[activations])):
                    told[index] = shares_of
            return told
        interrupted = numbers[:, _Statistics.LENGTH + 2:].reshape(len(probes), 2, 1, layout.units) != 0
        finite = (numbers[:, _Statistics.LENGTH - 1] == 0).tolist()
        for probe in probes:
            if probe.runs is None or probe.runs.shape[-1] != layout.units:
                probe.runs = torch.zeros(2, 2, layout.units, dtype=torch.float64)
                probe.seen_samples = probe.seen_batches = 0
        more = torch.tensor([layout.samples, 1.0], dtype=torch.float64).reshape(1, 1, 2, 1)
        runs = (torch.stack([probe.runs for probe in probes]) + more).masked_fill(interrupted, 0.0)
        shares = ((runs[:, :, 0] >= self._MINIMUM_SAMPLES) & (runs[:, :, 1] >= self._MINIMUM_BATCHES)).double().mean(2).tolist()
        told = []
        for probe, run, is_finite, (dead, saturated) in zip(probes, runs.unbind(0), finite, shares):
            if is_finite:
                probe.runs = run
                probe.seen_samples += layout.samples
                probe.seen_batches += 1
            long = probe.seen_samples >= self._MINIMUM_SAMPLES and probe.seen_batches >= self._MINIMUM_BATCHES
            told.append((dead if long else None, saturated if long and layout.bounds is not None else None))
        return told


class _Sizes(NamedTuple):
    """What one look at a parameter or gradient gives. All but the count of bad elements is that of the finite ones."""

    count: int
    non_finite: float
    mean: float
    deviation: float
    norm: float
    magnitude: float
    zero_fraction: float

    LENGTH = 5

    @classmethod
    def of(cls, count: int, numbers: Sequence[float]) -> "_Sizes":
        total, squares, magnitude, zeros, bad = numbers
        finite = count - bad
        if finite == 0:
            return cls(count, bad, math.nan, math.nan, math.nan, math.nan, 0.0)
        mean = total / finite
        variance = squares / finite - mean * mean
        # What rounding leaves of equal numbers is no spread.
        deviation = math.sqrt(variance) if variance > 4e-15 * mean * mean else 0.0
        return cls(count, bad, mean, deviation, math.nan if bad > 0 else math.sqrt(squares), magnitude, zeros / count)


class _Table:
    """Parameters or gradients, each in a row, copied: many are measured with as few calls as one. Short rows are filled up with zeros."""

    SHORT = 4096

    def __init__(self, names: Tuple[str, ...], tensors: Sequence[Tensor]) -> None:
        self.names = names
        self.counts = tuple(tensor.numel() for tensor in tensors)
        width = max(self.counts)
        cells: List[Tensor] = []
        for tensor, count in zip(tensors, self.counts):
            cells.append((tensor if tensor.layout is torch.strided else tensor.to_dense()).reshape(-1))
            if count < width:
                cells.append(_zeros(width - count, cells[-1]))
        self.rows = torch.cat(cells).reshape(len(self.counts), width)
        self.squares: Optional[Tensor] = None
        """For each row its squared norm, once it is known and every element is finite."""
        if width <= self.SHORT:
            # Widened once: it is looked at several times, and needs little.
            self.rows = _widen(self.rows)

    def fits(self, other: Optional["_Table"]) -> bool:
        return other is not None and other.names == self.names and other.counts == self.counts and other.rows.device == self.rows.device

    @classmethod
    def of(cls, tensors: Iterable[Tuple[str, Tensor]]) -> List["_Table"]:
        """Puts tensors into tables: of one type and place; large ones only with those of their size, and never too many elements together."""
        groups: Dict[Any, Tuple[List[str], List[Tensor], int]] = {}
        for name, tensor in tensors:
            count = tensor.numel()
            width = max(count, cls.SHORT)
            key = (width, tensor.dtype, tensor.device)
            names, members, _ = groups.setdefault(key, ([], [], width))
            names.append(name)
            members.append(tensor)
        tables = []
        for names, members, width in groups.values():
            most = max(1, _PIECE // width)
            tables += [cls(tuple(names[start:start + most]), members[start:start + most]) for start in range(0, len(names), most)]
        return tables

    def reduce(self) -> Tensor:
        """For each row the numbers that ``_Sizes`` is made of."""
        length = max(1, _PIECE // self.rows.shape[0])
        looks = [self._reduce(piece) for piece in self.rows.split(length, 1)]
        parts = [part for part, _ in looks]
        if len(parts) > 1:
            total, squares, magnitude, zeros, bad = torch.stack(parts).unbind(2)
            parts = [torch.stack([total.sum(0), squares.sum(0), magnitude.amax(0), zeros.sum(0), bad.sum(0)], 1)]
        numbers = parts[0]
        self.squares = numbers[:, 1] if all(is_finite for _, is_finite in looks) else None
        if min(self.counts) < self.rows.shape[1]:
            numbers[:, 3] -= self.rows.shape[1] - torch.tensor(self.counts, dtype=numbers.dtype, device=numbers.device)
        return numbers

    @staticmethod
    def _reduce(piece: Tensor) -> Tuple[Tensor, bool]:
        wide = _widen(piece)
        total = wide.sum(1)
        # Asking a device would make it wait, main memory answers at once. A sum is finite only where every number is.
        if wide.device.type == "cpu" and math.isfinite(float(total.sum())):
            sizes = wide.abs()
            return torch.stack([total, (sizes * sizes).sum(1), sizes.amax(1), wide.shape[1] - sizes.sign_().sum(1), torch.zeros_like(total)], 1), True
        mask = ~torch.isfinite(wide)
        finite = wide.masked_fill(mask, 0.0)
        return torch.stack([finite.sum(1), (finite * finite).sum(1), finite.abs().amax(1), (wide == 0).sum(1).to(wide.dtype), mask.sum(1).to(wide.dtype)], 1), False

    def thinned(self, most: int) -> "_Table":
        """Evenly spread elements of large rows; of short ones all."""
        if self.rows.shape[1] <= most:
            return self
        thin = object.__new__(_Table)
        thin.names, thin.counts, thin.squares = self.names, self.counts, None
        thin.rows = self.rows[:, ::-(-self.rows.shape[1] // most)].clone()
        return thin

    def changes(self, before: "_Table") -> Tensor:
        """For each row the squared norms of a change and of what was before it."""
        length = max(1, _PIECE // self.rows.shape[0])
        parts = []
        for now, was in zip(self.rows.split(length, 1), before.rows.split(length, 1)):
            was = _widen(was)
            change = _widen(now) - was
            parts.append((change * change).sum(1) if before.squares is not None else torch.stack([(change * change).sum(1), (was * was).sum(1)], 1))
        whole = parts[0] if len(parts) == 1 else torch.stack(parts).sum(0)
        return whole if before.squares is None else torch.stack([whole, before.squares], 1)

    def products(self, before: "_Table") -> Tensor:
        """For each row what the angle between two gradients is made of: their inner product and their squared norms."""
        now, was = _widen(self.rows), _widen(before.rows)
        return torch.stack([(now * was).sum(1), (now * now).sum(1) if self.squares is None else self.squares, (was * was).sum(1) if before.squares is None else before.squares], 1)


_ZEROS: Dict[Any, Tensor] = {}


def _zeros(count: int, like: Tensor) -> Tensor:
    """Zeros to fill up short rows with, made once."""
    key = count, like.dtype, like.device
    found = _ZEROS.get(key)
    if found is None:
        found = _ZEROS[key] = torch.zeros(count, dtype=like.dtype, device=like.device)
    return found


class _ParameterProbes:
    """Watches the parameters: their gradients, their values, and how far a step moved them. Copies are kept only from one measured step to the next."""

    _MOST_KEPT = 65_536
    _LISTED_FOR = 16

    def __init__(self) -> None:
        self._listed: List[Tuple[str, Dict[str, Any], str]] = []
        self._listings = 0
        self._values: List[_Table] = []
        self._gradients: List[_Table] = []
        self._remembered_step = self._gradient_step = -2
        self._present: List[Tuple[str, bool, bool]] = []
        self._value_tickets: List[Tuple[_Table, int]] = []
        self._gradient_tickets: List[Tuple[_Table, int]] = []

    def remember(self, model: nn.Module, step: int) -> None:
        """Keeps the values as they are before a step. Measuring the step before has kept them already."""
        if self._remembered_step != step:
            self._values = _Table.of((name, parameter) for name, parameter in self._parameters(model) if _is_measurable(parameter))
            self._remembered_step = step

    def forget(self) -> None:
        self._values = []
        self._gradients = []
        self._remembered_step = self._gradient_step = -2

    def measure(self, model: nn.Module, step: int, readback: _Readback) -> None:
        parameters = [(name, parameter) for name, parameter in self._parameters(model) if _is_measurable(parameter)]
        gradients = [(name, parameter.grad) for name, parameter in parameters if parameter.grad is not None and _can_measure(parameter.grad)]
        self._present = [(name, parameter.requires_grad, parameter.grad is not None) for name, parameter in parameters]
        before = {table.names: table for table in self._values} if self._remembered_step == step - 1 else {}
        self._values, self._remembered_step, self._value_tickets = _Table.of(parameters), step, []
        for table in self._values:
            was = before.get(table.names)
            numbers = table.reduce()
            self._value_tickets.append((table, readback.add(torch.cat([numbers, table.changes(was)], 1) if table.fits(was) else numbers)))
        last = {table.names: table for table in self._gradients} if self._gradient_step == step - 1 else {}
        self._gradients, self._gradient_step, self._gradient_tickets = [], step, []
        for table in _Table.of(gradients):
            was = last.get(table.names)
            numbers = table.reduce()
            # Of large gradients evenly spread elements: so many tell a cosine to about 0.004.
            kept = table.thinned(self._MOST_KEPT)
            self._gradients.append(kept)
            self._gradient_tickets.append((kept, readback.add(torch.cat([numbers, kept.products(was)], 1) if kept.fits(was) else numbers)))

    def report(self, readback: _Readback, weight_decay: Optional[float], lines: Lines) -> None:
        """Tells what was measured, parameter by parameter and of all together."""
        if not self._present:
            return
        values = self._rows(self._value_tickets, readback)
        slopes = self._rows(self._gradient_tickets, readback)
        gradients = weights = changes = befores = 0.0
        for name, trainable, present in self._present:
            size, more = values[name]
            change, before = more or (math.nan, math.nan)
            if trainable:
                lines.append(("gradient_present", name, 1 if present else 0))
            if name in slopes:
                gradient, products = slopes[name]
                self._report_gradient(name, gradient, products, lines)
                gradients += gradient.norm * gradient.norm
            lines += (("weight_non_finite_count", name, size.non_finite), ("weight_norm", name, size.norm))
            if size.non_finite < size.count:
                lines += (("weight_mean", name, size.mean), ("weight_standard_deviation", name, size.deviation), ("weight_absolute_maximum", name, size.magnitude))
            if before > 0:
                lines.append(("update_ratio", name, _root_of_ratio(change, before)))
            weights += size.norm * size.norm
            changes += change
            befores += before
        lines += (("global_gradient_norm", "", math.sqrt(gradients)), ("global_weight_norm", "", math.sqrt(weights)))
        if math.isfinite(changes) and befores > 0:
            lines.append(("global_update_ratio", "", _root_of_ratio(changes, befores)))
        if weight_decay is not None and weight_decay > 0 and 0 < gradients < math.inf:
            lines.append(("regularization_gradient_ratio", "", weight_decay * _root_of_ratio(weights, gradients)))

    @staticmethod
    def _rows(tickets: List[Tuple[_Table, int]], readback: _Readback) -> Dict[str, Tuple[_Sizes, List[float]]]:
        return {
            name: (_Sizes.of(count, row[:_Sizes.LENGTH]), row[_Sizes.LENGTH:])
            for table, ticket in tickets for name, count, row in zip(table.names, table.counts, readback.take(ticket).tolist())
        }

    @staticmethod
    def _report_gradient(name: str, gradient: _Sizes, products: List[float], lines: Lines) -> None:
        lines += (("gradient_non_finite_count", name, gradient.non_finite), ("gradient_norm", name, gradient.norm))
        if gradient.non_finite < gradient.count:
            lines += (("gradient_standard_deviation", name, gradient.deviation), ("gradient_absolute_maximum", name, gradient.magnitude),
                      ("gradient_zero_fraction", name, gradient.zero_fraction))
        if products and gradient.non_finite == 0:
            scale = math.sqrt(products[1]) * math.sqrt(products[2])
            if 0 < scale < math.inf:
                lines.append(("gradient_cosine", name, min(1.0, max(-1.0, products[0] / scale))))

    def _parameters(self, model: nn.Module) -> Iterator[Tuple[str, Tensor]]:
        """The parameters by name. Where they stand is looked up anew now and then only, since that costs as much as measuring a small layer; what stands there, every time."""
        if self._listings % self._LISTED_FOR == 0 or any(key not in owner for _, owner, key in self._listed):
            seen: Set[int] = set()
            self._listed = []
            for path, module in model.named_modules():
                for key, parameter in module._parameters.items():
                    if parameter is not None and id(parameter) not in seen:
                        seen.add(id(parameter))
                        self._listed.append((path + "." + key if path else key, module._parameters, key))
        self._listings += 1
        for name, owner, key in self._listed:
            parameter = owner[key]
            if parameter is not None:
                yield name, parameter


def _root_of_ratio(numerator: float, denominator: float) -> float:
    ratio = numerator / denominator
    return math.sqrt(ratio) if ratio >= 0 else math.nan


def _is_measurable(parameter: Tensor) -> bool:
    # Lazy modules have parameters without a shape until they are first called.
    return not nn.parameter.is_lazy(parameter) and _can_measure(parameter)


class _BatchProbe:
    """Measures what goes into a model and what it should answer."""

    _IGNORED_INDEX = -100
    _MOST_CLASSES = 10_000
    _MOST_FEATURES = 4096

    def __init__(self) -> None:
        self.ignored: Optional[int] = None
        """The class index that the loss leaves out, as it says itself."""
        self._input: Optional[Tuple[int, int]] = None
        self._target: Optional[int] = None
        self._previous: Optional[float] = None
        self._classes: Dict[int, int] = {}
        self._counted = 0
        self._are_numbers = False

    def measure_input(self, batch: Tensor, readback: _Readback, observe: Observer) -> None:
        """Token and class indices are no features and have no scale."""
        if batch.dim() > 0:
            observe("batch_size", "", batch.shape[0])
        if not _can_measure(batch):
            return
        flat = _flat(batch)
        numbers = [_Statistics.reduce(flat)]
        # Cut to what is exact in the type that numbers are brought over in.
        hashed = _hash_rows(_widen(flat[::-(-flat.numel() // 4096)]).reshape(1, -1)) & ((1 << (52 if numbers[0].dtype == torch.float64 else 23)) - 1)
        numbers.append(hashed.to(numbers[0].dtype))
        features = batch.shape[1] if batch.dim() == 2 and batch.shape[0] > 1 and batch.shape[1] <= self._MOST_FEATURES else 0
        if features > 0:
            table = _widen(flat.reshape(batch.shape))
            varies = (table != table[0]).any(0)
            numbers.append(table.std(0, unbiased=False).clamp(min=1e-300 if table.dtype == torch.float64 else 1e-38) * varies.to(table.dtype))
        self._input = (readback.add(torch.cat(numbers)), features)

    def measure_target(self, target: Tensor, prediction: Optional[Tuple[int, ...]], readback: _Readback, observe: Observer) -> None:
        if target.numel() == 0 or target.device.type == "meta" or target.is_complex():
            return
        if target.is_floating_point():
            self._target = readback.add(_Statistics.reduce(target))
            labels = None if self._are_numbers else self._labels_of(target.detach(), observe)
            # One batch of other numbers tells that earlier ones were zeros and ones by chance.
            self._are_numbers |= labels is None
            if labels is not None:
                self._count(labels, observe)
            return
        labels = target.detach().reshape(-1).to("cpu", torch.int64)
        every = labels.numel()
        labels = labels[labels != self._IGNORED_INDEX]
        if self.ignored is not None:
            labels = labels[labels != self.ignored]
        observe("target_ignored_fraction", "", 1 - labels.numel() / every)
        classes = _classes_of(tuple(target.shape), prediction)
        observe("target_invalid_count", "", int((labels < 0).sum()) + (int((labels >= classes).sum()) if classes is not None else 0))
        if labels.numel() > 0:
            self._count(labels, observe)

    def report(self, readback: _Readback, observe: Observer) -> None:
        if self._input is not None:
            (ticket, features), self._input = self._input, None
            numbers = readback.take(ticket)
            statistics = _Statistics.read(numbers)
            observe("input_non_finite_count", "", statistics.non_finite)
            hashed = float(numbers[_Statistics.LENGTH])
            if statistics.non_finite < statistics.count:
                observe("input_mean", "", statistics.mean)
                observe("input_standard_deviation", "", statistics.deviation)
                observe("input_absolute_maximum", "", statistics.magnitude)
                if self._previous is not None:
                    observe("input_identical_batch", "", 1 if hashed == self._previous else 0)
            self._previous = hashed
            if features > 0:
                self._report_features(numbers[-features:], observe)
        if self._target is not None:
            statistics, self._target = _Statistics.read(readback.take(self._target)), None
            observe("target_non_finite_count", "", statistics.non_finite)
            if statistics.non_finite < statistics.count:
                observe("target_mean", "", statistics.mean)
                observe("target_standard_deviation", "", statistics.deviation)
                observe("target_minimum", "", statistics.minimum)
                observe("target_maximum", "", statistics.maximum)

    @staticmethod
    def _report_features(deviations: Tensor, observe: Observer) -> None:
        observe("input_constant_fraction", "", float((deviations == 0).double().mean()))
        varying = deviations[deviations > 1e-100]
        if varying.numel() > 0 and float(varying.max()) < math.inf:
            observe("input_feature_scale_ratio", "", float(varying.max() / varying.min()))

    @staticmethod
    def _labels_of(target: Tensor, observe: Observer) -> Optional[Tensor]:
        """Reads numbers as labels: a column of zeros and ones, or rows with a single one; None for other numbers."""
        if target.dim() not in (1, 2) or not bool(((target == 0) | (target == 1)).all()):
            return None
        if target.dim() == 1 or target.shape[1] == 1:
            return target.reshape(-1).to("cpu", torch.int64)
        ones = target.sum(1)
        observe("target_multiple_fraction", "", float((ones > 1).double().mean()))
        return target.argmax(1).cpu() if bool((ones == 1).all()) else None

    def _count(self, labels: Tensor, observe: Observer) -> None:
        for label, count in zip(*(found.tolist() for found in torch.unique(labels, return_counts=True))):
            if len(self._classes) < self._MOST_CLASSES or label in self._classes:
                self._classes[label] = self._classes.get(label, 0) + count
                self._counted += count
        observe("target_class_count", "", len(self._classes))
        observe("target_majority_fraction", "", max(self._classes.values()) / self._counted)
        observe("target_minority_fraction", "", min(self._classes.values()) / self._counted)
        if labels.numel() > 1:
            repeated = int((labels[1:] == labels[:-1]).sum())
            observe("target_sorted_fraction", "", repeated / (labels.numel() - 1))
            observe("target_single_class_batch", "", 1 if repeated == labels.numel() - 1 else 0)


def _classes_of(target: Tuple[int, ...], prediction: Optional[Tuple[int, ...]]) -> Optional[int]:
    """How many classes a prediction tells apart: its dimension that the target lacks; None when the shapes do not tell."""
    if prediction is None or len(prediction) < 2:
        return None
    if target == prediction[:1] + prediction[2:]:
        return prediction[1]
    return prediction[-1] if _product(prediction[:-1]) == _product(target) else None


class _SeenRows:
    """Remembers which rows were trained on, and tells how many of the evaluated rows are among them. Looks at main memory only, and at so many rows at most."""

    _MOST_ROWS = 65_536
    _FEWEST_ROWS = 20

    def __init__(self) -> None:
        self._trained: Set[int] = set()
        self._distinct: Set[int] = set()
        self._evaluated = self._known = 0

    def add_training(self, batch: Tensor) -> None:
        if len(self._trained) < self._MOST_ROWS:
            self._trained.update(self._hashes(batch))

    def add_evaluation(self, batch: Optional[Tensor]) -> None:
        hashes = [] if batch is None else self._hashes(batch)
        self._evaluated += len(hashes)
        self._known += sum(1 for row in hashes if row in self._trained)
        if len(self._distinct) < self._MOST_ROWS:
            self._distinct.update(hashes)

    def take_share(self) -> Optional[float]:
        """The share since the last time; None when there were too few rows, or rows so alike that equal ones mean nothing."""
        telling = self._evaluated >= self._FEWEST_ROWS and len(self._distinct) >= 0.9 * min(self._evaluated, self._MOST_ROWS)
        share = self._known / self._evaluated if telling else None
        self._distinct.clear()
        self._evaluated = self._known = 0
        return share

    @staticmethod
    def _hashes(batch: Tensor) -> List[int]:
        if batch.dim() < 2 or batch.device.type != "cpu" or not _can_measure(batch) or batch.layout != torch.strided:
            return []
        rows = batch.detach().reshape(batch.shape[0], -1)
        return [row for piece in rows.split(max(1, _PIECE // rows.shape[1])) for row in _hash_rows(_widen(piece)).tolist()]


_FACTORS: Dict[Any, Tensor] = {}
"""The factors of hashes by width and device, made once; a handful is kept."""


def _hash_rows(rows: Tensor) -> Tensor:
    """A number for the bits of each row, made with factors that are the same in every process and take nothing from torch's generators."""
    bits = rows.contiguous().view(torch.int64 if rows.dtype == torch.float64 else torch.int32).to(torch.int64)
    key = bits.shape[1], bits.device
    factors = _FACTORS.get(key)
    if factors is None:
        factors = torch.arange(1, bits.shape[1] + 1, device=bits.device) * -7046029254386353131
        factors = (factors ^ (factors >> 29)) * -4658895280553007687 | 1
        if len(_FACTORS) >= 8:
            _FACTORS.clear()
        if bits.shape[1] <= 1 << 16:
            _FACTORS[key] = factors
    mixed = (bits ^ (bits >> 32)) * factors
    mixed = (mixed ^ (mixed >> 29)) * -7723592293110705685
    return mixed.sum(1)


class _DataFlow:
    """Finds out during the first step which layer's output is handed to which layer unchanged: the tensor that goes in is the very object that came out."""

    def __init__(self) -> None:
        self._step: Optional[int] = None
        self._sources: Dict[int, Tuple[Any, int, int]] = {}

    def covers(self, step: int) -> bool:
        if self._step is None:
            self._step = step
        elif self._step != step:
            self._sources.clear()
        return self._step == step

    def add(self, made: Tensor, order: int) -> None:
        self._sources[id(made)] = (weakref.ref(made), order, made._version)

    def origin_of(self, taken: Tensor, in_place: bool) -> Optional[int]:
        source = self._sources.get(id(taken))
        if source is None or source[0]() is not taken or not (in_place or source[2] == taken._version):
            return None
        return source[1]

# ---- outputs, targets and inputs beside each other


_LOSS_KINDS = ("Other", "CrossEntropy", "NegativeLogLikelihood", "BinaryCrossEntropy", "BinaryCrossEntropyWithLogits", "MeanSquaredError", "MeanAbsoluteError", "Huber", "KullbackLeibler",
               "PoissonNegativeLogLikelihood", "Margin", "ConnectionistTemporalClassification")


class _Candidate(NamedTuple):
    """A loss that a program may compute: its mean over so many elements of so many samples."""

    kind: str
    mean: float
    count: int
    samples: int
    activated: bool = False

    def factors(self, reduction: int) -> Sequence[float]:
        """What the mean is multiplied by in a reduction: 0 a mean, 1 a sum, 2 a sum per sample, 3 a part of the mean, -1 the mean with the opposite sign."""
        if reduction == 0:
            return (1.0,)
        if reduction == 1:
            return (float(self.count),) if self.count > 1 else ()
        if reduction == 2:
            return (self.count / self.samples,) if self.count > self.samples > 1 else ()
        return (-1.0,) if reduction == -1 else _PARTS_OF_A_MEAN


_PARTS_OF_A_MEAN = (1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64)
"""Programs divide losses by the number of batches that they add up."""


class _Recognized(NamedTuple):
    """What a loss was recognised as; without a kind where no loss gives the number."""

    kind: Optional[str]
    reduction: int = 0
    activated: bool = False
    broadcast: Optional[bool] = None
    regrouped: bool = False
    remainder: Optional[float] = None
    ignored: Optional[int] = None


class _LossRecognition:
    """Finds out which loss a program computes by functions of its own: the usual ones are tried on output and target, and one of them gives the very number that was told."""

    _TOLERANCE = 2e-4
    _COARSE_TOLERANCE = 1e-2
    _MOST_ELEMENTS = 1 << 20
    _MOST_BROADCAST = 2048

    @classmethod
    def recognize(cls, output: Tensor, target: Tensor, loss: float, ignored: Optional[int], padding: Optional[int]) -> Optional[_Recognized]:
        """None where the two are of no form that is compared.

        :param ignored: The class index that the loss is known to leave out.
        :param padding: The class index that fills rows up, which a loss may leave out.
        """
        if (not math.isfinite(loss) or abs(loss) < 1e-12 or not output.is_floating_point() or output.dim() == 0 or not 0 < output.numel() <= cls._MOST_ELEMENTS
                or not 0 < target.numel() <= cls._MOST_ELEMENTS or target.is_complex()):
            return None
        tolerance = cls._TOLERANCE if output.dtype in (torch.float32, torch.float64) else cls._COARSE_TOLERANCE
        o, t = output.detach().cpu().double(), target.detach().cpu()
        if t.is_floating_point():
            return cls._of_numbers(o, t.double(), loss, tolerance)
        return cls._of_classes(o, t.long(), loss, tolerance, ignored, padding)

    @classmethod
    def _of_classes(cls, o: Tensor, t: Tensor, loss: float, tolerance: float, ignored: Optional[int], padding: Optional[int]) -> Optional[_Recognized]:
        layouts = list(cls._layouts(o, t))
        if not layouts:
            paths = cls._of_paths(o, t)
            if paths:
                return cls._match(paths, loss, tolerance) or _Recognized(None)
            return cls._of_numbers(o, t.double(), loss, tolerance) if o.numel() == t.numel() else None
        labels = t.reshape(-1)
        for left in dict.fromkeys((ignored, padding)):
            for rows, regrouped in layouts:
                found = cls._match(cls._class_losses(rows, labels, ignored if left is None else left), loss, tolerance)
                if found is not None:
                    return found._replace(regrouped=regrouped, ignored=left)
        # A penalty that the program adds leaves a cross entropy and something above it.
        explained = next((candidate.mean for candidate in cls._class_losses(layouts[0][0], labels, ignored) if candidate.kind == "CrossEntropy" and not candidate.activated), 0.0)
        return _Recognized(None, remainder=1 - explained / loss if 0 < explained < loss else None)

    @staticmethod
    def _of_paths(o: Tensor, t: Tensor) -> List[_Candidate]:
        """Connectionist temporal classification of (places, samples, classes) and the letters of each sample, filled up by the blank or not at all."""
        if o.dim() != 3 or t.dim() != 2 or o.shape[1] != t.shape[0] or o.shape[0] < t.shape[1] or int(t.min()) < 0 or int(t.max()) >= o.shape[2]:
            return []
        places, letters = torch.full((t.shape[0],), o.shape[0]), (t != 0).sum(1)
        return [_Candidate("ConnectionistTemporalClassification", float(torch.nn.functional.ctc_loss(o, t, places, letters, reduction=reduction)), 1, 1) for reduction in ("mean", "sum")]

    @staticmethod
    def _layouts(o: Tensor, t: Tensor) -> Iterator[Tuple[Tensor, bool]]:
        """The ways to read an output as rows of classes, the proper ones first; and whether axes were mixed up in one."""
        shape, places = tuple(o.shape), tuple(t.shape)
        if len(shape) == len(places) + 1 and len(shape) > 1 and shape[1] > 1 and places == shape[:1] + shape[2:]:
            yield (o if len(shape) == 2 else o.movedim(1, -1).reshape(-1, shape[1])), False
        if len(shape) > 1 and shape[-1] > 1 and (len(shape) > 2 or len(places) != 1) and o.numel() // shape[-1] == t.numel():
            yield o.reshape(-1, shape[-1]), False
        if len(shape) == 3 and len(places) == 2 and places == shape[:2] and shape[1] != shape[2]:
            yield o.reshape(shape[0], shape[2], shape[1]).movedim(1, -1).reshape(-1, shape[2]), True

    @staticmethod
    def _class_losses(rows: Tensor, labels: Tensor, ignored: Optional[int]) -> List[_Candidate]:
        counts = (labels >= 0) & (labels < rows.shape[1])
        if ignored is not None:
            counts &= labels != ignored
        kept = counts.nonzero().reshape(-1)
        count = kept.numel()
        if count == 0:
            return []
        x, y = (rows, labels) if count == labels.numel() else (rows[kept], labels[kept])
        y = y.reshape(-1, 1)
        logarithms = x.log_softmax(1)
        probabilities = logarithms.exp()
        means = torch.stack([-x.gather(1, y), -logarithms.gather(1, y), -probabilities.gather(1, y), -probabilities.log_softmax(1).gather(1, y)]).mean((1, 2)).tolist()
        return [_Candidate("NegativeLogLikelihood", means[0], count, count), _Candidate("CrossEntropy", means[1], count, count), _Candidate("Other", means[2], count, count),
                _Candidate("CrossEntropy", means[3], count, count, True)]

    @classmethod
    def _of_numbers(cls, o: Tensor, t: Tensor, loss: float, tolerance: float) -> Optional[_Recognized]:
        if o.numel() != t.numel():
            return None
        aligned = cls._match(cls._number_losses(o, t.reshape(o.shape)), loss, tolerance)
        if o.shape == t.shape:
            return aligned or _Recognized(None)
        if aligned is not None:
            return aligned._replace(broadcast=False)
        crosses = (o.dim(), t.dim()) in ((2, 1), (1, 2)) and 1 < o.numel() <= cls._MOST_BROADCAST and (o.dim() == 1 or o.shape[1] == 1) and (t.dim() == 1 or t.shape[1] == 1)
        crossed = cls._match(cls._errors(o - t), loss, tolerance) if crosses else None
        return _Recognized(None) if crossed is None else crossed._replace(broadcast=True)

    @classmethod
    def _number_losses(cls, o: Tensor, t: Tensor) -> List[_Candidate]:
        count, samples = o.numel(), o.shape[0]
        low, high, lowest_target = float(o.min()), float(o.max()), float(t.min())
        product = t * o
        sigmoid = o.sigmoid()
        losses = cls._errors(o - t)
        losses.append(_Candidate("BinaryCrossEntropyWithLogits", float((torch.nn.functional.softplus(o) - product).mean()), count, samples))
        losses.append(_Candidate("BinaryCrossEntropyWithLogits", float((torch.nn.functional.softplus(sigmoid) - t * sigmoid).mean()), count, samples, True))
        if low >= 0 and high <= 1:
            losses.append(_Candidate("BinaryCrossEntropy", -float((t * o.log().clamp(min=-100) + (1 - t) * (1 - o).log().clamp(min=-100)).mean()), count, samples))
        losses.append(_Candidate("Margin", float((1 - product).clamp(min=0).mean()), count, samples))
        losses.append(_Candidate("Margin", float(torch.nn.functional.softplus(-product).mean()), count, samples))
        losses.append(_Candidate("PoissonNegativeLogLikelihood", float((o.exp() - product).mean()), count, samples))
        if o.dim() > 1 and o.shape[1] > 1:
            logarithms = o.log_softmax(1)
            losses.append(_Candidate("CrossEntropy", -float((logarithms * t).sum(1).mean()), samples, samples))
            losses.append(_Candidate("CrossEntropy", -float((logarithms.exp().log_softmax(1) * t).sum(1).mean()), samples, samples, True))
            if lowest_target >= 0:
                losses.append(_Candidate("KullbackLeibler", float((torch.xlogy(t, t) - product).mean()), count, samples))
        return losses

    @staticmethod
    def _errors(difference: Tensor) -> List[_Candidate]:
        size = difference.abs()
        squares = size * size
        count, samples = difference.numel(), difference.shape[0]
        return [_Candidate("MeanSquaredError", float(squares.mean()), count, samples), _Candidate("MeanAbsoluteError", float(size.mean()), count, samples),
                _Candidate("Huber", float(torch.where(size < 1, squares / 2, size - 0.5).mean()), count, samples)]

    @staticmethod
    def _match(candidates: Sequence[_Candidate], loss: float, tolerance: float) -> Optional[_Recognized]:
        for reduction in (0, 1, 2, -1, 3):
            for candidate in candidates:
                if any(abs(loss - factor * candidate.mean) <= tolerance * abs(loss) for factor in candidate.factors(reduction)):
                    return _Recognized(candidate.kind, reduction, candidate.activated)
        return None


class _SequenceAlignment:
    """Lays the tokens that go into a model beside those that it should answer: how far they are shifted, what fills rows up, what ends them."""

    _FEWEST_PLACES = 3
    _FEWEST_TOKENS = 16
    _FEWEST_ENDS = 4
    _MOST_TOKENS = 1 << 18
    _EQUAL = 0.98
    _AMBIGUOUS = 0.9

    def __init__(self, inputs: Tensor, targets: Tensor) -> None:
        self._inputs, self._targets = inputs, targets
        self.padding = self._find_padding()
        """The token that fills rows of inputs and targets up; None when there is none."""

    @classmethod
    def of(cls, inputs: Tensor, target: Tensor) -> Optional["_SequenceAlignment"]:
        """None when they are no tokens, place by place."""
        if (inputs.dtype not in (torch.int64, torch.int32) or target.is_floating_point() or target.is_complex() or inputs.dim() != 2 or inputs.shape[1] < cls._FEWEST_PLACES
                or not 0 < inputs.numel() == target.numel() <= cls._MOST_TOKENS or (target.dim() == 2 and target.shape != inputs.shape) or target.dim() > 2):
            return None
        return cls(inputs.detach().cpu().long(), target.detach().cpu().long().reshape(inputs.shape))

    def measure(self, ignored: Iterable[Optional[int]], knows_ignored: bool, observe: Observer) -> Optional[int]:
        """Measures the batch, and returns by how many places targets run ahead of inputs; None where that is not certain.

        :param ignored: The indices that the loss leaves out, beside negative ones.
        :param knows_ignored: Whether it is known what the loss leaves out.
        """
        counts = self._targets >= 0
        for index in ignored:
            if index is not None:
                counts = counts & (self._targets != index)
        shift = self._shift(counts)
        if shift is not None:
            observe("target_shift", "", shift)
        if not knows_ignored:
            return shift
        counted = int(counts.sum())
        if counted > 0:
            filling = int((self._runs(self._targets, self.padding) * counts[:, -1]).sum()) if self.padding is not None else 0
            observe("target_padding_fraction", "", filling / counted)
        agreement = self._end_agreement(counts) if shift == 1 else None
        if agreement is not None:
            observe("target_end_agreement", "", agreement)
        return shift

    @staticmethod
    def _runs(rows: Tensor, token: Union[int, Tensor]) -> Tensor:
        """How often each row repeats the token at its end."""
        return (rows == token).flip(1).long().cumprod(1).sum(1)

    def _find_padding(self) -> Optional[int]:
        last = self._targets[:, -1:]
        run, given = self._runs(self._targets, last), self._runs(self._inputs, last)
        fills = (run >= 2) & (run < self._targets.shape[1]) & (self._inputs[:, -1:] == last).reshape(-1) & ((given - run).abs() <= 2)
        tokens, times = torch.unique(last.reshape(-1)[fills], return_counts=True)
        if tokens.numel() == 0 or int(times.max()) < max(2, int(0.3 * len(self._targets))):
            return None
        return int(tokens[times.argmax()])

    def _shift(self, counts: Tensor) -> Optional[int]:
        best = None
        # What fills rows up is equal at every shift and tells nothing.
        telling = counts if self.padding is None else counts & (self._targets != self.padding)
        width = self._targets.shape[1]
        for shift in range(-1, 4):
            if width <= abs(shift):
                continue
            places = slice(max(0, -shift), width - max(0, shift))
            there = telling[:, places]
            total = int(there.sum())
            equal = int(((self._targets[:, places] == self._inputs[:, places.start + shift:places.stop + shift]) & there).sum())
            share = equal / total if total >= self._FEWEST_TOKENS else 0.0
            if share >= self._AMBIGUOUS:
                if best is not None or share < self._EQUAL:
                    return None
                best = shift
        return best

    def _end_agreement(self, counts: Tensor) -> Optional[float]:
        places = torch.arange(counts.shape[1])
        any_counted = counts.any(1)
        last = torch.where(counts, places, -1).amax(1)
        first = torch.where(counts, places, counts.shape[1]).amin(1)
        whole = counts.sum(1) == last - first + 1
        ends = any_counted & whole & (last < counts.shape[1] - 1)
        if int(ends.sum()) < self._FEWEST_ENDS:
            return None
        _, times = torch.unique(self._targets.gather(1, last.clamp(min=0).unsqueeze(1)).reshape(-1)[ends], return_counts=True)
        return float(times.max()) / float(ends.sum())


def _form_of(output: Tensor) -> Optional[Tuple[int, int]]:
    """What outputs that a loss compares are, and over which dimension: 0 numbers of any kind, 1 shares that sum to 1, 2 logarithms of such shares; None where they have no rows."""
    if not output.is_floating_point() or not 2 <= output.dim() <= 5 or not 0 < output.numel() <= 1 << 20:
        return None
    o = output.detach().cpu().double()
    low, high = float(o.min()), float(o.max())
    # Sums in single precision over many classes are not exact.
    exact = 1e-4
    kind = 2 if high <= exact and low < 0 else 1 if low >= 0 and high <= 1 + exact else 0
    if kind == 0:
        return (0, -1) if math.isfinite(low) and math.isfinite(high) and sum(size > 1 for size in o.shape) > 1 else None
    shares = o.exp() if kind == 2 else o
    # Classes stand in the last dimension or behind the samples; the samples' own comes last, since a batch may hold one of each class.
    for dimension in dict.fromkeys((o.dim() - 1, 1, 0)):
        if o.shape[dimension] > 1 and float((shares.sum(dimension) - 1).abs().max()) < exact:
            return kind, dimension
    return 0, -1


class _EvaluationProbe:
    """
    Looks once, when a validation is told, at what was evaluated last, and evaluates it again on a copy: whether it repeats itself, whether samples reach outputs of others, and whether outputs
    see the answers that they should predict, where these stand later in the input. Only where the copy gives what the model gave is more told than that: a mask that was handed over by name
    is not seen in here.
    """

    _SAMPLES = 4
    _MOST_ELEMENTS = 1 << 20
    _MOST_PARAMETERS = 1 << 26
    _STILL = 1e-4

    def __init__(self) -> None:
        self.over = False
        self._inputs: Optional[Tuple[Tensor, ...]] = None
        self._output: Optional[Tensor] = None

    def keep(self, inputs: Any, output: Any) -> None:
        """Keeps the first samples of an evaluation."""
        made = _first_tensor(output)
        if self.over or made is None or made.dim() < 1 or not isinstance(inputs, tuple) or not inputs or not all(isinstance(item, Tensor) for item in inputs) or inputs[0].dim() < 2:
            return
        samples = inputs[0].shape[0]
        largest = max(made.numel(), inputs[0].numel(), 1)
        count = min(self._SAMPLES, samples, max(2, self._MOST_ELEMENTS * samples // largest))
        if count < 2 or made.shape[0] == 0 or made.shape[0] % samples != 0 or largest // samples * count > 4 * self._MOST_ELEMENTS:
            return
        self._inputs = tuple(item.detach()[:count].clone() if item.dim() > 0 and item.shape[0] == samples else item.detach().clone() for item in inputs)
        self._output = made.detach()[:count * (made.shape[0] // samples)].clone()

    def look(self, model: nn.Module, samples_first: bool, shift: Optional[int]) -> List[Tuple[str, str, float]]:
        """What was seen.

        :param samples_first: Whether the first dimension is known to count samples.
        :param shift: By how many places targets run ahead of inputs; None where they are no tokens.
        """
        if self.over or self._inputs is None or self._output is None:
            return []
        self.over = True
        inputs, output, self._inputs, self._output = self._inputs, self._output, None, None
        if sum(parameter.numel() for parameter in model.parameters()) > self._MOST_PARAMETERS:
            return []
        told: List[Tuple[str, str, float]] = []
        # A model that cannot be copied or called like this is not looked at, and that is no fault.
        with _own_random(), torch.no_grad(), contextlib.suppress(Exception):
            self._look(copy.deepcopy(model).eval(), inputs, output, samples_first, shift, told)
        return told

    def _look(self, model: nn.Module, inputs: Tuple[Tensor, ...], output: Tensor, samples_first: bool, shift: Optional[int], told: List[Tuple[str, str, float]]) -> None:
        def evaluate(first: Tensor, seed: int = 1) -> Tensor:
            _seed(seed)
            made = _first_tensor(model(first.clone(), *inputs[1:]))
            assert made is not None
            return made.clone()

        again = evaluate(inputs[0])
        told.append(("evaluation_drift", _OUTPUT_SCOPE, _difference(again, evaluate(inputs[0]))))
        if told[-1][2] > self._STILL:
            return
        told.append(("evaluation_difference", _OUTPUT_SCOPE, _difference(again, evaluate(inputs[0], 2))))
        if told[-1][2] > self._STILL or again.shape != output.shape or not torch.allclose(again.float(), output.float(), 1e-3, 1e-4):
            return
        count = inputs[0].shape[0]
        if samples_first:
            other = inputs[0].clone()
            other[0] = inputs[0][1]
            leakage = None if bool((other == inputs[0]).all()) else _leakage(_moved(again, evaluate(other)), count, 0)
            if leakage is not None:
                told.append(("sample_leakage", _OUTPUT_SCOPE, leakage))
        place = _output_place(again, inputs[0], 0, 1) if shift is not None and shift >= 1 and inputs[0].dim() == 2 else None
        if place is None or shift is None:
            return
        (axis, shape), seen, length = place, [], inputs[0].shape[1]
        for asked in sorted({int(part * (length - shift - 1)) for part in (0.2, 0.4, 0.6, 0.8)}):
            changed = _exchange(inputs[0], asked + shift, 1, 0)
            if not bool((changed == inputs[0]).all()):
                seen.append(float(_moved(again.reshape(shape), evaluate(changed).reshape(shape)).select(axis, asked).any()))
        if seen:
            told.append(("answer_leakage", _OUTPUT_SCOPE, sum(seen) / len(seen)))


class _StepComparison:
    """Keeps what goes into and comes out of the model until the step is told of, and lays it beside target and loss. After the first steps only few are looked at."""

    _DENSE = 24
    _PERIOD = 16
    _MOST_FEATURES = 4096
    _FEWEST_ROWS = 8
    _MOST_ANSWERS = 1 << 20

    def __init__(self) -> None:
        self.ignored: Optional[int] = None
        """The class index that the loss leaves out, as it says itself."""
        self.knows_loss = False
        """Whether the loss is a module, which says what it leaves out."""
        self.samples_first = False
        """Whether the first dimension of the inputs is known to count samples."""
        self.shift: Optional[int] = None
        """By how many places targets ran ahead of inputs when that was last seen."""
        self._input = self._output = self._made = self._target = self._layer = None  # type: Optional[Tensor]
        self._image: Optional[Tuple[str, Tensor]] = None
        self._dealt_out: Optional[bool] = None
        self._compared = False
        self._calls = self._looked = 0

    @property
    def wants(self) -> bool:
        return self._looked < self._DENSE or self._looked % self._PERIOD == 0

    def keep(self, inputs: Any, output: Tensor) -> None:
        """Keeps a call of the model: of several in a step the first."""
        self._calls += 1
        if self._calls > 1 or not self.wants:
            return
        # Indices before numbers: beside tokens, a model takes masks and weights.
        taken = sorted(_tensors(inputs), key=lambda tensor: tensor.is_floating_point())
        self._input = taken[0].detach() if taken else None
        if not self._compared:
            self._output = output.detach()
        else:
            self._made = output.detach()
        if self._image is not None and self._input is not None:
            self._dealt_out = self._is_dealt_out(self._input, self._image[1])

    def keep_layer(self, made: Tensor) -> None:
        """Keeps the output of a layer, which may be dealt out anew on its way to the loss."""
        if self._calls == 0 and made.dim() == 3 and made.is_floating_point() and self.wants:
            self._layer = made.detach()

    def keep_image(self, path: str, taken: Optional[Tensor]) -> None:
        """Keeps what goes into the first convolution, which may be the model's input with its axes dealt out anew."""
        if taken is not None and self._image is None and self._calls == 0 and taken.dim() == 4 and self.wants:
            self._image = path, taken.detach()

    def keep_compared(self, prediction: Tensor, target: Tensor) -> None:
        """Keeps what the loss compares."""
        if not self._compared and self.wants:
            self._compared = True
            self._output, self._target = prediction.detach(), target.detach()

    def measure(self, loss: float, before: float, told: Optional[Tensor], observe: Observer) -> None:
        """Measures the step.

        :param loss: Its loss.
        :param before: The loss of the step before; NaN for none.
        :param told: Its target, as it was told.
        """
        target = self._target if self._target is not None else told
        if target is None or not self.wants:
            return
        alignment = None if self._input is None else _SequenceAlignment.of(self._input, target)
        if self._input is not None and self._input.dim() > 0 and target.dim() > 0:
            self.samples_first = self.shift is not None or (target.numel() == target.shape[0] == self._input.shape[0])
        recognized = None
        if self._output is not None and (self._calls <= 1 or self._compared):
            padding = None if alignment is None else alignment.padding
            recognized = _LossRecognition.recognize(self._output, target, loss, self.ignored, padding)
            if recognized is not None and recognized.kind is None and math.isfinite(before) and loss > before > 0:
                added = _LossRecognition.recognize(self._output, target, loss - before, self.ignored, padding)
                recognized = added._replace(reduction=4) if added is not None and added.kind is not None and added.reduction == 0 else recognized
        form = None if self._output is None or target.is_floating_point() else _form_of(self._output)
        if form is not None:
            observe("compared_form", "", form[0])
            if form[0] > 0:
                observe("compared_dimension", "", form[1])
        if self._dealt_out is not None and self._image is not None:
            observe("input_regrouped", self._image[0], 1 if self._dealt_out else 0)
        if recognized is not None:
            self._report(recognized, form, target, observe)
        if alignment is not None:
            self.shift = alignment.measure((self.ignored, recognized and recognized.ignored), self.knows_loss or bool(recognized and recognized.kind), observe)
        for metric, value in (("output_target_correlation", self._answer_correlation(target)), ("target_feature_correlation", self._feature_correlation(target))):
            if value is not None:
                observe(metric, "", value)

    def end_step(self) -> None:
        """Lets go of what was kept."""
        self._looked += 1 if self._calls > 0 else 0
        self._input = self._output = self._made = self._target = self._layer = self._image = self._dealt_out = None
        self._compared, self._calls = False, 0

    def _report(self, recognized: _Recognized, form: Optional[Tuple[int, int]], target: Tensor, observe: Observer) -> None:
        observe("recognized_loss", "", -1 if recognized.kind is None else _LOSS_KINDS.index(recognized.kind))
        if recognized.kind is not None:
            observe("recognized_reduction", "", recognized.reduction)
            observe("recognized_activation", "", 1 if recognized.activated or self._is_activated_between(recognized.kind, form) else 0)
            observe("recognized_regrouping", "", 1 if recognized.regrouped or self._is_regrouped(target) else 0)
        if recognized.remainder is not None:
            observe("recognized_remainder", "", recognized.remainder)
        if recognized.broadcast is not None:
            observe("recognized_broadcast", "", 1 if recognized.broadcast else 0)

    def _is_activated_between(self, kind: str, form: Optional[Tuple[int, int]]) -> bool:
        """Whether the loss takes softmax or sigmoid of what is softmax or sigmoid of the output already."""
        if kind == "CrossEntropy":
            return form is not None and form[0] == 1 and form[1] > 0
        made, output = self._made, self._output
        if kind != "BinaryCrossEntropyWithLogits" or made is None or output is None or made.numel() != output.numel():
            return False
        return torch.allclose(made.reshape(-1).float().sigmoid(), output.reshape(-1).float(), 1e-4, 1e-5)

    @staticmethod
    def _is_dealt_out(image: Tensor, taken: Tensor) -> Optional[bool]:
        """Whether images of (samples, height, width, channels) came to a convolution as (samples, channels, height, width) in the same order; None where the shapes do not tell."""
        if image.dim() != 4 or image.dtype != taken.dtype or image.shape[1] == image.shape[3] or tuple(taken.shape) != (image.shape[0], image.shape[3], image.shape[1], image.shape[2]):
            return None
        return bool((image.reshape(-1) == taken.reshape(-1)).all())

    def _is_regrouped(self, target: Tensor) -> bool:
        """Whether logits of (samples, places, classes) reach the loss as (samples, classes, places) in the same order, reshaped and not transposed."""
        layer, output = self._layer, self._output
        if layer is None or output is None or output.dim() != 3 or target.dim() != 2 or target.is_floating_point():
            return False
        samples, places, classes = layer.shape
        return tuple(output.shape) == (samples, classes, places) and places != classes and target.shape[1] == places and bool((output.reshape(-1) == layer.reshape(-1)).all())

    def _answer_correlation(self, target: Tensor) -> Optional[float]:
        """Answers that follow the targets have a correlation above 0, those that flee them one below."""
        output = self._output
        if (output is None or not output.is_floating_point() or not target.is_floating_point() or output.numel() != target.numel()
                or not self._FEWEST_ROWS <= output.numel() <= self._MOST_ANSWERS):
            return None
        o, t = output.cpu().double().reshape(-1), target.detach().cpu().double().reshape(-1)
        o, t = o - o.mean(), t - t.mean()
        norm = float((o * o).sum() * (t * t).sum()) ** 0.5
        return float((o * t).sum()) / norm if 0 < norm < math.inf else None

    def _feature_correlation(self, target: Tensor) -> Optional[float]:
        """A feature from which the target follows exactly is the target."""
        x = self._input
        if (x is None or not x.is_floating_point() or x.dim() != 2 or not 2 <= x.shape[1] <= self._MOST_FEATURES or x.shape[0] < self._FEWEST_ROWS
                or target.numel() != x.shape[0] or target.is_complex()):
            return None
        x, y = x.cpu().double(), target.detach().cpu().double().reshape(-1, 1)
        x, y = x - x.mean(0, keepdim=True), y - y.mean(0, keepdim=True)
        norm = ((x * x).sum(0) * (y * y).sum()).sqrt()
        largest = float(torch.where(norm > 1e-12, (x * y).sum(0).abs() / norm.clamp(min=1e-300), torch.zeros_like(norm)).max())
        return largest if math.isfinite(largest) else None


class _FeatureMoments:
    """Mean and variance of every feature over the rows of many batches. Of rows with many features, the channels alone."""

    _MOST_FEATURES = 4096

    def __init__(self) -> None:
        self.batches = self.rows = 0
        self._sums: Optional[Tensor] = None
        self._squares: Optional[Tensor] = None

    @property
    def width(self) -> int:
        return 0 if self._sums is None else self._sums.numel()

    def mean(self) -> Tensor:
        assert self._sums is not None
        return self._sums / self.rows

    def variance(self) -> Tensor:
        assert self._squares is not None
        mean = self.mean()
        return (self._squares / self.rows - mean * mean).clamp(min=0)

    def add(self, batch: Tensor) -> None:
        """Takes a batch; one of another width than the first is left out."""
        rows = _widen(batch.detach()).reshape(batch.shape[0], -1)
        if rows.shape[1] > self._MOST_FEATURES:
            rows = rows.reshape(batch.shape[0], batch.shape[1], -1).mean(2) if batch.dim() > 2 and batch.shape[1] <= self._MOST_FEATURES else rows.mean(1, keepdim=True)
        if self._sums is None or self._squares is None:
            self._sums, self._squares = rows.sum(0), (rows * rows).sum(0)
        elif rows.shape[1] == self.width and rows.device == self._sums.device:
            self._sums += rows.sum(0)
            self._squares += (rows * rows).sum(0)
        else:
            return
        self.batches += 1
        self.rows += rows.shape[0]


class _ValidationComparison:
    """Compares what is fed in for a validation with what is fed in for training, feature by feature."""

    _MOST_BATCHES = 256
    _FEWEST_TRAINED = 32
    _FEWEST_VALIDATED = 16

    def __init__(self) -> None:
        self._trained, self._trained_targets = _FeatureMoments(), _FeatureMoments()
        self._validated, self._validated_targets = _FeatureMoments(), _FeatureMoments()
        self._answers = [0.0] * 6
        self._passes = 0

    def add_training(self, batch: Tensor) -> None:
        self._add(self._trained, batch)

    def add_training_target(self, target: Tensor) -> None:
        self._add(self._trained_targets, target)

    def add_evaluation(self, batch: Tensor) -> None:
        self._passes += 1
        self._add(self._validated, batch)

    def add_evaluation_target(self, output: Tensor, target: Tensor) -> None:
        self._add(self._validated_targets, target)
        if output.is_floating_point() and target.is_floating_point() and 0 < output.numel() == target.numel() <= 1 << 20:
            x, y = output.detach().cpu().double().reshape(-1), target.detach().cpu().double().reshape(-1)
            more = torch.stack([torch.ones_like(x), x, y, x * x, y * y, x * y]).sum(1).tolist()
            self._answers = [total + part for total, part in zip(self._answers, more)]

    def _correlation(self) -> Optional[float]:
        """How outputs and real-valued targets go together; None for few, and where one side does not vary."""
        count, x, y, xx, yy, xy = self._answers
        if count < self._FEWEST_TRAINED:
            return None
        spread = math.sqrt(max(0.0, xx - x * x / count) * max(0.0, yy - y * y / count))
        return (xy - x * y / count) / spread if 1e-9 * math.sqrt(xx * yy) < spread < math.inf else None

    def take(self) -> List[Tuple[str, str, float]]:
        """How a validation differs from the training; and begins anew."""
        told: List[Tuple[str, str, float]] = [("validation_pass_count", "", self._passes)]
        inputs = self._difference(self._trained, self._validated)
        targets = self._difference(self._trained_targets, self._validated_targets)
        if inputs is not None:
            told += [("validation_input_shift", "", inputs[0]), ("validation_input_scale", "", inputs[1])]
        if targets is not None:
            told.append(("validation_target_shift", "", targets[0]))
        correlation, self._answers = self._correlation(), [0.0] * 6
        if correlation is not None:
            told.append(("validation_target_correlation", "", correlation))
        self._passes, self._validated, self._validated_targets = 0, _FeatureMoments(), _FeatureMoments()
        return told

    def _add(self, moments: _FeatureMoments, values: Tensor) -> None:
        if moments.batches < self._MOST_BATCHES and values.dim() > 0 and _can_measure(values):
            moments.add(values)

    def _difference(self, trained: _FeatureMoments, validated: _FeatureMoments) -> Optional[Tuple[float, float]]:
        if trained.rows < self._FEWEST_TRAINED or validated.rows < self._FEWEST_VALIDATED or trained.width != validated.width:
            return None
        variance = trained.variance().cpu()
        spread, other = float(variance.mean()), float(validated.variance().mean())
        if not 0 < spread < math.inf or not math.isfinite(other):
            return None
        # A feature that hardly varies in training must not turn a speck into a distance.
        difference = validated.mean().cpu() - trained.mean().cpu()
        distance = float((difference * difference / variance.clamp(min=0.01 * spread)).mean())
        return math.sqrt(max(0.0, distance - 1 / trained.rows - 1 / validated.rows)), math.sqrt(other / spread)


# ---- descriptions

_TASKS = ("Regression", "BinaryClassification", "MulticlassClassification", "MultilabelClassification", "LanguageModeling", "Reconstruction", "Adversarial",
          "Reinforcement", "PolicyOptimization", "Preference", "Variational", "Diffusion", "SelfSupervised", "Boosting")

_ACTIVATIONS = {name: name for name in (
    "ReLU", "ReLU6", "LeakyReLU", "PReLU", "RReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish", "Hardswish", "Softplus", "Softsign", "Sigmoid", "Hardsigmoid",
    "LogSigmoid", "Tanh", "Hardtanh", "Softmax", "LogSoftmax", "GLU")}
_ACTIVATIONS["Softmax2d"] = "Softmax"

_BOUNDS = {"Sigmoid": (0.0, 1.0), "Hardsigmoid": (0.0, 1.0), "Tanh": (-1.0, 1.0), "Hardtanh": (-1.0, 1.0), "Softsign": (-1.0, 1.0), "Softmax": (0.0, 1.0)}
_BOUND_SHARE = 0.01

_LOSSES = {
    "crossentropyloss": "CrossEntropy", "nllloss": "NegativeLogLikelihood", "bceloss": "BinaryCrossEntropy", "binarycrossentropy": "BinaryCrossEntropy",
    "bcewithlogitsloss": "BinaryCrossEntropyWithLogits", "binarycrossentropywithlogits": "BinaryCrossEntropyWithLogits", "crossentropy": "CrossEntropy",
    "mseloss": "MeanSquaredError", "l1loss": "MeanAbsoluteError", "smoothl1loss": "Huber", "huberloss": "Huber", "kldivloss": "KullbackLeibler", "kldiv": "KullbackLeibler",
    "poissonnllloss": "PoissonNegativeLogLikelihood", "ctcloss": "ConnectionistTemporalClassification",
}

_SMALLEST_NORMAL = 1.17549435e-38


def _places(model: nn.Module) -> List[Dict[str, Any]]:
    """Where the doctor was attached, and where the classes of the user's own modules are declared: a report names those lines."""
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    places = [{"what": "Attach", "file": _source_path(frame.f_code.co_filename), "line": frame.f_lineno}]
    for path, module in model.named_modules():
        kind = type(module)
        if kind.__module__.split(".")[0] == "torch" or len(places) > 64:
            continue
        try:
            file, line = inspect.getsourcefile(kind), inspect.getsourcelines(kind)[1]
        except (OSError, TypeError):
            continue  # typed at a prompt, or built by a program: it has no file
        if file:
            places.append({"what": "Layer" if path else "Model", "file": _source_path(file), "line": line, **({"name": path} if path else {})})
    return places


def _source_path(file: str) -> str:
    """A path relative to the root of its repository where that lies here, otherwise as it is; always with slashes."""
    folder = os.path.dirname(os.path.abspath(file))
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return file.replace(os.sep, "/")
        folder = parent
    return os.path.relpath(os.path.abspath(file), folder).replace(os.sep, "/")


def _describe_model(model: nn.Module, optimizer: Any, hook: Callable[[str, nn.Module, str, Optional[str]], bool]) -> Dict[str, Any]:
    modules = dict(_modules(model)) or {"": model}
    held = None if optimizer is None else {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    layers = []
    for path, module in modules.items():
        kind, activation = _kind_of(module), _activation_of(module)
        leaf = kind != "Container" and not any(True for _ in _modules(module))
        layers.append({
            "path": path, "typeName": type(module).__name__, "kind": kind, "activation": activation, "isLeaf": leaf, "isHooked": leaf and hook(path, module, kind, activation),
            "inputFeatures": _number(module, "in_features", "in_channels", "num_embeddings"), "outputFeatures": _number(module, "out_features", "out_channels", "embedding_dim"),
            "hasBias": getattr(module, "bias", None) is not None if kind in ("Linear", "Convolution", "TransposedConvolution") else None,
            "negativeSlope": _real(module, "negative_slope", "alpha"), "dropoutRate": _real(module, "p") if kind == "Dropout" else None, "dimension": _number(module, "dim"),
        })
    return {
        "typeName": type(model).__name__, "layers": layers,
        "parameters": [_describe_parameter(name, parameter, *_owner(name, modules), held=held) for name, parameter in model.named_parameters() if not nn.parameter.is_lazy(parameter)],
        "unregistered": list(_unregistered(model)), "isSequential": _is_chain(model),
    }


def _modules(model: nn.Module, prefix: str = "", seen: Optional[Set[int]] = None) -> Iterator[Tuple[str, nn.Module]]:
    """The modules below a model, each once. Attention calls its projection past all hooks, and parametrizations are no layers, so neither is gone into."""
    seen = {id(model)} if seen is None else seen
    if isinstance(model, nn.MultiheadAttention):
        return
    for name, child in model.named_children():
        if name != "parametrizations" and id(child) not in seen:
            seen.add(id(child))
            yield prefix + name, child
            yield from _modules(child, prefix + name + ".", seen)


def _is_chain(model: nn.Module) -> bool:
    return isinstance(model, nn.Sequential) and all(_is_chain(child) if isinstance(child, nn.Sequential) else not any(True for _ in _modules(child)) for child in model.children())


def _owner(parameter: str, modules: Mapping[str, nn.Module]) -> Tuple[str, nn.Module]:
    path = parameter
    while "." in path:
        path = path.rpartition(".")[0]
        if path in modules:
            return path, modules[path]
    return "", next(iter(modules.values()))


def _is_torch(module: nn.Module) -> bool:
    return type(module).__module__.partition(".")[0] == "torch"


def _activation_of(module: nn.Module) -> Optional[str]:
    return _ACTIVATIONS.get(type(module).__name__) if _is_torch(module) else None


def _bounds_of(module: nn.Module, activation: Optional[str]) -> Optional[Tuple[float, float]]:
    if activation not in _BOUNDS:
        return None
    low, high = (float(module.min_val), float(module.max_val)) if activation == "Hardtanh" else _BOUNDS[activation]
    margin = _BOUND_SHARE * (high - low)
    return low + margin, high - margin


_KINDS: Sequence[Tuple[Tuple[type, ...], str]] = (
    ((nn.Sequential, nn.ModuleList, nn.ModuleDict, nn.ParameterList, nn.ParameterDict), "Container"),
    ((nn.Linear, nn.Bilinear), "Linear"),
    ((nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d), "TransposedConvolution"),
    ((nn.Conv1d, nn.Conv2d, nn.Conv3d), "Convolution"),
    ((nn.RNNBase, nn.RNNCellBase), "Recurrent"),
    ((nn.MultiheadAttention, nn.Transformer, nn.TransformerEncoder, nn.TransformerEncoderLayer, nn.TransformerDecoder, nn.TransformerDecoderLayer), "Attention"),
    ((nn.Embedding, nn.EmbeddingBag), "Embedding"),
    ((nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm), "BatchNormalization"),
    ((nn.LayerNorm, nn.GroupNorm, nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d), "Normalization"),
)


def _kind_of(module: nn.Module) -> str:
    for types, kind in _KINDS:
        if isinstance(module, types):
            return kind
    name = type(module).__name__
    if _activation_of(module) is not None:
        return "Activation"
    if name.endswith(("LayerNorm", "RMSNorm")):
        return "Normalization"
    if not _is_torch(module):
        return "Other"
    for part, kind in (("Dropout", "Dropout"), ("Pool", "Pooling"), ("Norm", "Normalization"), ("Pad", "Reshape"), ("Upsampl", "Reshape"), ("Shuffle", "Reshape")):
        if part in name:
            return kind
    return "Reshape" if name in ("Flatten", "Unflatten", "Identity") else "Other"


def _describe_parameter(name: str, parameter: Tensor, path: str, owner: nn.Module, held: Optional[Set[int]]) -> Dict[str, Any]:
    role = _role_of(name, parameter.dim(), _kind_of(owner))
    shape = list(parameter.shape)
    fans = role in ("Weight", "RecurrentInput", "RecurrentState") and len(shape) >= 2
    described: Dict[str, Any] = {
        "name": name, "layerPath": path, "role": role, "shape": shape, "dataType": str(parameter.dtype).replace("torch.", ""), "count": parameter.numel(),
        "isTrainable": parameter.requires_grad, "isInOptimizer": None if held is None else id(parameter) in held,
        "fanIn": _product(shape[1:]) if fans else None, "fanOut": shape[0] * _product(shape[2:]) if fans else None,
    }
    if _can_measure(parameter):
        statistics = _Statistics.read(_Statistics.reduce(parameter))
        magnitudes = _flat(parameter).abs()
        rows = parameter.detach().reshape(shape[0], -1) if role == "Weight" and shape[0] > 1 else None
        described.update(
            initialMean=statistics.mean, initialStandardDeviation=statistics.deviation, initialAbsoluteMaximum=statistics.magnitude, initialZeroFraction=statistics.zero_fraction,
            initialNonFiniteCount=int(statistics.non_finite), initialDenormalCount=int(((magnitudes > 0) & (magnitudes < _SMALLEST_NORMAL)).sum()),
            hasEqualUnits=rows is not None and bool((rows == rows[0]).all()))
    return described


def _role_of(name: str, dimensions: int, kind: str) -> str:
    last = name.rpartition(".")[2]
    if kind in ("BatchNormalization", "Normalization"):
        return "NormalizationShift" if "bias" in last else "NormalizationScale"
    if kind == "Embedding":
        return "Embedding"
    if "bias" in last:
        return "Bias"
    if last.startswith("weight_ih"):
        return "RecurrentInput"
    if last.startswith("weight_hh"):
        return "RecurrentState"
    return "Weight" if "weight" in last and dimensions >= 2 else "Other"


def _unregistered(model: nn.Module) -> Iterator[Dict[str, Any]]:
    """Finds modules and parameters in attributes, lists and dictionaries of custom modules that were never registered. What is frozen is hidden on purpose."""
    known: Set[int] = {id(module) for module in model.modules()} | {id(parameter) for parameter in model.parameters()}
    seen: Set[int] = set()

    def visit(member: str, value: Any, depth: int) -> Iterator[Dict[str, Any]]:
        if depth > 3 or id(value) in seen or id(value) in known:
            return
        seen.add(id(value))
        if isinstance(value, nn.Module):
            parameters = list(value.parameters())
            is_loss = "Loss" in type(value).__name__ and not parameters
            if not is_loss and (not parameters or any(parameter.requires_grad for parameter in parameters)):
                yield {"member": member, "typeName": type(value).__name__, "parameterCount": sum(parameter.numel() for parameter in parameters)}
        elif isinstance(value, nn.Parameter):
            if value.requires_grad:
                yield {"member": member, "typeName": "Parameter", "parameterCount": value.numel()}
        elif isinstance(value, Mapping):
            for key, item in value.items():
                yield from visit("{}[{}]".format(member, key), item, depth + 1)
        elif isinstance(value, (list, tuple)) and (not value or isinstance(value[0], (nn.Module, nn.Parameter, list, tuple, Mapping))):
            for index, item in enumerate(value):
                yield from visit("{}[{}]".format(member, index), item, depth + 1)

    for path, module in model.named_modules():
        if not _is_torch(module):
            for name, value in vars(module).items():
                # What torch itself keeps: the registered members, and hooks.
                if name not in ("_parameters", "_buffers", "_modules") and "hooks" not in name:
                    yield from visit(path + "." + name if path else name, value, 0)


def _describe_optimizer(optimizer: Any, model: nn.Module) -> Dict[str, Any]:
    groups = optimizer.param_groups
    own = {id(parameter) for parameter in model.parameters()}
    held = {id(parameter) for group in groups for parameter in group["params"]}

    def largest(name: str) -> Optional[float]:
        return max((float(group[name]) for group in groups if group.get(name) is not None), default=None)

    return {
        "typeName": type(optimizer).__name__, "learningRates": [float(group["lr"]) for group in groups], "weightDecay": largest("weight_decay"), "momentum": largest("momentum"),
        "parameterCount": len(held), "foreignParameterCount": len(held - own),
    }


def _describe_loss(loss: Any) -> Dict[str, Any]:
    name = type(loss).__name__ if isinstance(loss, nn.Module) else getattr(loss, "__name__", type(loss).__name__)
    kind = _LOSSES.get(name.replace("_", "").lower(), "Margin" if "margin" in name.lower() or "hinge" in name.lower() else "Other")
    reduction = getattr(loss, "reduction", None)
    return {
        "kind": kind, "typeName": name, "reduction": reduction if isinstance(reduction, str) else None, "hasClassWeights": isinstance(getattr(loss, "weight", None), Tensor),
        "ignoredIndex": _number(loss, "ignore_index") if isinstance(loss, nn.Module) else None,
    }


# ---- preflight


def preflight(model: nn.Module, loss: Callable[[Any, Tensor], Tensor], optimizer: Any, inputs: Tensor, targets: Tensor, *,
              forward: Optional[Callable[[nn.Module, Tensor], Any]] = None, record_to: Union[str, "os.PathLike[str]"] = "preflight.jsonl", name: Optional[str] = None,
              task: Optional[str] = None, batch_dimension: Optional[int] = None, learning_steps: int = 100, time_limit: float = 20.0) -> Dict[str, float]:
    """Looks at a program before it trains, on copies of the model, and records what it sees for ``traindoctor diagnose``.

    Tried are one step in full; whether samples, or later places of a sequence, reach outputs that are not theirs; whether outputs depend on inputs; whether evaluation repeats itself;
    whether every parameter gets a gradient; and whether the batch can be learnt by heart. The model, its gradients, the optimizer and torch's random numbers stay as they are.
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

    _SEED = 20_170_612
    _ROUNDING = 1e-5
    _LEARNT = 0.7
    _PROGRESS = 0.02
    _MOST_ALLOWANCES = 6
    _RATES = (1e-2, 1e-3)
    _GRADIENT_STEPS = 20
    _STEPS_OF_BATCH = 5
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
            for step in sorted(self._lines):
                recording.write_step(step, self._lines[step])
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
        _seed(self._SEED + seed)
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
        for rate in self._RATES:
            unseen = self._lowest(alike, rate, 1, -math.inf)
            blind = min(blind, math.inf if unseen is None else unseen)
            seen = None if unseen is None else self._lowest(self._inputs, rate, self._MOST_ALLOWANCES, self._LEARNT * blind if blind > 0 else -math.inf)
            if seen is None:
                self._left_out["learnt_loss"] = "learning by heart did not end in time"
                return
            learnt = min(learnt, seen)
            if learnt < self._LEARNT * blind:
                break
        # Rules want to see several batches: that of each of these steps is the one that was measured.
        for metric, scope, value in self._lines[0]:
            if metric in self._OF_BATCH:
                for step in range(1, self._STEPS_OF_BATCH):
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
                falls = lowest < before - self._PROGRESS * abs(before)
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


class _Calls:
    """What each leaf of a model took and made in its first call, in the order of the calls."""

    _MOST_ELEMENTS = 1 << 24

    def __init__(self, model: nn.Module) -> None:
        self.heard: List[Tuple[str, nn.Module, Optional[Tensor], Tensor]] = []
        self._known: Set[str] = set()
        self._elements = 0
        leaves = [(path, module) for path, module in _modules(model) if not any(True for _ in _modules(module))] or [("", model)]
        self._handles = [module.register_forward_hook(self._hook(path)) for path, module in leaves]

    def _hook(self, path: str) -> Callable[..., None]:
        def hear(module: nn.Module, inputs: Any, output: Any) -> None:
            made = _first_tensor(output)
            if made is None or path in self._known:
                return
            self._known.add(path)
            self._elements += made.numel()
            if self._elements <= self._MOST_ELEMENTS:
                taken = _first_tensor(inputs)
                self.heard.append((path, module, None if taken is None else taken.detach().clone(), made.detach().clone()))

        return hear

    def __enter__(self) -> "_Calls":
        return self

    def __exit__(self, *_: Any) -> None:
        for handle in self._handles:
            handle.remove()


def _exchange(values: Tensor, place: int, dimension: int, samples: int) -> Tensor:
    """Lets samples take each other's values at one place of a dimension; the sample at that place another's when the dimension is that of the samples."""
    changed = values.clone()
    changed.select(dimension, place).copy_(values.roll(1, samples).select(dimension, place))
    return changed


def _moved(before: Tensor, after: Tensor) -> Tensor:
    """Marks the elements that moved by more than another order of summation makes them."""
    if not before.is_floating_point():
        return before != after
    wide = before.double()
    return (wide - after.double()).abs() > _Preflight._ROUNDING * torch.nan_to_num(wide, 0.0, 0.0, 0.0).abs().mean()


def _leakage(moved: Tensor, samples: int, sample: int) -> Optional[float]:
    """
    The share of the other samples that an exchanged one reached; None where no dimension counts samples. An element belongs to the sample that one of its places counts: a place in a dimension whose
    size is a multiple of the batch's, so that samples merged with time, pairs of samples and batches of two inputs each are told apart, too.
    """
    shape = moved.shape
    counting = [dimension for dimension, size in enumerate(shape) if size >= samples and size % samples == 0]
    if not counting:
        return None
    allowed = torch.zeros_like(moved)
    for dimension in counting:
        places = torch.arange(shape[dimension], device=moved.device)
        own = (torch.div(places, shape[dimension] // samples, rounding_mode="floor") == sample) | (places % samples == sample)
        allowed = allowed | own.reshape([-1 if other == dimension else 1 for other in range(moved.dim())])
    leaked = moved & ~allowed
    if not bool(leaked.any()):
        return 0.0
    rows = leaked.transpose(0, counting[0]).reshape(shape[counting[0]], -1).any(1).tolist()
    others = {place // (shape[counting[0]] // samples) for place, reached in enumerate(rows) if reached} - {sample}
    return max(1, len(others)) / max(1, samples - 1)


def _difference(first: Tensor, second: Tensor) -> float:
    if first.shape != second.shape or not first.is_floating_point() or first.numel() == 0:
        return 0.0
    wide = first.double()
    largest = float(torch.nan_to_num((wide - second.double()).abs(), 0.0).max())
    spread = float(wide.std(unbiased=False)) if wide.numel() > 1 else 0.0
    return 0.0 if largest == 0 else largest / max(spread, 1e-6 * float(wide.abs().max()))


def _sample_dimension(inputs: Tensor, targets: Tensor) -> int:
    return 1 if inputs.dim() >= 2 and targets.dim() >= 1 and targets.shape[0] != inputs.shape[0] and targets.shape[0] == inputs.shape[1] else 0


def _time_dimension(inputs: Tensor, targets: Tensor) -> Optional[int]:
    """Which of the first two dimensions is time, by the data themselves: targets that run ahead, padding, what is alike in a row. None when they do not tell."""
    if inputs.dim() < 2 or min(inputs.shape[:2]) < 2:
        return None
    shifts = [bool(_shift(inputs, targets, dimension)) for dimension in (0, 1)]
    if shifts[0] != shifts[1]:
        return 0 if shifts[0] else 1

    def padded(dimension: int) -> float:
        last = inputs.select(dimension, -1)
        return float(((last == inputs.select(dimension, -2)) & (last == last.reshape(-1)[0])).double().mean())

    ends = padded(0), padded(1)
    if max(ends) > 0.25 and min(ends) == 0:
        return 0 if ends[0] > ends[1] else 1
    if not inputs.is_floating_point():
        return None
    rough = [float((inputs.narrow(dimension, 1, inputs.shape[dimension] - 1) - inputs.narrow(dimension, 0, inputs.shape[dimension] - 1)).abs().mean()) for dimension in (0, 1)]
    return 0 if rough[0] < 0.5 * rough[1] else 1 if rough[1] < 0.5 * rough[0] else None


def _shift(inputs: Tensor, targets: Tensor, dimension: int) -> Optional[int]:
    """By how many places the targets run ahead of the inputs along a dimension; None when they are no shifted copy."""
    if targets.numel() != inputs.numel() or targets.is_floating_point() != inputs.is_floating_point() or inputs.shape[dimension] < 4:
        return None
    answers, length = targets.reshape(inputs.shape), inputs.shape[dimension]
    for shift in range(min(3, length - 2) + 1):
        asked, given = answers.narrow(dimension, 0, length - shift), inputs.narrow(dimension, shift, length - shift)
        counted = torch.ones_like(asked, dtype=torch.bool) if asked.is_floating_point() else asked >= 0
        valid = int(counted.sum())
        # A constant sequence equals itself at any shift.
        varies = float((given != given.roll(1, dimension)).double().mean()) > 0.2
        if valid > 0 and varies and int(((asked == given) & counted).sum()) >= 0.95 * valid:
            return shift
    return None


def _output_place(output: Tensor, inputs: Tensor, samples: int, time_axis: int) -> Optional[Tuple[int, Tuple[int, ...]]]:
    """The dimension of time in an output, and the shape to see it in."""
    length, count = inputs.shape[time_axis], inputs.shape[samples]
    if output.dim() >= 2 and output.shape[0] == length * count:
        return time_axis, ((count, length) if samples == 0 else (length, count)) + tuple(output.shape[1:])
    if output.dim() >= 3 and output.shape[samples] == count:
        fitting = [dimension for dimension in range(output.dim()) if dimension != samples and output.shape[dimension] == length]
        if len(fitting) == 1 or time_axis in fitting:
            return fitting[0] if len(fitting) == 1 else time_axis, tuple(output.shape)
    return None


# ---- small things


@contextlib.contextmanager
def _own_random() -> Iterator[None]:
    """Random numbers of one's own: afterwards those of the training go on as if none had been drawn, on every device that is in use. A device that is not is not woken."""
    metal = _metal()
    state = None if metal is None else metal.get_rng_state()
    with torch.random.fork_rng(devices=list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []):
        try:
            yield
        finally:
            if metal is not None and state is not None:
                metal.set_rng_state(state)


def _seed(seed: int) -> None:
    """Seeds what ``_own_random`` gives back. torch.manual_seed would seed a device, too, that is not in use yet, for when it is."""
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(seed)
    metal = _metal()
    if metal is not None:
        metal.manual_seed(seed)


def _metal() -> Any:
    """torch.mps where it is there and its random numbers can be kept; None elsewhere."""
    metal, backend = getattr(torch, "mps", None), getattr(torch.backends, "mps", None)
    return metal if metal is not None and backend is not None and backend.is_available() and hasattr(metal, "get_rng_state") else None


def _is_switched_off() -> bool:
    """By TRAINDOCTOR=off, or by the name that the variable had before."""
    return any(os.environ.get(name, "").lower() == "off" for name in ("TRAINDOCTOR", "TRAINING_DOCTOR"))


def _first_tensor(value: Any) -> Optional[Tensor]:
    """The tensor in what a module took or returned: itself, the first of several, or the logits of a mapping that names them."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Mapping):
        value = [value["logits"]] if "logits" in value else list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            found = _first_tensor(item)
            if found is not None:
                return found
    return None


def _tensors(value: Any) -> Iterator[Tensor]:
    """All tensors in what a module took."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _tensors(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors(item)


def _number(module: nn.Module, *names: str) -> Optional[int]:
    found = (getattr(module, name, None) for name in names)
    return next((value for value in found if isinstance(value, int) and not isinstance(value, bool)), None)


def _real(module: nn.Module, *names: str) -> Optional[float]:
    found = (getattr(module, name, None) for name in names)
    return next((float(value) for value in found if isinstance(value, (int, float)) and not isinstance(value, bool)), None)


def _product(sizes: Sequence[int]) -> int:
    product = 1
    for size in sizes:
        product *= int(size)
    return product


def _pascal(name: str) -> str:
    return name if name in _TASKS else "".join(word.capitalize() for word in name.replace("_", "-").split("-"))

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

Then, anywhere: ``traindoctor diagnose run.jsonl``.

It only reads. No random number is drawn, no tensor of the training is kept alive or changed, and once ``attach`` has returned nothing that goes wrong in here
reaches the training: a part that fails is switched off, logged once, and counted in ``faults``. ``TRAINING_DOCTOR=off`` in the environment makes a doctor that
does nothing. The format is described in docs/telemetry.md; what is measured, and when, follows the C# monitor. Python 3.8 or later, torch 1.10 or later.
"""

from __future__ import annotations

import contextlib
import datetime
import glob
import json
import logging
import math
import os
import threading
import time
import weakref
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple, Union

import torch
from torch import Tensor, nn

__all__ = ["SamplingSchedule", "TrainingDoctor"]
__version__ = "1.0"

_log = logging.getLogger("training_doctor")


@dataclass(frozen=True)
class SamplingSchedule:
    """Which steps are measured in full. Loss and learning rate are taken at every step whatever the schedule."""

    dense_steps: int = 100
    """The number of steps at the start that are all measured."""
    interval: int = 10
    """The number of steps from one measured step to the next, later."""
    alarmed_steps: int = 100
    """The number of steps that are all measured after the loss jumped or was no number."""
    max_overhead: Optional[float] = 0.02
    """The share of the training's time that measuring may take, beyond a first second; None for no limit."""

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
        self._flow = _DataFlow()
        self._parameters = _ParameterProbes()
        self._output = _LayerProbe(_OUTPUT_SCOPE, "Other")
        self._layers: List[_LayerProbe] = []
        self._measured: List[_LayerProbe] = []
        self._handles: List[Any] = []
        self._lines: List[Tuple[str, str, float]] = []
        self._step = 0
        self._fired = 0
        self._sampled = True
        self._over = False
        self._saw_input = False
        self._saw_training_mode = False
        self._trains_in_training_mode = False
        self._compared = False
        self._prediction: Optional[Tuple[int, ...]] = None
        self._model_had_gradients: Optional[bool] = None
        self._weight_decay: Optional[float] = None
        run = self._describe(model, optimizer, loss, record_to, name, task, planned_steps)
        self._guarded("recording", self._recording.begin, run)
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
        :param task: What the network is trained to do, e.g. ``"regression"`` or ``"multiclass-classification"``.
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
        if os.environ.get("TRAINING_DOCTOR", "").lower() == "off":
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

    def complete(self) -> None:
        """Ends the run: writes the last line and takes the hooks off. Further calls do nothing."""
        self._guarded("ending the run", self._take_end)
        self.close()

    def close(self) -> None:
        """Takes the hooks off and closes the file, without saying that the run came to its end."""
        with self._gate:
            self._over = True
            for release in [handle.remove for handle in self._handles] + [self._recording.close, self._parameters.forget, self._handles.clear]:
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
            "name": name or type(model).__name__, "source": "pytorch", "path": record_to, "task": task and _pascal(task),
            "startedAt": datetime.datetime.now(datetime.timezone.utc).isoformat(), "plannedSteps": planned_steps,
        }
        with torch.no_grad():
            self._guarded("describing the model", lambda: run.update(model=_describe_model(model, optimizer, self._hook_layer)))
            self._guarded("finding the device", lambda: run.update(device=str(next(model.parameters()).device)) if any(True for _ in model.parameters()) else None)
            if optimizer is not None:
                self._guarded("describing the optimizer", lambda: run.update(optimizer=_describe_optimizer(optimizer, model)))
            if loss is not None:
                self._guarded("describing the loss", lambda: run.update(loss=_describe_loss(loss)))
        self._weight_decay = run.get("optimizer", {}).get("weightDecay")
        self._guarded("hooking the model", lambda: self._handles.append(model.register_forward_pre_hook(_Hook(self, "hearing the model", self._before_model))))
        self._guarded("hooking the model", lambda: self._handles.append(model.register_forward_hook(_Hook(self, "hearing the model", self._after_model))))
        if isinstance(loss, nn.Module):
            self._guarded("hooking the loss", lambda: self._handles.append(loss.register_forward_hook(_Hook(self, "hearing the loss", self._after_loss))))
        return run

    def _hook_layer(self, path: str, module: nn.Module, kind: str, activation: Optional[str]) -> bool:
        probe = _LayerProbe(path, kind, _bounds_of(module, activation))
        hook = _Hook(self, "hearing layer '{}'".format(path), lambda layer, inputs, output: self._after_layer(probe, layer, inputs, output))
        hooked = self._guarded("hooking layer '{}'".format(path), lambda: self._handles.append(module.register_forward_hook(hook)))
        if hooked:
            self._layers.append(probe)
        return hooked

    # ---- hooks: they return None, so that the output is passed on as it is

    def _before_model(self, module: nn.Module, inputs: Any) -> None:
        self._model_had_gradients = torch.is_grad_enabled()

    def _after_model(self, module: nn.Module, inputs: Any, output: Any) -> None:
        self._model_had_gradients = None
        if self._over:
            return
        if not torch.is_grad_enabled():
            self._measuring("looking rows up", self._rows.add_evaluation, _first_tensor(inputs))
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
            self._measuring(probe, self._take_layer, probe, inputs, output)

    def _after_loss(self, module: nn.Module, inputs: Any, output: Any) -> None:
        if self._sampled and not self._over and self._is_training() and not self._compared:
            self._measuring("seeing what is compared", self._take_compared, inputs)

    def _is_training(self) -> bool:
        """Without gradients nothing is trained, and a model that trains in training mode is evaluated in evaluation mode."""
        return torch.is_grad_enabled() and (self._model.training or not self._trains_in_training_mode)

    # ---- measuring

    def _take_layer(self, probe: "_LayerProbe", inputs: Any, output: Any) -> None:
        self._measure_input(inputs)
        taken, made = _first_tensor(inputs), _first_tensor(output)
        if probe.order < 0:
            probe.order = self._fired
            self._fired += 1
            self._observe("call_order", probe.path, probe.order)
            self._report_origin(probe.path, taken, probe.kind in ("Activation", "Dropout"))
        if made is not None:
            if not self._compared:
                self._prediction = tuple(made.shape)
            if self._flow.covers(self._step):
                self._flow.add(made, probe.order)
            self._measure(probe, taken, made)

    def _take_output(self, inputs: Any, output: Any) -> None:
        made = _first_tensor(output)
        if made is None or not self._is_training():
            return
        self._measure_input(inputs)
        if not self._compared:
            self._prediction = tuple(made.shape)
        self._measure(self._output, None, made)
        if self._output.order < 0:
            self._output.order = 0
            self._report_origin(_OUTPUT_SCOPE, made, False)

    def _take_compared(self, inputs: Any) -> None:
        if isinstance(inputs, tuple) and len(inputs) >= 2 and isinstance(inputs[0], Tensor) and isinstance(inputs[1], Tensor):
            self._prediction, self._compared = tuple(inputs[0].shape), True
            self._report_broadcast(inputs[1])

    def _measure(self, probe: "_LayerProbe", taken: Optional[Tensor], made: Tensor) -> None:
        if probe.measured_step != self._step and probe.measure(taken, made, self._step, self._readback):
            self._measured.append(probe)

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
                self._guarded("reading the learning rate", lambda: self._observe("learning_rate", "", float(self._optimizer.param_groups[0]["lr"])))
            if self._sampled:
                if isinstance(targets, Tensor):
                    self._guarded("measuring targets", self._take_targets, targets)
                self._guarded("measuring parameters", self._parameters.measure, self._model, self._step, self._readback)
                self._guarded("reading devices back", self._readback.fetch)
                self._guarded("measuring inputs", self._batch.report, self._readback, self._observe)
                for probe in self._measured:
                    self._guarded(probe, probe.report, self._readback, self._observe)
                self._guarded("measuring parameters", self._parameters.report, self._readback, self._weight_decay, self._observe)
                self._readback.clear()
                for probe in self._layers:
                    if probe.mode_in_training is not None:
                        self._observe("training_mode", probe.path, 1 if probe.mode_in_training else 0)
                        probe.mode_in_training = None
            self._flush(self._step)
            self._trains_in_training_mode = self._saw_training_mode
            self._saw_input = self._saw_training_mode = self._compared = False
            self._measured.clear()
            self._step += 1
            self._sampled = self._clock.wants(self._step)
            if self._sampled:
                self._guarded("measuring parameters", self._parameters.remember, self._model, self._step - 1)
            else:
                self._parameters.forget()
        self._clock.spend(started)

    def _take_loss(self, loss: Any) -> None:
        value = float(loss.detach().double().mean()) if isinstance(loss, Tensor) else float(loss)
        self._observe("loss", "", value)
        self._clock.observe(self._step, value)

    def _take_targets(self, targets: Tensor) -> None:
        self._batch.measure_target(targets, self._prediction, self._readback, self._observe)
        if not self._compared:
            self._report_broadcast(targets)

    def _take_validation(self, loss: Any, accuracy: Any, error: Any, dataset: Optional[str], epoch: Any) -> None:
        scope = "" if dataset is None else "dataset:" + dataset
        told = [("epoch", "", epoch), ("validation_loss", scope, loss), ("validation_accuracy", scope, accuracy), ("validation_error", scope, error),
                ("validation_overlap", "", self._rows.take_share())]
        for probe in self._layers:
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
        if not (self._measured or self._saw_input or self._compared):
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
                if name not in self.faults:
                    _log.warning("%s failed: %s: %s", name, type(error).__name__, error)
                self.faults[name] = self.faults.get(name, 0) + 1
                return False


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

    def __init__(self, doctor: TrainingDoctor, part: str, action: Callable[..., None]) -> None:
        self._doctor, self._part, self._action = doctor, part, action

    def __call__(self, *arguments: Any) -> None:
        self._doctor._guarded(self._part, self._action, *arguments)

    def __deepcopy__(self, memo: Any) -> Any:
        return _NOTHING.__exit__

    def __reduce__(self) -> Any:
        # Takes any arguments and returns None, and whoever loads the model has it: this file need not be at hand.
        return getattr, (_NOTHING, "__exit__")


_NOTHING = contextlib.nullcontext()

# ---- when


class _SampleClock:
    """Decides which steps are measured in full: the schedule asks, the budget grants."""

    _GRACE_SECONDS = 1.0
    _ALARM_WEIGHT = 0.05
    _ALARM_DEVIATIONS = 6.0
    _ALARM_WARM_UP = 20

    def __init__(self, schedule: SamplingSchedule) -> None:
        self._schedule = schedule
        self._started = time.perf_counter()
        self._spent = 0.0
        self._alarmed_until = -1
        self._mean = self._deviation = 0.0
        self._count = 0

    def spend(self, started: float) -> None:
        self._spent += time.perf_counter() - started

    def observe(self, step: int, loss: float) -> None:
        """Takes a loss, at every step: one that is no number, or that stands out above those before, asks for dense measuring."""
        if not math.isfinite(loss):
            self._alarmed_until = step + self._schedule.alarmed_steps
            return
        above = loss - self._mean
        if self._count >= self._ALARM_WARM_UP and above > self._ALARM_DEVIATIONS * self._deviation and above > 0.01 * abs(self._mean):
            self._alarmed_until = step + self._schedule.alarmed_steps
        self._count += 1
        weight = max(self._ALARM_WEIGHT, 1.0 / self._count)
        self._deviation += weight * (abs(above) - self._deviation)
        self._mean += weight * above

    def wants(self, step: int) -> bool:
        schedule = self._schedule
        planned = step < schedule.dense_steps or step <= self._alarmed_until or step % schedule.interval == 0
        limit = schedule.max_overhead
        return planned and (limit is None or self._spent < self._GRACE_SECONDS or self._spent < limit * (time.perf_counter() - self._started))


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
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        for old in glob.glob(glob.escape(self._path) + ".*"):
            if old[len(self._path) + 1:].isdigit():
                os.remove(old)
        self._file = open(self._path, "wb", buffering=0)

    def begin(self, run: Mapping[str, Any]) -> None:
        self._run = _json(run)
        self._write('{{"telemetry":"1.0","run":{}}}'.format(self._run))

    def write_step(self, step: int, measurements: Sequence[Tuple[str, str, float]]) -> None:
        self._write('{{"step":{},"m":{}}}'.format(step, _json(measurements)))
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
    """Collects what is computed during a step and brings all of it to main memory with one transfer for each device."""

    def __init__(self) -> None:
        self._parts: List[Tensor] = []
        self._values: Dict[int, Tensor] = {}

    def add(self, numbers: Tensor) -> int:
        self._parts.append(numbers)
        return len(self._parts) - 1

    def fetch(self) -> None:
        devices: Dict[str, List[int]] = {}
        for index, part in enumerate(self._parts):
            devices.setdefault(str(part.device), []).append(index)
        for indices in devices.values():
            everything = torch.cat([self._parts[index] for index in indices]).cpu().double()
            for index, values in zip(indices, everything.split([self._parts[index].numel() for index in indices])):
                self._values[index] = values
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
        return cls.merge([cls.reduce_piece(_widen(piece)) for piece in _flat(tensor).split(_PIECE)])

    @classmethod
    def merge(cls, pieces: List[Tensor]) -> Tensor:
        """Puts the numbers of the pieces of a tensor together."""
        if len(pieces) == 1:
            return pieces[0]
        count, mean, squares, cubes, minimum, maximum, zeros, negatives, bad = torch.stack(pieces, 1)
        means = mean.masked_fill(count == 0, 0.0)
        whole = (count * means).sum() / count.sum()
        shift = means - whole
        return torch.stack([
            count.sum(), whole, (squares + count * shift * shift).sum(), (cubes + 3 * shift * squares + count * shift * shift * shift).sum(), minimum.min(), maximum.max(),
            zeros.sum(), negatives.sum(), bad.sum()])

    @classmethod
    def reduce_piece(cls, flat: Tensor) -> Tensor:
        """Reduces one dimension of numbers that are wide already."""
        bad = ~torch.isfinite(flat)
        count = flat.numel() - bad.sum()
        mean = flat.masked_fill(bad, 0.0).sum() / count
        difference = (flat - mean).masked_fill(bad, 0.0)
        squares = difference * difference
        numbers = (count, mean, squares.sum(), (squares * difference).sum(), flat.masked_fill(bad, math.inf).min(), flat.masked_fill(bad, -math.inf).max(),
                   (flat == 0).sum(), (flat < 0).sum(), bad.sum())
        return torch.stack([number.to(flat.dtype) for number in numbers])

    @classmethod
    def read(cls, numbers: Tensor) -> "_Statistics":
        finite, mean, squares, cubes, minimum, maximum, zeros, negatives, bad = numbers[:cls.LENGTH].tolist()
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
    return (dense.to_dense() if dense.layout != torch.strided else dense).reshape(-1)


def _widen(tensor: Tensor) -> Tensor:
    """Double precision, except where a device has none."""
    return tensor.to(torch.float32 if tensor.device.type == "mps" else torch.float64)


Observer = Callable[[str, str, float], None]
_OUTPUT_SCOPE = "(output)"


class _LayerProbe:
    """Watches one layer: how often it is called, in which mode, and what comes out of it."""

    _MINIMUM_SAMPLES = 256
    _MINIMUM_BATCHES = 5

    def __init__(self, path: str, kind: str, bounds: Optional[Tuple[float, float]] = None) -> None:
        self.path = path
        self.kind = kind
        self.is_modal = kind in ("Dropout", "BatchNormalization")
        self.calls = 0
        self.order = -1
        self.measured_step = -1
        self.mode_in_training: Optional[bool] = None
        self.mode_in_evaluation: Optional[bool] = None
        self.off = False
        self._bounds = bounds
        self._ticket = -1
        self._units = self._samples = self._last = 0
        self._normalized: Optional[float] = None
        # For every unit, how many samples and batches in a row it was zero, or at a bound.
        self._runs: Optional[Tensor] = None
        self._seen_samples = self._seen_batches = 0

    def measure(self, taken: Optional[Tensor], made: Tensor, step: int, readback: _Readback) -> bool:
        """Measures an output: of a layer that is called several times in a step, the first."""
        if not _can_measure(made):
            return False
        shape = made.shape
        self._last = shape[-1] if len(shape) > 0 else 1
        self._units = 0
        numbers = self._numbers_of_units(_flat(made), shape) if len(shape) >= 2 else [_Statistics.reduce(made)]
        self._normalized = taken.numel() / taken.shape[1] if self.kind == "BatchNormalization" and taken is not None and taken.dim() >= 2 else None
        self._ticket = readback.add(torch.cat(numbers))
        self.measured_step = step
        return True

    def _numbers_of_units(self, flat: Tensor, shape: Sequence[int]) -> List[Tensor]:
        # Units are dimension 1 of images, and of sequences out of convolutions; the last dimension of everything else.
        channels = len(shape) >= 4 or (len(shape) == 3 and self.kind in ("Convolution", "TransposedConvolution", "BatchNormalization"))
        self._units = shape[1] if channels else shape[-1]
        inner = _product(shape[2:]) if channels else 1
        rows = flat.reshape(shape[0], -1)
        self._samples = flat.numel() // (self._units * inner)
        pieces, active, free, unbound = [], [], [], []
        for piece in rows.split(max(1, _PIECE // rows.shape[1])):
            wide = _widen(piece)
            pieces.append(_Statistics.reduce_piece(wide.reshape(-1)))
            planes = wide.reshape(-1, self._units, inner)
            active.append((planes != 0).any(2).any(0))
            if self._bounds is not None:
                within = (planes > self._bounds[0]) & (planes < self._bounds[1])
                free.append(within.any(2).any(0))
                unbound.append(within.sum())
        statistics = _Statistics.merge(pieces)
        ones = torch.ones(self._units, dtype=statistics.dtype, device=statistics.device)
        # At most 1,024 places of a sample: the mean of so many deviations is known to a few percent.
        places = _widen(rows[:, ::-(-rows.shape[1] // 1024)])
        variation = places.std(0, unbiased=False).mean() if shape[0] > 1 else statistics.new_full((), math.nan)
        at_bound = 1 - torch.stack(unbound).sum() / flat.numel() if unbound else statistics.new_zeros(())
        return [statistics, torch.stack([variation, at_bound.to(statistics.dtype)]), torch.stack(active).any(0).to(statistics.dtype),
                torch.stack(free).any(0).to(statistics.dtype) if free else ones]

    def report(self, readback: _Readback, observe: Observer) -> None:
        numbers = readback.take(self._ticket)
        statistics = _Statistics.read(numbers)
        observe("output_non_finite_count", self.path, statistics.non_finite)
        if statistics.non_finite < statistics.count:
            observe("output_mean", self.path, statistics.mean)
            observe("output_standard_deviation", self.path, statistics.deviation)
            observe("output_minimum", self.path, statistics.minimum)
            observe("output_maximum", self.path, statistics.maximum)
            observe("output_absolute_maximum", self.path, statistics.magnitude)
            observe("output_skewness", self.path, statistics.skewness)
            observe("zero_fraction", self.path, statistics.zero_fraction)
            observe("negative_fraction", self.path, statistics.negative_fraction)
        if self._units > 0 and statistics.non_finite == 0:
            self._report_units(statistics, numbers[_Statistics.LENGTH:], observe)
        if self._normalized is not None:
            observe("normalization_batch_size", self.path, self._normalized)

    def _report_units(self, statistics: _Statistics, numbers: Tensor, observe: Observer) -> None:
        variation, at_bound = numbers[:2].tolist()
        interrupted = numbers[2:].reshape(2, self._units) != 0
        if self._runs is None or self._runs.shape[-1] != self._units:
            self._runs = torch.zeros(2, 2, self._units, dtype=torch.float64)
            self._seen_samples = self._seen_batches = 0
        self._runs = (self._runs + torch.tensor([self._samples, 1.0], dtype=torch.float64).reshape(2, 1, 1)).masked_fill(interrupted, 0.0)
        self._seen_samples += self._samples
        self._seen_batches += 1
        if self._bounds is not None:
            observe("saturated_fraction", self.path, at_bound)
        if self.kind == "Activation" and self._seen_samples >= self._MINIMUM_SAMPLES and self._seen_batches >= self._MINIMUM_BATCHES:
            long_runs = (self._runs[0] >= self._MINIMUM_SAMPLES) & (self._runs[1] >= self._MINIMUM_BATCHES)
            dead, saturated = long_runs.double().mean(1).tolist()
            observe("dead_fraction", self.path, dead)
            if self._bounds is not None:
                observe("saturated_unit_fraction", self.path, saturated)
        if not math.isnan(variation):
            scale = max(statistics.deviation, 1e-6 * statistics.magnitude)
            observe("batch_variation", self.path, variation / scale if scale > 0 else 0.0)
        observe("row_sum", self.path, statistics.mean * self._last)


class _ParameterProbes:
    """Watches the parameters: their gradients, their values, and how far a step moved them. Copies are kept only from one measured step to the next."""

    _MOST_KEPT = 65_536

    def __init__(self) -> None:
        self._values: Dict[str, Tensor] = {}
        self._gradients: Dict[str, Tensor] = {}
        self._remembered_step = self._gradient_step = -2
        self._tickets: List[Tuple[str, bool, bool, bool, bool, bool, int]] = []

    def remember(self, model: nn.Module, step: int) -> None:
        self._values = {name: parameter.detach().clone() for name, parameter in model.named_parameters() if _is_measurable(parameter)}
        self._remembered_step = step

    def forget(self) -> None:
        self._values.clear()
        self._gradients.clear()
        self._remembered_step = self._gradient_step = -2

    def measure(self, model: nn.Module, step: int, readback: _Readback) -> None:
        self._tickets.clear()
        gradients: Dict[str, Tensor] = {}
        for name, parameter in model.named_parameters():
            if not _is_measurable(parameter):
                continue
            numbers = [_Statistics.reduce(parameter)]
            before = self._values.get(name) if self._remembered_step == step - 1 else None
            compares = before is not None and before.shape == parameter.shape and before.device == parameter.device
            if compares:
                numbers.append(torch.stack([_change(now, was) for now, was in zip(_flat(parameter).split(_PIECE), _flat(before).split(_PIECE))]).sum(0))
            gradient = parameter.grad
            measured = gradient is not None and _can_measure(gradient)
            angles = False
            if measured:
                flat = _flat(gradient)
                numbers.append(_Statistics.reduce(flat))
                # Of large gradients evenly spread elements: so many tell a cosine to about 0.004.
                kept = _widen(flat[::-(-flat.numel() // self._MOST_KEPT)]).clone()
                last = self._gradients.get(name) if self._gradient_step == step - 1 else None
                angles = last is not None and last.shape == kept.shape and last.device == kept.device
                if angles:
                    numbers.append(torch.stack([(kept * last).sum(), (kept * kept).sum(), (last * last).sum()]))
                gradients[name] = kept
            self._tickets.append((name, parameter.requires_grad, gradient is not None, compares, measured, angles, readback.add(torch.cat(numbers))))
        self._gradients, self._gradient_step = gradients, step

    def report(self, readback: _Readback, weight_decay: Optional[float], observe: Observer) -> None:
        """Tells what was measured, parameter by parameter and of all together."""
        if not self._tickets:
            return
        gradients = weights = changes = befores = 0.0
        for name, trainable, present, compares, measured, angles, ticket in self._tickets:
            numbers = readback.take(ticket)
            values = _Statistics.read(numbers)
            numbers = numbers[_Statistics.LENGTH:]
            change, before = math.nan, math.nan
            if compares:
                change, before = numbers[:2].tolist()
                numbers = numbers[2:]
            if trainable:
                observe("gradient_present", name, 1 if present else 0)
            if measured:
                gradient = _Statistics.read(numbers)
                self._report_gradient(name, gradient, numbers[_Statistics.LENGTH:].tolist() if angles else None, observe)
                gradients += gradient.norm * gradient.norm
            observe("weight_non_finite_count", name, values.non_finite)
            observe("weight_norm", name, values.norm)
            if values.non_finite < values.count:
                observe("weight_mean", name, values.mean)
                observe("weight_standard_deviation", name, values.deviation)
                observe("weight_absolute_maximum", name, values.magnitude)
            if before > 0:
                observe("update_ratio", name, _root_of_ratio(change, before))
            weights += values.norm * values.norm
            changes += change
            befores += before
        observe("global_gradient_norm", "", math.sqrt(gradients))
        observe("global_weight_norm", "", math.sqrt(weights))
        if math.isfinite(changes) and befores > 0:
            observe("global_update_ratio", "", _root_of_ratio(changes, befores))
        if weight_decay is not None and weight_decay > 0 and 0 < gradients < math.inf:
            observe("regularization_gradient_ratio", "", weight_decay * _root_of_ratio(weights, gradients))

    @staticmethod
    def _report_gradient(name: str, gradient: _Statistics, products: Optional[List[float]], observe: Observer) -> None:
        observe("gradient_non_finite_count", name, gradient.non_finite)
        observe("gradient_norm", name, gradient.norm)
        if gradient.non_finite < gradient.count:
            observe("gradient_standard_deviation", name, gradient.deviation)
            observe("gradient_absolute_maximum", name, gradient.magnitude)
            observe("gradient_zero_fraction", name, gradient.zero_fraction)
        if products is not None and gradient.non_finite == 0:
            scale = math.sqrt(products[1]) * math.sqrt(products[2])
            if 0 < scale < math.inf:
                observe("gradient_cosine", name, min(1.0, max(-1.0, products[0] / scale)))


def _change(now: Tensor, was: Tensor) -> Tensor:
    """The squared norms of a change and of what was before it."""
    was = _widen(was)
    change = _widen(now) - was
    return torch.stack([(change * change).sum(), (was * was).sum()])


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
            labels = None if self._are_numbers else self._labels_of(target.detach())
            # One batch of other numbers tells that earlier ones were zeros and ones by chance.
            self._are_numbers |= labels is None
            if labels is not None:
                self._count(labels, observe)
            return
        labels = target.detach().reshape(-1).to("cpu", torch.int64)
        labels = labels[labels != self._IGNORED_INDEX]
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
    def _labels_of(target: Tensor) -> Optional[Tensor]:
        """Reads numbers as labels: a column of zeros and ones, or rows with a single one; None for other numbers."""
        if target.dim() not in (1, 2) or not bool(((target == 0) | (target == 1)).all()):
            return None
        if target.dim() == 1 or target.shape[1] == 1:
            return target.reshape(-1).to("cpu", torch.int64)
        return target.argmax(1).cpu() if bool((target.sum(1) == 1).all()) else None

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


def _hash_rows(rows: Tensor) -> Tensor:
    """A number for the bits of each row, made with factors that are the same in every process and take nothing from torch's generators."""
    bits = rows.contiguous().view(torch.int64 if rows.dtype == torch.float64 else torch.int32).to(torch.int64)
    factors = torch.arange(1, bits.shape[1] + 1, device=bits.device) * -7046029254386353131
    factors = (factors ^ (factors >> 29)) * -4658895280553007687
    mixed = (bits ^ (bits >> 32)) * (factors | 1)
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


# ---- descriptions

_TASKS = ("Regression", "BinaryClassification", "MulticlassClassification", "MultilabelClassification", "LanguageModeling", "Reconstruction", "Adversarial",
          "Reinforcement")

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
    }


# ---- small things


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

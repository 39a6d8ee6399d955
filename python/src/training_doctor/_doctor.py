"""The doctor: attaches to a model, measures while it is trained, and records."""

from __future__ import annotations

import contextlib
import datetime
import math
import os
import threading
import time
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

import torch
from torch import Tensor, nn

from ._batches import _BatchProbe, _SeenRows
from ._clearing import _ClearingProbe
from ._commit import _commit_of
from ._description import _bounds_of, _describe_loss, _describe_model, _describe_optimizer, _places
from ._environment import _is_switched_off, _log
from ._evaluation import _EvaluationProbe
from ._flow import _DataFlow
from ._hooks import _Hook
from ._layers import _LayerProbe, _OUTPUT_SCOPE
from ._outputs import _OutputProbe
from ._parameters import _ParameterProbes
from ._recording import _Recordings
from ._resources import _ResourceMeter
from ._sampling import SamplingSchedule, _SampleClock
from ._statistics import _Readback, _can_measure
from ._steps import _StepComparison
from ._tasks import _TASKS, _pascal
from ._tensors import _first_tensor, _product
from ._trial import _trial_of_environment
from ._validation import _ValidationComparison


class TrainingDoctor:
    """Watches one model while it is trained and records the run."""

    def __init__(self, model: nn.Module, optimizer: Any, loss: Any, record_to: str, name: Optional[str], task: Optional[str],
                 planned_steps: Optional[int], sampling: SamplingSchedule, record_limit: int, framework: str = "pytorch") -> None:
        self.faults: Dict[str, int] = {}
        """What went wrong in here, with how often: empty when all is well."""
        self._gate = threading.RLock()
        self._framework = framework
        self._model = model
        self._optimizer = optimizer
        # First of all: everything else is of the training as it is treated.
        self._treatment = _trial_of_environment(model, optimizer, loss)
        loss = loss if self._treatment is None else self._treatment.loss
        self._recording = _Recordings(record_to, record_limit, name)
        self._clock = _SampleClock(sampling)
        self._readback = _Readback()
        self._batch = _BatchProbe()
        self._rows = _SeenRows()
        self._comparison = _StepComparison()
        self._validation = _ValidationComparison()
        self._evaluation = _EvaluationProbe()
        self._flow = _DataFlow()
        self._parameters = _ParameterProbes()
        self._clearing = _ClearingProbe()
        self._output = _LayerProbe(_OUTPUT_SCOPE, "Other")
        self._layers: List[_LayerProbe] = []
        self._outputs = _OutputProbe()
        self._handles: List[Any] = []
        self._dense: List[Tuple[nn.Module, "_Hook"]] = []
        self._dense_handles: List[Any] = []
        self._lines: List[Tuple[str, str, float]] = []
        self._resources = _ResourceMeter(lambda metric, value: self._observe(metric, "", value), next((parameter.device for parameter in model.parameters()), None))
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
               record_limit: int = 1 << 30, framework: str = "pytorch") -> "TrainingDoctor":
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
        :param framework: Which trainer runs the training, e.g. ``"huggingface"`` or ``"lightning"``: remedies are told as it says them.
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
        return cls(model, optimizer, loss, os.fspath(record_to), name, task, planned_steps, sampling or SamplingSchedule(), record_limit, framework)

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
                    self._recording.close, self._end_treatment, self._clearing.close, self._parameters.close, self._outputs.forget, self._handles.clear, self._dense_handles.clear, self._dense.clear]:
                with contextlib.suppress(Exception):
                    release()

    def _end_treatment(self) -> None:
        if self._treatment is not None:
            self._treatment.close()

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
            "name": name or type(model).__name__, "source": "pytorch", "framework": self._framework, "path": record_to, "task": task and _pascal(task),
            "startedAt": datetime.datetime.now(datetime.timezone.utc).isoformat(), "plannedSteps": planned_steps,
        }
        with torch.no_grad():
            self._guarded("describing the model", lambda: run.update(model=_describe_model(model, optimizer, self._hook_layer)))
            self._guarded("finding the device", lambda: run.update(device=str(next(model.parameters()).device)) if any(True for _ in model.parameters()) else None)
            if optimizer is not None:
                self._guarded("describing the optimizer", lambda: run.update(optimizer=self._optimizer_as_treated(optimizer, model)))
            if loss is not None:
                self._guarded("describing the loss", lambda: run.update(loss=_describe_loss(loss)))
        self._guarded("finding lines of the source", lambda: run.update(places=_places(model)))
        self._guarded("finding the commit", lambda: run.update(commit=_commit_of(os.getcwd())))
        self._weight_decay = run.get("optimizer", {}).get("weightDecay")
        # A function leaves out what it is told at each call, which nobody sees.
        # Losses of pairs and triplets of embeddings take them first, and labels last or none.
        self._compares_pairs = not isinstance(loss, nn.Module) or not any(part in type(loss).__name__ for part in ("Triplet", "Ranking", "CosineEmbedding"))
        self._comparison.knows_loss = isinstance(loss, nn.Module)
        self._comparison.ignored = self._batch.ignored = run.get("loss", {}).get("ignoredIndex")
        self._guarded("hooking the model", lambda: self._handles.append(model.register_forward_pre_hook(_Hook(self, "hearing the model", self._before_model))))
        self._guarded("hooking the model", lambda: self._handles.append(model.register_forward_hook(_Hook(self, "hearing the model", self._after_model))))
        self._guarded("seeing gradients cleared", self._clearing.watch, model, optimizer, self._guarded)
        if isinstance(loss, nn.Module):
            self._guarded("hooking the loss", lambda: self._handles.append(loss.register_forward_hook(_Hook(self, "hearing the loss", self._after_loss))))
        return run

    def _optimizer_as_treated(self, optimizer: Any, model: nn.Module) -> Dict[str, Any]:
        if self._treatment is None:
            return _describe_optimizer(optimizer, model)
        with self._treatment.rates_in_place():
            return _describe_optimizer(self._treatment.counting_optimizer, model)

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
        if self._model_had_gradients:
            self._resources.on_call()

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
            self._resources.batch_size = batch.shape[0] if batch.dim() > 0 else 0

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
        if self._treatment is not None:
            self._guarded("taking an update", self._treatment.end_update)
            targets = self._treatment.converted(targets)
        started = time.perf_counter()
        self._guarded("timing steps", self._resources.step_ended)
        self._guarded("taking a loss", self._take_loss, loss)
        if self._optimizer is not None:
            self._guarded("reading the learning rate", self._take_rate)
        with torch.no_grad():
            self._guarded("seeing gradients cleared", self._clearing.end_step, self._observe)
        if self._sampled or self._alarmed:
            # An alarm in a step whose layers were not heard: gradients and weights are still here, and the layers follow in the next step.
            with torch.no_grad():
                self._measure_step(targets if isinstance(targets, Tensor) else None)
        self._flush(self._step)
        self._comparison.end_step()
        # A program that evaluates and does not go back trains in evaluation mode from then on.
        self._trains_in_training_mode = self._saw_training_mode if self._sampled else self._trains_in_training_mode or self._saw_training_mode
        self._saw_input = self._saw_training_mode = self._compared = self._alarmed = False
        self._step += 1
        if self._treatment is not None:
            self._guarded("taking a treated step", self._treatment.end_step)
        self._sampled = self._clock.wants(self._step)
        if self._sampled:
            with torch.no_grad():
                self._guarded("measuring parameters", self._parameters.remember, self._model, self._step - 1)
        else:
            self._parameters.forget()
        if self._sampled != bool(self._dense_handles):
            self._guarded("hooking the layers", self._listen)
        self._clock.spend(started)
        self._resources.resume()

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
        treated = None if self._treatment is None else self._treatment.rate
        self._observe("learning_rate", "", float(self._optimizer.param_groups[0]["lr"] if treated is None else treated))

    def _take_targets(self, targets: Tensor) -> None:
        self._batch.measure_target(targets, self._prediction, self._readback, self._observe)
        if not self._compared:
            self._report_broadcast(targets)
        self._validation.add_training_target(targets)

    def _take_validation(self, loss: Any, accuracy: Any, error: Any, dataset: Optional[str], epoch: Any) -> None:
        self._resources.interrupt()
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

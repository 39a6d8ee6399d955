"""The doctor: attaches to a model, measures while it is trained, and records."""

from __future__ import annotations

import atexit
import contextlib
import datetime
import math
import os
import time
import weakref
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, Union

import torch
from torch import Tensor, nn

from ._clearing import _ClearingProbe
from ._commit import _commit_of
from ._description import _describe_loss, _describe_model, _describe_optimizer, _places
from ._environment import _is_switched_off
from ._faults import _FaultGuard
from ._forward import _ForwardWatch
from ._parameters import _ParameterProbes
from ._queue import _Block, _Step, _StepQueue
from ._recording import _Recordings
from ._resources import _ResourceMeter
from ._sampling import SamplingSchedule, _SampleClock
from ._scores import _validation_scores
from ._statistics import _Readback
from ._tables import _TASKS
from ._tasks import _pascal
from ._tensors import _kept
from ._trial import _trial_of_environment

_PLAIN = '{"step":%d,"m":[["loss","",%.17g]]}\n'
_PLAIN_WITH_RATE = '{"step":%d,"m":[["loss","",%.17g],["learning_rate","",%.17g]]}\n'


class TrainingDoctor:
    """Watches one model while it is trained and records the run."""

    def __init__(self, model: nn.Module, optimizer: Any, loss: Any, record_to: str, name: Optional[str], task: Optional[str],
                 planned_steps: Optional[int], sampling: SamplingSchedule, record_limit: int, framework: str = "pytorch") -> None:
        self._guard = _FaultGuard()
        self.faults: Dict[str, int] = self._guard.faults
        """What went wrong in here, with how often: empty when all is well."""
        self._framework = framework
        self._model = model
        self._optimizer = optimizer
        self._looks_for_state = optimizer is not None
        # First of all: everything else is of the training as it is treated.
        self._treatment = _trial_of_environment(model, optimizer, loss)
        loss = loss if self._treatment is None else self._treatment.loss
        self._recording = _Recordings(record_to, record_limit, name)
        self._clock = _SampleClock(sampling)
        self._readback = _Readback()
        self._parameters = _ParameterProbes()
        self._clearing = _ClearingProbe()
        self._lines: List[Tuple[str, str, float]] = []
        self._blocks: List[_Block] = []
        self._queue = _StepQueue(self._settle, self._write)
        self._resources = _ResourceMeter(lambda metric, value: self._observe(metric, "", value), next((parameter.device for parameter in model.parameters()), None))
        self._forward = _ForwardWatch(model, self._guard, self._clock, self._readback, self._resources, self._observe)
        self._loss = self._loss_before = math.nan
        self._alarmed = False
        self._is_plain = False
        """Whether of the step that comes nothing but its loss and its learning rate is taken, unless something is told beside."""
        run = self._describe(model, optimizer, loss, record_to, name, task, planned_steps)
        self._guard.run("recording", self._recording.begin, run)
        with torch.no_grad():
            self._guard.run("measuring parameters", self._parameters.remember, model, -1)
        # A program that ends without a word to the doctor leaves nothing behind in here.
        itself = weakref.ref(self)
        self._at_exit = lambda: _settle_at_exit(itself)
        atexit.register(self._at_exit)

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
        if self._is_plain:
            with self._guard.gate:
                if self._is_plain and self._take_plain_step(loss, targets):
                    return
        self._guard.run("taking a step", self._take_step, loss, targets)
        if self._treatment is not None:
            self._treatment.pause(self._end_waiting)

    def evaluate(self, output: Tensor, target: Tensor) -> None:
        """Tells what a validation compares, batch by batch and before ``validation``: needed only where the loss is a function, since a loss that is a module is heard.

        With it, classes that the training never had and classes that are numbered otherwise are found, targets that lie elsewhere and outputs of another form. ``step`` then needs its targets, too.

        :param output: The outputs of the model as the loss takes them, such as logits of the shape (samples, classes).
        :param target: What the model should have answered, such as class indices of the shape (samples,).
        """
        self._guard.run("taking an evaluation", self._take_told_evaluation, output, target)

    def validation(self, loss: Optional[float] = None, accuracy: Optional[float] = None, error: Optional[float] = None, dataset: Optional[str] = None,
                   epoch: Optional[float] = None, **scores: Union[Tensor, float, None]) -> None:
        """Tells the result of a validation.

        :param loss: The mean loss.
        :param accuracy: The share of right answers, from 0 to 1, or another score where higher is better.
        :param error: A score where lower is better.
        :param dataset: The name of a further evaluation set; None for the main one.
        :param epoch: The number of epochs finished.
        :param scores: Scores by names of their own, as f1, iou, r2 or mae: the one that says most stands for the accuracy, or for the error, where that is not given.
        """
        self._guard.run("taking a validation", self._take_validation, loss, accuracy, error, dataset, epoch, scores)

    def epoch(self, epoch: float) -> None:
        """Tells that an epoch is over, given the number of epochs finished."""
        self._guard.run("taking an epoch", self._tell, ("epoch", "", epoch))

    def training_accuracy(self, accuracy: float) -> None:
        """Tells how well the model does on what it is trained on: the share of right answers, from 0 to 1."""
        self._guard.run("taking an accuracy", self._tell, ("accuracy", "", accuracy))

    def report(self, name: str, value: Union[Tensor, float]) -> None:
        """Tells a number that rules on particular kinds of training watch: a reward, a divergence, an entropy, the losses of two networks.

        :param name: What frameworks call it, as kl, ep_rew_mean, rewards/format or d_loss; the names of metrics go too. A name that nobody knows is passed over by the diagnosis.
        :param value: The number. It belongs to the last step taken.
        """
        self._guard.run("taking a number", self._tell, (name, "", value))

    def complete(self) -> None:
        """Ends the run: writes the last line and takes the hooks off. Further calls do nothing."""
        self._guard.run("ending the run", self._take_end)
        self.close()

    def close(self) -> None:
        """Takes the hooks off and closes the file, without saying that the run came to its end."""
        atexit.unregister(self._at_exit)
        with self._guard.gate:
            self._forward.over = True
            for release in [self._queue.settle, self._forward.close, self._recording.close, self._end_treatment, self._clearing.close, self._parameters.close]:
                with contextlib.suppress(Exception):
                    release()

    def _end_waiting(self) -> None:
        """Has all that was measured written."""
        self._guard.run("recording", self._queue.settle)

    def _end_treatment(self) -> None:
        if self._treatment is not None:
            self._treatment.close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            atexit.unregister(self._at_exit)
            self._end_waiting()

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
            self._guard.run("describing the model", lambda: run.update(model=_describe_model(model, optimizer, self._forward.hook_layer)))
            self._guard.run("finding the device", lambda: run.update(device=str(next(model.parameters()).device)) if any(True for _ in model.parameters()) else None)
            if optimizer is not None:
                self._guard.run("describing the optimizer", lambda: run.update(optimizer=self._optimizer_as_treated(optimizer, model)))
            if loss is not None:
                self._guard.run("describing the loss", lambda: run.update(loss=self._described(loss)))
        self._guard.run("finding lines of the source", lambda: run.update(places=_places(model)))
        self._guard.run("finding the commit", lambda: run.update(commit=_commit_of(os.getcwd())))
        self._guard.run("seeing gradients cleared", self._clearing.watch, model, optimizer, self._guard.run)
        self._parameters.weight_decay = run.get("optimizer", {}).get("weightDecay")
        self._forward.hook(loss, run.get("loss", {}))
        with torch.no_grad():
            self._guard.run("following the evaluated weights", self._forward.follow_weights, optimizer)
        return run

    def _described(self, loss: Any) -> Dict[str, Any]:
        described = _describe_loss(loss)
        if self._treatment is not None and self._treatment.weighs_classes:
            described["hasClassWeights"] = True
        return described

    def _optimizer_as_treated(self, optimizer: Any, model: nn.Module) -> Dict[str, Any]:
        if self._treatment is None:
            return _describe_optimizer(optimizer, model)
        with self._treatment.rates_in_place():
            return _describe_optimizer(self._treatment.counting_optimizer, model)

    # ---- steps

    def _take_plain_step(self, loss: Any, targets: Any) -> bool:
        """Takes a step that is not measured, as most are not. False where it has to be looked at more closely; then nothing was done."""
        self._is_plain = False
        if self._lines or self._blocks or self._forward.over or type(loss) not in (Tensor, float):
            return False
        try:
            value = loss if type(loss) is float else loss.item()
            rate = None if self._optimizer is None else float(self._optimizer.param_groups[0]["lr"])
            if value - value != 0 or (rate is not None and rate - rate != 0):
                return False
        except Exception:  # noqa: BLE001: looked at more closely, it is told what is wrong.
            return False
        started = time.perf_counter()
        self._guard.run("timing steps", self._resources.step_ended)
        if self._note_loss(value) or self._lines:
            self._observe("loss", "", value)
            if rate is not None:
                self._observe("learning_rate", "", rate)
            self._guard.run("taking a step", self._end_step, started, targets)
            return True
        self._queue.add_line(_PLAIN % (self._forward.step, value) if rate is None else _PLAIN_WITH_RATE % (self._forward.step, value, rate))
        self._forward.end_plain_step()
        self._begin_step(started)
        return True

    def _take_step(self, loss: Any, targets: Any) -> None:
        if self._forward.over:
            return
        if self._treatment is not None:
            self._guard.run("taking an update", self._treatment.end_update)
            targets = self._treatment.converted(targets)
        started = time.perf_counter()
        self._guard.run("timing steps", self._resources.step_ended)
        self._guard.run("taking a loss", self._take_loss, loss)
        if self._optimizer is not None:
            self._guard.run("reading the learning rate", self._take_rate)
        if not self._clearing.is_over:
            with torch.no_grad():
                self._guard.run("seeing gradients cleared", self._clearing.end_step, self._observe)
        self._end_step(started, targets)

    def _end_step(self, started: float, targets: Any) -> None:
        """Measures a step where that is asked for, and ends it."""
        if self._forward.sampled or self._alarmed:
            # An alarm in a step whose layers were not heard: gradients and weights are still here, and the layers follow in the next step.
            with torch.no_grad():
                self._measure_step(targets if isinstance(targets, Tensor) else None)
        self._flush(self._forward.step)
        if self._alarmed or self._forward.outputs.is_full:
            self._queue.settle()
        self._forward.end_step()
        self._alarmed = False
        if self._treatment is not None:
            self._guard.run("taking a treated step", self._treatment.end_step)
        self._begin_step(started)

    def _begin_step(self, started: float) -> None:
        """Decides whether the step that comes is measured, and prepares for it."""
        self._forward.sampled = self._clock.wants(self._forward.step)
        if self._forward.sampled:
            with torch.no_grad():
                self._guard.run("measuring parameters", self._parameters.remember, self._model, self._forward.step - 1)
        else:
            self._parameters.forget()
        if self._forward.sampled != self._forward.hears_layers:
            self._guard.run("hooking the layers", self._forward.listen)
        self._is_plain = not self._forward.sampled and self._treatment is None and self._clearing.is_over
        now = time.perf_counter()
        self._clock.spend(started, now)
        self._resources.resume(now)

    def _measure_step(self, targets: Optional[Tensor]) -> None:
        if targets is not None:
            self._guard.run("measuring targets", self._take_targets, targets)
        if self._looks_for_state:
            self._guard.run("looking for the optimizer's state", self._take_state)
        self._guard.run("comparing rows", self._forward.repeats.report, self._observe)
        self._guard.run("fitting a line", self._forward.linear.report, self._observe)
        self._guard.run("seeing padding masks", self._forward.masks.end_step, self._observe)
        self._guard.run("laying outputs beside targets", self._forward.comparison.measure, self._loss, self._loss_before, targets, self._observe)
        self._guard.run("measuring layers", self._forward.take_heard)
        self._guard.run("measuring parameters", lambda: self._wait_for(self._parameters.measure(self._model, self._forward.step, self._readback)))
        self._guard.run("measuring layers", lambda: self._wait_for(self._forward.outputs.end_step(self._readback)))
        self._wait_for(self._forward.batch.take_block())
        self._guard.run("reading devices back", self._readback.fetch)
        self._guard.run("measuring inputs", self._forward.batch.report, self._readback, self._observe)
        self._guard.run("measuring layers", self._forward.outputs.report, self._readback, self._lines)
        self._guard.run("measuring parameters", self._parameters.report, self._readback, self._lines)
        self._readback.clear()
        for probe in self._forward.special:
            if probe.mode_in_training is not None:
                self._observe("training_mode", probe.path, 1 if probe.mode_in_training else 0)
                probe.mode_in_training = None
            swapped = None if targets is None or probe.sequence is None else probe.is_axis_swapped(targets)
            if swapped is not None:
                self._observe("sequence_axis_swapped", probe.path, 1 if swapped else 0)

    def _wait_for(self, block: Optional[_Block]) -> None:
        if block is not None:
            self._blocks.append(block)

    def _write(self, steps: List[_Step]) -> None:
        self._guard.run("recording", self._recording.write_steps, steps)

    def _settle(self) -> None:
        with torch.no_grad():
            self._guard.run("measuring inputs", self._forward.batch.settle)
            self._guard.run("measuring parameters", self._parameters.settle)
            self._guard.run("measuring layers", self._forward.outputs.settle)

    def _take_loss(self, loss: Any) -> None:
        value = float(loss) if not isinstance(loss, Tensor) else loss.item() if loss.numel() == 1 else float(loss.detach().double().mean())
        value *= 1.0 if self._treatment is None else self._treatment.sign
        self._observe("loss", "", value)
        self._note_loss(value)

    def _note_loss(self, value: float) -> bool:
        self._loss_before, self._loss = self._loss, value
        self._alarmed = self._clock.observe(self._forward.step, value)
        return self._alarmed

    def _take_rate(self) -> None:
        treated = None if self._treatment is None else self._treatment.rate
        self._observe("learning_rate", "", float(self._optimizer.param_groups[0]["lr"] if treated is None else treated))

    def _take_state(self) -> None:
        """Tells whether the optimizer remembers steps, until it does: one that is made anew for each step leaves this one as it was."""
        state, groups = getattr(self._optimizer, "state", None), getattr(self._optimizer, "param_groups", ())
        keeps = state is not None and self._treatment is None and any("betas" in group or group.get("momentum", 0) != 0 for group in groups)
        self._looks_for_state = keeps and not state
        if keeps:
            self._observe("optimizer_idle", "", 0 if state else 1)

    def _take_targets(self, targets: Tensor) -> None:
        self._forward.batch.measure_target(targets, self._forward.kept_of(targets), self._forward.prediction, self._readback, self._observe)
        if not self._forward.compared:
            self._forward.report_broadcast(targets)
            if self._forward.prediction is not None:
                self._guard.run("comparing validation with training", self._forward.validation.add_training_classes, self._forward.prediction, targets, _kept(targets))
        self._forward.validation.add_training_target(targets)
        self._guard.run("comparing rows", self._forward.repeats.add_target, targets)
        self._guard.run("fitting a line", self._forward.linear.add_target, targets)

    def _take_told_evaluation(self, output: Tensor, target: Tensor) -> None:
        if not self._forward.over:
            with torch.no_grad():
                self._forward.take_told(output, target)

    def _take_validation(self, loss: Any, accuracy: Any, error: Any, dataset: Optional[str], epoch: Any, scores: Mapping[str, Any]) -> None:
        self._resources.interrupt()
        scope = "" if dataset is None else "dataset:" + dataset
        if loss is not None and self._treatment is not None:
            loss = loss * self._treatment.sign
        told = [("epoch", "", epoch), ("validation_loss", scope, loss), ("validation_overlap", "", self._forward.rows.take_share())]
        told.extend((metric, scope, score) for metric, score in _validation_scores(accuracy, error, scores))
        self._guard.run("comparing validation with training", lambda: told.extend(self._forward.validation.take()))
        if self._forward.weights is not None:
            with torch.no_grad():
                self._guard.run("following the evaluated weights", lambda: told.append(("evaluated_weight_progress", "", self._forward.weights.take(self._forward.step))))
        self._guard.run("evaluating once more", lambda: told.extend(self._forward.evaluation.look(self._model, self._forward.comparison.samples_first, self._forward.comparison.shift)))
        for probe in self._forward.layers:
            if probe.momentum is not None:
                told.append(("normalization_start_share", probe.path, (1 - probe.momentum) ** probe.calls))
            if probe.mode_in_evaluation is not None:
                told.append(("validation_training_mode", probe.path, 1 if probe.mode_in_evaluation else 0))
                probe.mode_in_evaluation = None
        self._tell(*told)
        self._queue.settle()

    def _take_end(self) -> None:
        if not self._forward.over:
            if self._forward.step > 0:
                self._tell(*[("call_count", probe.path, probe.calls) for probe in self._forward.layers])
            self._flush(self._forward.step)
            self._queue.settle()
            self._recording.complete()

    def _tell(self, *told: Tuple[str, str, Any]) -> None:
        """Takes what belongs to the last step taken, unless the next has begun already: steps never decrease."""
        if self._forward.over:
            return
        for metric, scope, value in told:
            if value is not None:
                self._observe(metric, scope, float(value))
        if not (self._forward.outputs.has_any or self._forward.saw_input or self._forward.compared):
            self._flush(max(0, self._forward.step - 1))

    def _observe(self, metric: str, scope: str, value: float) -> None:
        self._lines.append((metric, scope, value))

    def _flush(self, step: int) -> None:
        lines, self._lines = self._lines, []
        blocks, self._blocks = self._blocks, []
        if lines or blocks:
            self._queue.add(step, lines, blocks)


def _settle_at_exit(doctor: "weakref.ref[TrainingDoctor]") -> None:
    itself = doctor()
    if itself is not None:
        itself._end_waiting()


class _IdleDoctor(TrainingDoctor):
    """Does nothing."""

    def __init__(self) -> None:
        self._guard = _IdleGuard()
        self._treatment = None
        self._is_plain = False
        self.faults = self._guard.faults

    def close(self) -> None:
        pass

    def __del__(self) -> None:
        pass


class _IdleGuard(_FaultGuard):
    """Runs nothing."""

    def run(self, part: Any, action: Callable[..., Any], *arguments: Any) -> bool:
        return True

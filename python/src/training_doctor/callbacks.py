"""Callbacks that attach the doctor to the trainers of Hugging Face, Lightning and Keras.

    Trainer(model=model, args=args, train_dataset=data, callbacks=[hugging_face_callback("run.jsonl")])
    lightning.Trainer(callbacks=[lightning_callback("run.jsonl")])
    model.fit(x, y, callbacks=[keras_callback("run.jsonl")])

Each trainer is imported only when its function is called. Wrong arguments are said when training begins; what goes wrong in here later never reaches it: it is logged once.
``policy="stop"`` ends a training whose loss is no number any more; ``"warn"`` says so once; both leave the recording for ``traindoctor diagnose run.jsonl``.
"""

from __future__ import annotations

import functools
import json
import math
import os
from typing import Any, Callable, Dict, Optional, Set, Union

from ._environment import _is_switched_off, _log

__all__ = ["hugging_face_callback", "keras_callback", "lightning_callback"]

_Path = Union[str, "os.PathLike[str]"]


class _Policy:
    """What is done about a loss that is no number: said once, or the training is ended."""

    def __init__(self, policy: str) -> None:
        if policy not in ("warn", "stop"):
            raise ValueError('policy must be "warn" or "stop", not {!r}.'.format(policy))
        self._stops = policy == "stop"
        self._told = False

    def must_stop(self, loss: Any, step: int) -> bool:
        """Tells whether training is to be ended, given the loss of a step."""
        value = float(loss) if loss is not None else 0.0
        if math.isfinite(value):
            return False
        if not self._told:
            self._told = True
            _log.warning("The loss is %s at step %d%s.", value, step, "; training is stopped" if self._stops else "")
        return self._stops


def _contained(method: Callable[..., None]) -> Callable[..., None]:
    """A method of a callback whose faults are not the training's: each kind is logged once."""
    told: Set[str] = set()

    @functools.wraps(method)
    def contained(*arguments: Any, **named: Any) -> None:
        try:
            method(*arguments, **named)
        except Exception as fault:  # noqa: BLE001: whatever it is, it is not the training's.
            kind = type(fault).__name__
            if kind not in told:
                told.add(kind)
                _log.warning("%s failed; training goes on.", method.__name__, exc_info=True)

    return contained


def hugging_face_callback(record_to: _Path = "run.jsonl", policy: str = "warn", **attach: Any) -> Any:
    """A ``transformers.TrainerCallback`` (4.46 or later, which calls ``on_optimizer_step``).

    :param record_to: The file to write. It is replaced. Of several processes the first records.
    :param policy: ``"warn"`` or ``"stop"``, see above.
    :param attach: Further arguments of ``TrainingDoctor.attach``.
    :raises ValueError: The policy is neither.
    """
    from transformers import TrainerCallback

    from ._doctor import TrainingDoctor

    rule = _Policy(policy)

    class DoctorCallback(TrainerCallback):  # type: ignore[misc]
        doctor: Optional[TrainingDoctor] = None
        loss: Any = None
        hook: Any = None

        def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, optimizer: Any = None, **_: Any) -> None:
            if getattr(state, "is_world_process_zero", True):
                planned = state.max_steps if state.max_steps > 0 else None
                self.doctor = TrainingDoctor.attach(model, **{"optimizer": optimizer, "planned_steps": planned, "framework": "huggingface", **attach, "record_to": record_to})
                self.hook = model.register_forward_hook(self._keep_loss)

        @_contained
        def _keep_loss(self, model: Any, inputs: Any, output: Any) -> None:
            # Models of this library return their loss beside the logits when they are given labels.
            loss = output.get("loss") if isinstance(output, dict) else getattr(output, "loss", None)
            if model.training and loss is not None:
                self.loss = loss.detach()

        @_contained
        def on_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            # After the step and before gradients are cleared: what the doctor asks for.
            if self.doctor is not None and self.loss is not None:
                loss, self.loss = self.loss, None
                self.doctor.step(loss)
                if rule.must_stop(loss, state.global_step):
                    control.should_training_stop = True

        @_contained
        def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Optional[Dict[str, float]] = None, **_: Any) -> None:
            if self.doctor is not None and metrics:
                self.doctor.validation(loss=metrics.get("eval_loss"), accuracy=metrics.get("eval_accuracy"), epoch=metrics.get("epoch"))

        @_contained
        def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if self.hook is not None:
                self.hook.remove()
            if self.doctor is not None:
                self.doctor.complete()

    return DoctorCallback()


def lightning_callback(record_to: _Path = "run.jsonl", policy: str = "warn", monitor: str = "val_loss", **attach: Any) -> Any:
    """A ``lightning.pytorch.Callback`` (or of ``pytorch_lightning``, where only that is installed) for automatic optimisation with one optimizer.

    :param record_to: The file to write. It is replaced. Of several processes the first records.
    :param policy: ``"warn"`` or ``"stop"``, see above.
    :param monitor: The name under which the validation loss is logged.
    :param attach: Further arguments of ``TrainingDoctor.attach``.
    :raises ValueError: The policy is neither.
    """
    try:
        from lightning.pytorch import Callback
    except ImportError:
        from pytorch_lightning import Callback

    from ._doctor import TrainingDoctor

    rule = _Policy(policy)

    class DoctorCallback(Callback):  # type: ignore[misc]
        doctor: Optional[TrainingDoctor] = None

        def on_train_start(self, trainer: Any, pl_module: Any) -> None:
            if getattr(trainer, "is_global_zero", True):
                optimizer = trainer.optimizers[0] if trainer.optimizers else None
                self.doctor = TrainingDoctor.attach(pl_module, **{"optimizer": optimizer, "framework": "lightning", **attach, "record_to": record_to})

        @_contained
        def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
            # The step is done, and its gradients stay until the next batch.
            loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
            if self.doctor is not None and loss is not None:
                self.doctor.step(loss)
                if rule.must_stop(loss, trainer.global_step):
                    trainer.should_stop = True

        @_contained
        def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
            loss = trainer.callback_metrics.get(monitor)
            if self.doctor is not None and loss is not None and not trainer.sanity_checking:
                self.doctor.validation(loss=float(loss), epoch=trainer.current_epoch + 1)

        @_contained
        def on_train_end(self, trainer: Any, pl_module: Any) -> None:
            if self.doctor is not None:
                self.doctor.complete()

    return DoctorCallback()


def keras_callback(record_to: _Path = "run.jsonl", policy: str = "warn") -> Any:
    """A ``keras.callbacks.Callback``: records losses, scores and the learning rate, which Keras tells whatever computes below it. It imports no torch.

    :param record_to: The file to write. It is replaced.
    :param policy: ``"warn"`` or ``"stop"``, see above.
    :raises ValueError: The policy is neither.
    """
    import keras

    rule = _Policy(policy)

    class DoctorCallback(keras.callbacks.Callback):  # type: ignore[misc]
        file: Any = None
        steps = 0

        def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
            if _is_switched_off():
                return
            self.steps = 0
            self.file = open(record_to, "w", encoding="utf-8")
            self._write({"telemetry": "1.0", "run": {"name": type(self.model).__name__, "source": "keras", "framework": "keras", "path": os.fspath(record_to)}})

        @_contained
        def on_train_batch_end(self, batch: int, logs: Optional[Dict[str, Any]] = None) -> None:
            loss = (logs or {}).get("loss")
            rate = getattr(getattr(self.model, "optimizer", None), "learning_rate", None)
            self._tell([("loss", loss), ("learning_rate", None if callable(rate) else rate)])
            self.steps += 1
            if rule.must_stop(loss, self.steps):
                self.model.stop_training = True

        @_contained
        def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
            logs = logs or {}
            self.steps = max(0, self.steps - 1)  # What an epoch tells belongs to its last step.
            self._tell([("accuracy", logs.get("accuracy")), ("validation_loss", logs.get("val_loss")), ("validation_accuracy", logs.get("val_accuracy")), ("epoch", epoch + 1)])
            self.steps += 1

        @_contained
        def on_train_end(self, logs: Optional[Dict[str, Any]] = None) -> None:
            if self.file is not None:
                self._write({"complete": True})
                self.file.close()
                self.file = None

        def _tell(self, values: Any) -> None:
            known = [[metric, "", _number(value)] for metric, value in values if value is not None]
            if known and self.file is not None:
                self._write({"step": self.steps, "m": known})

        def _write(self, line: Dict[str, Any]) -> None:
            self.file.write(json.dumps(line) + "\n")
            self.file.flush()

    return DoctorCallback()


def _number(value: Any) -> Union[float, str]:
    """A number as telemetry spells it: those that are none are words."""
    number = float(value)
    return number if math.isfinite(number) else "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"

"""Tests of training_doctor.callbacks: ``python3 test_callbacks.py FOLDER``, with the package installed or ``python/src`` on PYTHONPATH.

The trainers themselves are not needed: small stand-ins, written from their documentation, call the callbacks in the documented order (transformers 4.57, lightning 2.5, keras 3.12).
"""

from __future__ import annotations

import json
import logging
import os
import sys
import types
from typing import Any, Dict, List

import torch
from torch import nn


def _stand_in(name: str, **members: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module
    return module


_stand_in("transformers", TrainerCallback=type("TrainerCallback", (), {}))
_pytorch = _stand_in("lightning.pytorch", Callback=type("Callback", (), {}))
_stand_in("lightning", pytorch=_pytorch)
_stand_in("keras", callbacks=types.SimpleNamespace(Callback=type("Callback", (), {"model": None})))

from _running import run_tests  # noqa: E402
from training_doctor.callbacks import hugging_face_callback, keras_callback, lightning_callback  # noqa: E402


class Labelled(nn.Module):
    """A model as transformers has them: it takes its loss itself when it is given labels."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.body = nn.Linear(4, 3)

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> Dict[str, torch.Tensor]:
        logits = self.body(x)
        return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}


def _train_hugging_face(callback: Any, steps: int = 6, broken_from: int = 99) -> List[float]:
    model = Labelled()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    state, control = types.SimpleNamespace(max_steps=steps, global_step=0), types.SimpleNamespace(should_training_stop=False)
    losses: List[float] = []
    if callback:
        callback.on_train_begin(None, state, control, model=model, optimizer=optimizer)
    generator = torch.Generator().manual_seed(1)
    for step in range(steps):
        x = torch.randn(8, 4, generator=generator) * (float("nan") if step >= broken_from else 1.0)
        output = model(x, torch.randint(3, (8,), generator=generator))
        output["loss"].backward()
        optimizer.step()
        if callback:
            callback.on_optimizer_step(None, state, control)
        optimizer.zero_grad()
        state.global_step += 1
        losses.append(output["loss"].item())
        if control.should_training_stop:
            break
    if callback:
        callback.on_evaluate(None, state, control, metrics={"eval_loss": 0.5, "eval_accuracy": 0.75, "epoch": 1.0})
        callback.on_train_end(None, state, control)
    return losses


def _lines(path: str) -> List[Dict[str, Any]]:
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _values(path: str, metric: str) -> List[Any]:
    return [value for line in _lines(path) for name, scope, value in line.get("m", []) if name == metric and scope == ""]


def test_hugging_face_is_recorded_and_left_alone(folder: str) -> None:
    path = os.path.join(folder, "run.jsonl")
    losses = _train_hugging_face(hugging_face_callback(path))
    assert losses == _train_hugging_face(None)
    assert [round(value, 5) for value in _values(path, "loss")] == [round(loss, 5) for loss in losses]
    assert _values(path, "validation_loss") == [0.5] and _values(path, "validation_accuracy") == [0.75]
    assert _values(path, "global_gradient_norm"), "gradients are there when the step is taken"
    assert _lines(path)[0]["run"]["framework"] == "huggingface" and _lines(path)[-1] == {"complete": True}


def test_hugging_face_stops_where_it_is_told_to(folder: str) -> None:
    assert len(_train_hugging_face(hugging_face_callback(os.path.join(folder, "stop.jsonl"), policy="stop"), broken_from=2)) == 3
    assert len(_train_hugging_face(hugging_face_callback(os.path.join(folder, "warn.jsonl"), policy="warn"), broken_from=2)) == 6


def test_lightning_is_recorded(folder: str) -> None:
    path = os.path.join(folder, "run.jsonl")
    callback = lightning_callback(path, policy="stop")
    model = nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    trainer = types.SimpleNamespace(optimizers=[optimizer], global_step=0, should_stop=False, callback_metrics={"val_loss": torch.tensor(0.25)}, sanity_checking=False, current_epoch=0)
    callback.on_train_start(trainer, model)
    for step in range(4):
        loss = model(torch.ones(2, 4)).square().mean() * (float("inf") if step == 3 else 1.0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        trainer.global_step += 1
        callback.on_train_batch_end(trainer, model, {"loss": loss}, None, step)
    callback.on_validation_end(trainer, model)
    callback.on_train_end(trainer, model)
    assert trainer.should_stop
    assert len(_values(path, "loss")) == 4 and _values(path, "validation_loss") == [0.25]


def test_keras_is_recorded_without_torch(folder: str) -> None:
    path = os.path.join(folder, "run.jsonl")
    callback = keras_callback(path, policy="stop")
    callback.model = types.SimpleNamespace(optimizer=types.SimpleNamespace(learning_rate=0.01), stop_training=False)
    callback.on_train_begin()
    for batch, loss in enumerate([1.0, 0.5, float("nan")]):
        callback.on_train_batch_end(batch, {"loss": loss})
    callback.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.6, "val_accuracy": 0.8})
    callback.on_train_end()
    assert callback.model.stop_training
    assert _values(path, "loss") == [1.0, 0.5, "NaN"] and _values(path, "learning_rate") == [0.01] * 3
    assert [line["step"] for line in _lines(path) if "step" in line] == [0, 1, 2, 2]
    assert _lines(path)[0]["run"]["framework"] == "keras"


def test_lightning_is_named(folder: str) -> None:
    path = os.path.join(folder, "run.jsonl")
    callback = lightning_callback(path, name="mine")
    callback.on_train_start(types.SimpleNamespace(optimizers=[], is_global_zero=True), nn.Linear(2, 1))
    callback.on_train_end(None, None)
    assert _lines(path)[0]["run"]["framework"] == "lightning" and _lines(path)[0]["run"]["name"] == "mine"


def test_other_processes_record_nothing(folder: str) -> None:
    path = os.path.join(folder, "run.jsonl")
    callback = hugging_face_callback(path)
    callback.on_train_begin(None, types.SimpleNamespace(max_steps=1, global_step=0, is_world_process_zero=False), None, model=Labelled())
    callback.on_optimizer_step(None, types.SimpleNamespace(global_step=1), types.SimpleNamespace(should_training_stop=False))
    callback.on_train_end(None, None, None)
    assert not os.path.exists(path)


def test_faults_are_contained(folder: str) -> None:
    """Whatever a trainer hands over, no callback throws at it once training has begun."""
    logging.disable(logging.CRITICAL)
    try:
        hugging = hugging_face_callback(os.path.join(folder, "hugging.jsonl"), policy="stop")
        hugging.on_train_begin(None, types.SimpleNamespace(max_steps=3, global_step=0), None, model=Labelled(), optimizer=None)
        hugging.loss = "no number"
        hugging.on_optimizer_step(None, object(), object())
        hugging.on_evaluate(None, None, None, metrics={"eval_loss": "no number"})
        lightning = lightning_callback(os.path.join(folder, "lightning.jsonl"), policy="stop")
        lightning.on_train_start(types.SimpleNamespace(optimizers=[]), Labelled())
        lightning.on_train_batch_end(object(), None, {"loss": "no number"}, None, 0)
        lightning.on_validation_end(object(), None)
        keras = keras_callback(os.path.join(folder, "keras.jsonl"))
        keras.on_train_begin()
        keras.file.close()  # as a disk that is away
        keras.on_train_batch_end(0, {"loss": 1.0})
        keras.on_epoch_end(0, {"val_loss": "no number"})
        keras.on_train_end()
        for callback in (hugging, lightning):
            callback.on_train_end(None, None, None) if callback is hugging else callback.on_train_end(None, None)
    finally:
        logging.disable(logging.NOTSET)


def test_it_can_be_switched_off(folder: str) -> None:
    os.environ["TRAINDOCTOR"] = "off"
    try:
        path = os.path.join(folder, "run.jsonl")
        assert _train_hugging_face(hugging_face_callback(path)) == _train_hugging_face(None)
        keras = keras_callback(path)
        keras.on_train_begin()
        keras.on_train_batch_end(0, {"loss": 1.0})
        keras.on_train_end()
        assert not os.path.exists(path)
    finally:
        del os.environ["TRAINDOCTOR"]


def test_a_wrong_policy_is_named(folder: str) -> None:
    try:
        keras_callback(os.path.join(folder, "run.jsonl"), policy="panic")
    except ValueError as error:
        assert "panic" in str(error)
    else:
        raise AssertionError("a wrong policy was taken")


if __name__ == "__main__":
    run_tests(globals())

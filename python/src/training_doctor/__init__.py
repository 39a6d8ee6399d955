"""Records what happens inside a PyTorch model while it trains, for ``traindoctor diagnose``.

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

Trainers of Hugging Face, Lightning and Keras take a callback of ``training_doctor.callbacks``.

It only reads. No random number is drawn, no tensor of the training is kept alive or changed, and once ``attach`` has returned nothing that goes wrong in here
reaches the training: a part that fails is switched off, logged once, and counted in ``faults``. ``TRAINDOCTOR=off`` in the environment makes a doctor that
does nothing. The format is described in docs/telemetry.md; what is measured, and when, follows the C# monitor. Python 3.8 or later, torch 1.10 or later.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, List

if TYPE_CHECKING:
    from ._doctor import TrainingDoctor as TrainingDoctor
    from ._preflight import preflight as preflight
    from ._sampling import SamplingSchedule as SamplingSchedule

__all__ = ["SamplingSchedule", "TrainingDoctor", "preflight"]
__version__ = "0.1.0"

# Where each name is defined: what needs torch is imported when it is asked for, so that the callback of Keras works beside any backend.
_HOMES = {"SamplingSchedule": "._sampling", "TrainingDoctor": "._doctor", "preflight": "._preflight"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError("module {!r} has no attribute {!r}".format(__name__, name))
    value = getattr(importlib.import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> List[str]:
    return sorted({*globals(), *__all__})

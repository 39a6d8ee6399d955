"""Hooks on the model, its loss and its layers, which do no more than the step asks for."""

from __future__ import annotations

from typing import Any, TYPE_CHECKING

import torch
from torch import Tensor, nn

from ._hooks import _Hook, _Listener
from ._layers import _LayerProbe

if TYPE_CHECKING:
    from ._forward import _ForwardWatch


class _FirstHook(_Listener):
    """Hears that the model is called. Nothing in here can fail."""

    def __init__(self, watch: "_ForwardWatch") -> None:
        self._watch = watch

    def __call__(self, module: nn.Module, inputs: Any) -> None:
        self._watch.begin_call()


class _CallHook(_Listener):
    """Hears a call of the model or the loss. In a training step that is not measured there is nothing to be heard: most calls are such, and end here."""

    def __init__(self, watch: "_ForwardWatch", hook: _Hook) -> None:
        self._watch, self._hook = watch, hook

    def __call__(self, module: nn.Module, inputs: Any, output: Any) -> None:
        watch = self._watch
        if watch.sampled or not watch.is_training():
            self._hook(module, inputs, output)
        elif module is watch.model:
            watch.model_had_gradients = None


class _LayerHook(_Listener):
    """
    Hears a layer in steps that are measured. Of a layer of which nothing but its output has to be looked at, that is kept and all are looked at together, since this is called for every layer:
    what is done here takes as long as a small layer does.
    """

    DURATION = 3e-6
    """About how many seconds it takes to keep an output."""

    def __init__(self, watch: "_ForwardWatch", probe: _LayerProbe, hook: _Hook) -> None:
        self._watch, self._probe, self._hook = watch, probe, hook

    def __call__(self, module: nn.Module, inputs: Any, output: Any) -> None:
        watch, probe = self._watch, self._probe
        if probe.is_routine and watch.sampled and type(output) is Tensor and torch.is_grad_enabled() and (watch.model.training or not watch.trains_in_training_mode):
            if not watch.saw_input:
                watch.take_input(inputs)
            probe.calls += 1
            if probe.measured_step != watch.step:
                probe.measured_step = watch.step
                watch.heard.append((probe, output.detach(), output._version))
        else:
            self._hook(module, inputs, output)

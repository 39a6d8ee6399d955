"""Other layers, losses and optimizers in the place of those of a model."""

from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, Optional, Tuple

import torch
from torch import nn

from ._description import _unregistered_modules
from ._tables import _NEW_ACTIVATIONS, _NEW_LOSSES, _NEW_OPTIMIZERS

_NORMALIZED = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


class _Misfit(Exception):
    """A change has no place in this training; the message says why."""


def _activation(to: str, present: nn.Module) -> nn.Module:
    # A logarithm stays: only the dimension of such a softmax was wrong.
    name = "LogSoftmax" if to == "Softmax" and isinstance(present, nn.LogSoftmax) else to
    if name not in _NEW_ACTIVATIONS:
        raise _Misfit("'{}' is no activation that can be put in.".format(to))
    made: nn.Module = getattr(nn, name)(*([-1] if "Softmax" in name else []))
    return made


def _replace(model: nn.Module, path: str, make: Callable[[nn.Module], nn.Module]) -> Tuple[str, str]:
    """Puts what ``make`` makes of a layer in its place, wherever the model holds it. Returns the types before and after."""
    present = dict(model.named_modules()).get(path)
    if present is None or present is model:
        raise _Misfit("there is no layer '{}'.".format(path))
    made = make(present)
    made.train(present.training)
    for parent in list(model.modules()):
        for name, child in list(parent._modules.items()):
            if child is present and parent is not made:
                setattr(parent, name, made) if not name.isdigit() else parent._modules.__setitem__(name, made)
    return type(present).__name__, type(dict(model.named_modules())[path]).__name__


def _leaves(model: nn.Module) -> List[Tuple[str, nn.Module]]:
    return [(name, module) for name, module in model.named_modules() if not any(True for _ in module.children())]


def _has_matrix(module: nn.Module) -> bool:
    return any(parameter.dim() >= 2 for parameter in module.parameters(recurse=False))


def _change_output(model: nn.Module, layers: List[str], to: str) -> str:
    modules = dict(model.named_modules())
    for layer in layers:
        if layer in modules and type(modules[layer]).__name__ in _NEW_ACTIVATIONS:
            return "{}: {} -> {}".format(layer, *_replace(model, layer, lambda present: _activation(to, present)))
    if to == "Identity" or not isinstance(model, nn.Sequential):
        raise _Misfit("the output function is not a module of its own, so it cannot be changed from outside.")
    model.add_module("output_activation", _activation(to, model))
    return "{} put behind the last layer".format(to)


def _inverse(function: Optional[str]) -> Callable[[torch.Tensor], torch.Tensor]:
    """Undoes a function that a model applies to its output in its own lines: what the loss is given is the bare output, up to a constant where the function has forgotten one."""
    bound, least = 1e-6, 1e-30
    inverses: Dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
        "Sigmoid": lambda output: output.clamp(bound, 1 - bound).logit(),
        "Softmax": lambda output: output.clamp_min(least).log(),
        "Exponential": lambda output: output.clamp_min(least).log(),
        "Tanh": lambda output: output.clamp(-1 + bound, 1 - bound).atanh(),
    }
    if function not in inverses:
        raise _Misfit("the output function is not a module of its own, so it cannot be changed from outside.")
    return inverses[function]


def _set_momentum(model: nn.Module, layers: List[str], momentum: float) -> List[str]:
    """Lets the running statistics of batch normalisations follow their batches faster or slower."""
    told = []
    for name, module in model.named_modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and (not layers or name in layers):
            told.append("{} {} -> {:.6g}".format(name, module.momentum, momentum))
            module.momentum = momentum
    if not told:
        raise _Misfit("the model has no such batch normalisation.")
    return told


def _samples_first(model: nn.Module, layers: List[str]) -> List[str]:
    """Has recurrent and attention layers take samples before places."""
    modules = dict(model.named_modules())
    if not layers:
        raise _Misfit("it names no layer.")
    for layer in layers:
        if not hasattr(modules.get(layer), "batch_first"):
            raise _Misfit("'{}' is no recurrent or attention layer; the axes before it are the program's own.".format(layer))
    for layer in layers:
        modules[layer].batch_first = True  # type: ignore[assignment]
    return layers


def _redraw(model: nn.Module, layers: List[str], scheme: str) -> List[str]:
    """Draws the weights of layers again, or of those before a named activation; of all with a matrix where none is named."""
    leaves = _leaves(model)
    meant: List[Tuple[str, nn.Module]] = [] if layers else [item for item in leaves if _has_matrix(item[1])]
    for layer in layers:
        index = next((i for i, (name, _) in enumerate(leaves) if name == layer), -1)
        for name, module in reversed(leaves[:index + 1]):
            if _has_matrix(module) or (name == layer and any(True for _ in module.parameters(recurse=False))):
                if all(module is not other for _, other in meant):
                    meant.append((name, module))
                break
    if not meant:
        raise _Misfit("no layer with weights is known by {}.".format(", ".join(layers)))
    with torch.no_grad():
        for _, module in meant:
            for name, parameter in module.named_parameters(recurse=False):
                if parameter.dim() < 2:
                    parameter.fill_(0.0 if "bias" in name else 1.0)
                elif scheme == "xavier":
                    nn.init.xavier_uniform_(parameter)
                elif scheme == "orthogonal":
                    nn.init.orthogonal_(parameter)
                elif scheme == "default":
                    nn.init.kaiming_uniform_(parameter, math.sqrt(5))
                else:
                    nn.init.kaiming_normal_(parameter)
    return [name for name, _ in meant]


def _remove_normalization(model: nn.Module, layers: List[str]) -> List[str]:
    """Takes normalisation out: what stands in its place hands its input on."""
    modules = dict(model.named_modules())
    if not layers:
        raise _Misfit("it names no normalisation.")
    for layer in layers:
        if layer not in modules or "Norm" not in type(modules[layer]).__name__:
            raise _Misfit("'{}' is no normalisation of the model.".format(layer))
    for layer in layers:
        _replace(model, layer, lambda present: nn.Identity())
    return layers


def _add_normalization(model: nn.Module, layers: List[str], kind: Optional[str] = None) -> List[str]:
    leaves = _leaves(model)
    weighted = [(index, name, module) for index, (name, module) in enumerate(leaves) if isinstance(module, _NORMALIZED)]
    told = []
    for position, (index, name, module) in enumerate(weighted[:-1]):
        behind = [other for other, _ in leaves[index:weighted[position + 1][0]]]
        if layers and not any(layer in behind for layer in layers):
            continue
        norm = _normalization(module, kind)
        _replace(model, name, lambda present, norm=norm: nn.Sequential(present, norm))  # type: ignore[misc]
        told.append("{} put behind {}".format(type(norm).__name__, name))
    if not told:
        raise _Misfit("there is no hidden linear or convolutional layer to put normalisation behind.")
    return told


def _normalization(module: nn.Module, wanted: Optional[str]) -> nn.Module:
    made: nn.Module
    if isinstance(module, nn.Linear):
        made = nn.LayerNorm(module.out_features)
    elif wanted == "LayerNorm":
        # Layer normalisation over the channels and places of a sample is group normalisation with one group.
        channels: Any = module.out_channels
        made = nn.GroupNorm(1, channels)
    else:
        kind = {nn.Conv1d: nn.BatchNorm1d, nn.Conv2d: nn.BatchNorm2d, nn.Conv3d: nn.BatchNorm3d}[next(kind for kind in _NORMALIZED[1:] if isinstance(module, kind))]
        made = kind(module.out_channels)  # type: ignore[attr-defined]
    weight: Any = module.weight
    return made.to(weight.device, weight.dtype)


def _add_dropout(model: nn.Module, rate: float) -> int:
    leaves = _leaves(model)
    last = max((index for index, (_, module) in enumerate(leaves) if any(True for _ in module.parameters())), default=0)
    hidden = [name for name, module in leaves[:last] if type(module).__name__ in _NEW_ACTIVATIONS]
    if not hidden:
        raise _Misfit("there is no hidden activation module to put dropout behind.")
    for name in hidden:
        _replace(model, name, lambda present: nn.Sequential(present, nn.Dropout(rate)))
    return len(hidden)


def _dropout_rates(model: nn.Module, layers: List[str], rate: float) -> List[str]:
    told = []
    for name, module in model.named_modules():
        if "Dropout" in type(module).__name__ and hasattr(module, "p") and (not layers or name in layers):
            before: Any = module.p
            module.p = rate  # type: ignore[assignment]
            told.append("{} {:.6g} -> {:.6g}".format(name, before, rate))
    if not told:
        raise _Misfit("the model has no dropout module.")
    return told


def _register(model: nn.Module) -> int:
    """Registers layers that a model keeps in attributes, lists and dictionaries."""
    found = _unregistered_modules(model)
    for number, module in enumerate(found):
        model.add_module("registered{}".format(number), module)
    return len(found)


def _loss(to: str) -> nn.Module:
    if to not in _NEW_LOSSES:
        raise _Misfit("'{}' is no loss that can be put in.".format(to))
    made: nn.Module = getattr(nn, to)()
    return made


def _substitute(present: Any, model: nn.Module, to: str, rate: Optional[float]) -> Any:
    """Makes an optimizer over all parameters; without a rate of its own it takes the present one, or the usual one of another type."""
    name = next((known for known, kind in vars(torch.optim).items() if isinstance(kind, type) and known.lower() == to.lower()), None)
    if name is None or name.lower() not in (known.lower() for known in _NEW_OPTIMIZERS):
        raise _Misfit("'{}' is no optimizer that can be put in.".format(to))
    usual = 1e-2 if name == "SGD" else 1e-3
    lr = rate if rate is not None else present.param_groups[0]["lr"] if name == type(present).__name__ else usual
    more = {"momentum": 0.9} if name == "SGD" else {}
    return getattr(torch.optim, name)(list(model.parameters()), lr=lr, **more)

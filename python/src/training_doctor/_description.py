"""What a model, its optimizer and its loss are."""

from __future__ import annotations

import inspect
import os
import sys
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from torch import Tensor, nn

from ._statistics import _SMALLEST_NORMAL, _Statistics, _can_measure, _flat
from ._tables import _ACTIVATIONS, _BOUNDS, _LAYER_PROBE_BOUND_SHARE, _LOSSES
from ._tensors import _number, _product, _real

# Functions have names of their own where they are not those of the modules.
_LOSSES_BY_NAME = {
    **{name.lower(): kind for name, kind in _LOSSES.items()}, "crossentropy": "CrossEntropy", "binarycrossentropy": "BinaryCrossEntropy", "binarycrossentropywithlogits": "BinaryCrossEntropyWithLogits",
    "kldiv": "KullbackLeibler",
}


def _places(model: nn.Module) -> List[Dict[str, Any]]:
    """Where the doctor was attached, and where the classes of the user's own modules are declared: a report names those lines."""
    frame = sys._getframe()
    while frame.f_back is not None and os.path.dirname(frame.f_code.co_filename) == os.path.dirname(__file__):
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
    name = "Softmax" if isinstance(module, nn.Softmax2d) else type(module).__name__
    return name if name in _ACTIVATIONS and _is_torch(module) else None


def _bounds_of(module: nn.Module, activation: Optional[str]) -> Optional[Tuple[float, float]]:
    if activation not in _BOUNDS:
        return None
    low, high = (float(module.min_val), float(module.max_val)) if activation == "Hardtanh" else _BOUNDS[activation]
    margin = _LAYER_PROBE_BOUND_SHARE * (high - low)
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
    """Describes modules and parameters in attributes, lists and dictionaries of custom modules that were never registered."""
    for member, value in _unregistered_members(model):
        count = value.numel() if isinstance(value, nn.Parameter) else sum(parameter.numel() for parameter in value.parameters())
        yield {"member": member, "typeName": "Parameter" if isinstance(value, nn.Parameter) else type(value).__name__, "parameterCount": count}


def _unregistered_modules(model: nn.Module) -> List[nn.Module]:
    return [value for _, value in _unregistered_members(model) if isinstance(value, nn.Module)]


def _unregistered_members(model: nn.Module) -> Iterator[Tuple[str, Any]]:
    """Finds them. What is frozen is hidden on purpose."""
    known: Set[int] = {id(module) for module in model.modules()} | {id(parameter) for parameter in model.parameters()}
    seen: Set[int] = set()

    def visit(member: str, value: Any, depth: int) -> Iterator[Tuple[str, Any]]:
        if depth > 3 or id(value) in seen or id(value) in known:
            return
        seen.add(id(value))
        if isinstance(value, nn.Module):
            parameters = list(value.parameters())
            is_loss = "Loss" in type(value).__name__ and not parameters
            if not is_loss and (not parameters or any(parameter.requires_grad for parameter in parameters)):
                yield member, value
        elif isinstance(value, nn.Parameter):
            if value.requires_grad:
                yield member, value
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
        "epsilon": largest("eps"),
        "parameterCount": len(held), "foreignParameterCount": len(held - own),
    }


def _takes_signs(loss: Any) -> bool:
    """Whether a loss takes labels of -1 and 1, as the name of its type or function says."""
    return _loss_name(loss).replace("_", "").lower().startswith(("softmargin", "hingeembedding", "cosineembedding", "marginranking"))


def _loss_name(loss: Any) -> str:
    return type(loss).__name__ if isinstance(loss, nn.Module) else getattr(loss, "__name__", type(loss).__name__)


def _describe_loss(loss: Any) -> Dict[str, Any]:
    name = _loss_name(loss)
    kind = _LOSSES_BY_NAME.get(name.replace("_", "").lower(), "Margin" if "margin" in name.lower() or "hinge" in name.lower() else "Other")
    reduction = getattr(loss, "reduction", None)
    return {
        "kind": kind, "typeName": name, "reduction": reduction if isinstance(reduction, str) else None, "hasClassWeights": any(isinstance(getattr(loss, name, None), Tensor) for name in ("weight", "pos_weight")),
        "ignoredIndex": _number(loss, "ignore_index") if isinstance(loss, nn.Module) else None,
        "takesLogTargets": loss.log_target if isinstance(loss, nn.KLDivLoss) else None,
    }

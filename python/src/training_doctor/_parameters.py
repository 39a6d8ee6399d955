"""What parameters, gradients and their changes tell."""

from __future__ import annotations

import math
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

import torch
from torch import Tensor, nn

from ._statistics import _Readback, _can_measure
from ._typing import Lines
from ._units import _Sizes, _Table


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

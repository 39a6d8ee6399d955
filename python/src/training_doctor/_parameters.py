"""What parameters, gradients and their changes tell."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional, Set, Tuple

import torch
from torch import Tensor, nn

from ._statistics import _Readback, _can_measure
from ._typing import Lines
from ._units import _Cells, _Sizes, _Table


class _ParameterProbes:
    """Watches the parameters: their gradients, their values, and how far a step moved them. Copies are kept only from one measured step to the next."""

    _MOST_KEPT = 65_536
    _LISTED_FOR = 16
    _MOST_SPARES = 64

    def __init__(self) -> None:
        self._listed: List[Tuple[str, Dict[str, Any], str]] = []
        self._listings = 0
        self._found: List[Tuple[str, Tensor]] = []
        self._places: List[Tuple[int, int]] = []
        self._cells: List[_Cells] = []
        self._spares: Dict[Tuple[str, ...], List[Tensor]] = {}
        self._values: List[_Table] = []
        self._gradients: List[_Table] = []
        self._joint: List[_Table] = []
        self._remembered_step = self._gradient_step = -2
        self._present: List[Tuple[str, bool, bool]] = []
        self._value_tickets: List[Tuple[_Table, int]] = []
        self._gradient_tickets: List[Tuple[_Table, int]] = []

    def remember(self, model: nn.Module, step: int) -> None:
        """Keeps the values as they are before a step. Measuring the step before has kept them already."""
        if self._remembered_step != step:
            self._find(model)
            self._values = [self._copy(cells) for cells in self._cells]
            self._remembered_step = step

    def forget(self) -> None:
        if self._remembered_step == self._gradient_step == -2:
            return
        self._retire(self._values)
        self._retire(self._gradients)
        self._retire(self._joint)
        self._values, self._gradients, self._joint = [], [], []
        self._remembered_step = self._gradient_step = -2

    def close(self) -> None:
        """Lets go of the parameters and of all memory."""
        self.forget()
        self._listed, self._found, self._places, self._cells = [], [], [], []
        self._spares.clear()

    def measure(self, model: nn.Module, step: int, readback: _Readback) -> None:
        self._find(model)
        slopes = [(name, parameter, parameter.grad) for name, parameter in self._found]
        gradients = {name: gradient for name, _, gradient in slopes if gradient is not None}
        self._present = [(name, parameter.requires_grad, gradient is not None) for name, parameter, gradient in slopes]
        before = {table.names: table for table in self._values} if self._remembered_step == step - 1 else {}
        last = {table.names: table for table in self._gradients} if self._gradient_step == step - 1 else {}
        old = self._values + self._gradients + self._joint
        self._values, self._gradients, self._joint, self._value_tickets, self._gradient_tickets = [], [], [], [], []
        self._remembered_step = self._gradient_step = step
        whole = len(gradients) == len(self._found)
        forms = [cells.of_same_form(gradients) for cells in self._cells] if whole else [None] * len(self._cells)
        apart: List[_Cells] = []
        for cells, slopes_of in zip(self._cells, forms):
            if slopes_of is not None and cells.like(slopes_of):
                # Looked at together, values and gradients take half of the calls.
                joint = self._copy(cells.above(slopes_of))
                numbers, half = joint.reduce(), len(cells.names)
                values, slope = joint.halves()
                self._joint.append(joint)
                self._take_values(values, numbers[:half], before, readback)
                self._take_gradients(slope, numbers[half:], last, readback)
                continue
            table = self._copy(cells)
            self._take_values(table, table.reduce(), before, readback)
            apart += [] if slopes_of is None else [slopes_of]
        for cells in apart if whole else _Cells.of((name, slope) for name, slope in gradients.items() if _can_measure(slope)):
            table = self._copy(cells)
            numbers = table.reduce()
            # Of large gradients evenly spread elements: so many tell a cosine to about 0.004.
            self._take_gradients(table.thinned(self._MOST_KEPT), numbers, last, readback)
        self._retire(old)

    def _take_values(self, table: _Table, numbers: Tensor, before: Dict[Tuple[str, ...], _Table], readback: _Readback) -> None:
        was = before.get(table.names)
        self._values.append(table)
        self._value_tickets.append((table, readback.add(torch.cat([numbers, table.changes(was)], 1) if was is not None and table.fits(was) else numbers)))

    def _take_gradients(self, kept: _Table, numbers: Tensor, last: Dict[Tuple[str, ...], _Table], readback: _Readback) -> None:
        was = last.get(kept.names)
        self._gradients.append(kept)
        self._gradient_tickets.append((kept, readback.add(torch.cat([numbers, kept.products(was)], 1) if was is not None and kept.fits(was) else numbers)))

    def _copy(self, cells: _Cells) -> _Table:
        spares = self._spares.get(cells.names)
        return _Table(cells, spares.pop() if spares else None)

    def _retire(self, tables: List[_Table]) -> None:
        """Keeps the memory of small tables for the next ones: to ask for it anew takes longer than to measure them."""
        for table in tables:
            spare = table.spare
            if spare is not None:
                if len(self._spares) > self._MOST_SPARES:
                    self._spares.clear()
                self._spares.setdefault(table.names, []).append(spare)
                del self._spares[table.names][4:]

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

    def _find(self, model: nn.Module) -> None:
        """Finds the parameters that can be measured. While all are the objects that they were, and lie where they lay, what is known of them holds."""
        listed = self._parameters(model)
        places = [_place_of(parameter) for _, parameter in listed]
        same = len(listed) == len(self._found) and all([now[1] is was[1] and now[0] == was[0] for now, was in zip(listed, self._found)])
        if not same or places != self._places or not all([place for place, _ in places]):
            self._found = [(name, parameter) for name, parameter in listed if _is_measurable(parameter)]
            self._cells = _Cells.of(self._found)
            self._places = places if all(parameter.layout is torch.strided and parameter.is_contiguous() for _, parameter in self._found) else []

    def _parameters(self, model: nn.Module) -> List[Tuple[str, Tensor]]:
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
        found = [(name, owner[key]) for name, owner, key in self._listed]
        return [item for item in found if item[1] is not None]


def _root_of_ratio(numerator: float, denominator: float) -> float:
    ratio = numerator / denominator
    return math.sqrt(ratio) if ratio >= 0 else math.nan


def _place_of(parameter: Tensor) -> Tuple[int, int]:
    """Where a parameter lies, and how many elements it has; zeros where that is not known, as of one without memory of its own."""
    try:
        return parameter.data_ptr(), parameter.numel()
    except (RuntimeError, NotImplementedError, ValueError):
        return 0, 0


def _is_measurable(parameter: Tensor) -> bool:
    # Lazy modules have parameters without a shape until they are first called.
    return not nn.parameter.is_lazy(parameter) and _can_measure(parameter)

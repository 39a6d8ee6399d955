"""What parameters, gradients and their changes tell."""

from __future__ import annotations

import math
import operator
from typing import Any, Dict, List, Optional, Set, Tuple

import torch
from torch import Tensor, nn

from ._queue import _Block
from ._ring import _Ring, _Waiting
from ._settling import _ParameterForms
from ._spelling import _Spelling
from ._statistics import _Readback, _can_measure
from ._typing import Lines
from ._units import _Cells, _Sizes, _Table


class _ParameterProbes:
    """Watches the parameters: their gradients, their values, and how far a step moved them. Copies are kept only from one measured step to the next."""

    _MOST_KEPT = 65_536
    _LISTED_FOR = 16
    _MOST_SPARES = 64
    _MOST_SPARES_EACH = 10

    def __init__(self) -> None:
        self.weight_decay: Optional[float] = None
        """The strength of the optimizer's weight decay; None where it is not known."""
        self._listed: List[Tuple[str, Dict[str, Any], str]] = []
        self._listings = 0
        self._found: List[Tuple[str, Tensor]] = []
        self._places: List[int] = []
        self._whole: List[Tensor] = []
        """All parameters, where all can be measured and it is known where they lie."""
        self._cells: List[_Cells] = []
        self._spares: Dict[Tuple[str, ...], List[Tensor]] = {}
        self._values: List[_Table] = []
        self._gradients: List[_Table] = []
        self._joint: List[_Table] = []
        self._remembered_step = self._gradient_step = -2
        self._present: List[Tuple[str, bool, bool]] = []
        self._value_tickets: List[Tuple[_Table, int]] = []
        self._gradient_tickets: List[Tuple[_Table, int]] = []
        self._ring: Optional[_Ring] = None
        self._ring_step = -2
        self._forms = _ParameterForms()
        self._spelling = _Spelling()

    def remember(self, model: nn.Module, step: int) -> None:
        """Keeps the values as they are before a step. Measuring the step before has kept them already."""
        if self._remembered_step != step:
            self._find(model)
            self._values = [self._copy(cells) for cells in self._cells]
            self._remembered_step = step

    def forget(self) -> None:
        if self._remembered_step == self._gradient_step == -2:
            return
        self._retire(self._values + self._gradients + self._joint)
        self._values, self._gradients, self._joint = [], [], []
        self._remembered_step = self._gradient_step = self._ring_step = -2

    def close(self) -> None:
        """Lets go of the parameters and of all memory."""
        self.forget()
        self._listed, self._found, self._places, self._whole, self._cells = [], [], [], [], []
        self._spares.clear()
        self._ring = None

    def measure(self, model: nn.Module, step: int, readback: _Readback) -> Optional[_Block]:
        """Measures a step.

        :param model: The model, after the step.
        :param step: Its number.
        :param readback: Takes what ``report`` tells.
        :return: What ``settle`` will fill, where all parameters are small and have a gradient; None where ``report`` tells the step.
        """
        self._find(model)
        found = [parameter.grad for _, parameter in self._found]
        gradients = {name: gradient for (name, _), gradient in zip(self._found, found) if gradient is not None}
        whole = len(gradients) == len(found)
        forms = [cells.of_same_form(gradients) for cells in self._cells] if whole else [None] * len(self._cells)
        alike = [slope is not None and cells.like(slope) for cells, slope in zip(self._cells, forms)]
        if alike and all(alike) and all([parameter.requires_grad for _, parameter in self._found]) and all([cells.parts[0].device.type == "cpu" for cells in self._cells]):
            return self._wait([name for name, _ in self._found], [cells.above(slope) for cells, slope in zip(self._cells, forms) if slope is not None], step)
        self.settle()
        before, last = self._before(step)
        old = self._values + self._gradients + self._joint
        self._values, self._gradients, self._joint, self._value_tickets, self._gradient_tickets = [], [], [], [], []
        self._remembered_step = self._gradient_step = step
        self._present = [(name, parameter.requires_grad, gradient is not None) for (name, parameter), gradient in zip(self._found, found)]
        apart: List[_Cells] = []
        for cells, slope, is_alike in zip(self._cells, forms, alike):
            if slope is not None and is_alike:
                # Looked at together, values and gradients take half of the calls.
                joint = self._copy(cells.above(slope))
                numbers, half = joint.reduce(), len(cells.names)
                values, lower = joint.halves()
                self._joint.append(joint)
                self._take_values(values, numbers[:half], before, readback)
                self._take_gradients(lower, numbers[half:], last, readback)
                continue
            table = self._copy(cells)
            self._take_values(table, table.reduce(), before, readback)
            apart += [] if slope is None else [slope]
        for cells in apart if whole else _Cells.of((name, slope) for name, slope in gradients.items() if _can_measure(slope)):
            table = self._copy(cells)
            numbers = table.reduce()
            # Of large gradients evenly spread elements: so many tell a cosine to about 0.004.
            self._take_gradients(table.thinned(self._MOST_KEPT), numbers, last, readback)
        self._retire(old)
        return None

    def _before(self, step: int) -> Tuple["_TablesByNames", "_TablesByNames"]:
        """The values before a step, and the gradients of the one before it, as far as they are known."""
        values, slopes = self._values, self._gradients
        if self._ring is not None and self._ring_step == step - 1:
            values, slopes = self._ring.tables(len(self._ring.waiting))
        return ({table.names: table for table in values} if self._remembered_step == step - 1 else {},
                {table.names: table for table in slopes} if self._gradient_step == step - 1 else {})

    def _wait(self, names: List[str], cells: List[_Cells], step: int) -> _Block:
        """Copies values and gradients, to be measured together with those of other steps."""
        ring = self._ring
        if ring is None or not ring.fits(names, cells) or len(ring.waiting) == ring.STEPS:
            self.settle()
        is_next = ring is not None and self._ring_step == step - 1 and ring.fits(names, cells)
        before, last = ({}, {}) if is_next else self._before(step)  # type: _TablesByNames, _TablesByNames
        if ring is None or not ring.fits(names, cells):
            ring = self._ring = _Ring(names, cells)
        waiting = _Waiting(_Block(), is_next, before, last)
        ring.take(cells, waiting)
        self._values, self._gradients, self._joint, self._value_tickets, self._gradient_tickets = [], [], [], [], []
        self._remembered_step = self._gradient_step = self._ring_step = step
        return waiting.block

    def settle(self) -> None:
        """Measures all steps that wait together, and fills their blocks."""
        ring = self._ring
        if ring is not None and ring.waiting:
            try:
                if not self._forms.settle(ring, self.weight_decay):
                    for place, step in enumerate(ring.waiting):
                        step.block.text = self._spelling.spell(self._apart(ring, place))
            finally:
                for step in ring.waiting:
                    self._retire([*step.before.values(), *step.last.values()])
                ring.restart()

    def _apart(self, ring: _Ring, place: int) -> Lines:
        """What is told of a step by itself: where a number is not finite, that of every parameter is looked at."""
        readback, lines = _Readback(), []  # type: _Readback, Lines
        step, (values, slopes) = ring.waiting[place], ring.tables(place + 1)
        before, last = step.before, step.last
        if step.is_next:
            before, last = ({table.names: table for table in tables} for tables in ring.tables(place))
        tickets = []
        for tables, others, compare in ((values, before, _Table.changes), (slopes, last, _Table.products)):
            numbers = [(table, table.reduce(), others.get(table.names)) for table in tables]
            tickets.append([(table, readback.add(torch.cat([told, compare(table, was)], 1) if was is not None and table.fits(was) else told)) for table, told, was in numbers])
        readback.fetch()
        self._tell([(name, True, True) for name in ring.names], self._rows(tickets[0], readback), self._rows(tickets[1], readback), lines)
        return lines

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
                del self._spares[table.names][self._MOST_SPARES_EACH:]

    def report(self, readback: _Readback, lines: Lines) -> None:
        """Tells what was measured, parameter by parameter and of all together."""
        if self._value_tickets:
            self._tell(self._present, self._rows(self._value_tickets, readback), self._rows(self._gradient_tickets, readback), lines)

    def _tell(self, present_of: List[Tuple[str, bool, bool]], values: "_RowsByName", slopes: "_RowsByName", lines: Lines) -> None:
        gradients = weights = changes = befores = 0.0
        for name, trainable, present in present_of:
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
        if self.weight_decay is not None and self.weight_decay > 0 and 0 < gradients < math.inf:
            lines.append(("regularization_gradient_ratio", "", self.weight_decay * _root_of_ratio(weights, gradients)))

    @staticmethod
    def _rows(tickets: List[Tuple[_Table, int]], readback: _Readback) -> "_RowsByName":
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
        if self._whole and self._listings % self._LISTED_FOR != 0:
            now = [owner.get(key) for _, owner, key in self._listed]
            if all(map(operator.is_, now, self._whole)) and _places_of(self._whole) == self._places:
                self._listings += 1
                return
        listed = self._parameters(model)
        places = _places_of([parameter for _, parameter in listed])
        same = len(listed) == len(self._found) and all([now[1] is was[1] and now[0] == was[0] for now, was in zip(listed, self._found)])
        if not same or places != self._places or not all(places):
            self._found = [(name, parameter) for name, parameter in listed if _is_measurable(parameter)]
            self._cells = _Cells.of(self._found)
            self._places = places if all(parameter.layout is torch.strided and parameter.is_contiguous() for _, parameter in self._found) else []
        is_known = len(self._listed) == len(self._found) and len(self._places) > 0 and all(self._places)
        self._whole = [parameter for _, parameter in self._found] if is_known else []

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


_TablesByNames = Dict[Tuple[str, ...], _Table]

_RowsByName = Dict[str, Tuple[_Sizes, List[float]]]


def _root_of_ratio(numerator: float, denominator: float) -> float:
    ratio = numerator / denominator
    return math.sqrt(ratio) if ratio >= 0 else math.nan


def _places_of(parameters: List[Tensor]) -> List[int]:
    """Where each parameter lies, and how many elements each has; zeros where that is not known, as of those without memory of their own."""
    try:
        return [*map(Tensor.data_ptr, parameters), *map(Tensor.numel, parameters)]
    except (RuntimeError, NotImplementedError, ValueError):
        return [0]


def _is_measurable(parameter: Tensor) -> bool:
    # Lazy modules have parameters without a shape until they are first called.
    return not nn.parameter.is_lazy(parameter) and _can_measure(parameter)

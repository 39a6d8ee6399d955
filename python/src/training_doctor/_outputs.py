"""What the outputs of layers tell in a step."""

from __future__ import annotations

import itertools
import math
from typing import Any, Dict, List, Optional, Tuple

import torch
from torch import Tensor

from ._feature_sums import _FeatureSums, _free
from ._layers import _LayerProbe, _Layout
from ._output_forms import _OutputForms
from ._queue import _Block, _StepQueue
from ._rooms import _Room
from ._spelling import _Spelling
from ._statistics import _PIECE, _Readback, _Scratch, _Statistics, _flat, _pieces, _scratch, _widened
from ._tables import _UNIT_ACTIVITY_MINIMUM_BATCHES, _UNIT_ACTIVITY_MINIMUM_SAMPLES
from ._tensors import _product
from ._typing import Lines


class _OutputProbe:
    """
    Measures what layers made. Small outputs are copied, and those of one layout and of several steps are reduced in one pass; large ones are reduced at once, so that no memory is held.
    """

    _SMALL = 1 << 16
    _MOST_COPIED = 1 << 22
    _MOST_BOUNDS = 64
    _MOST_ROOMS = 8
    _MOST_WAITING = 1 << 19
    _MOST_PLACES = 1024
    """At so many places of a sample is looked for the variation over the samples: the mean of so many deviations is known to a few percent."""

    def __init__(self) -> None:
        self._copies: Dict[_Layout, List[Tuple[_LayerProbe, Tensor]]] = {}
        self._copied = 0
        self._tickets: List[Tuple[_Layout, List[_LayerProbe], int]] = []
        self._bounds: Dict[Any, Tensor] = {}
        self._rooms: Dict[_Layout, _Room] = {}
        self._forms = _OutputForms()
        self._spelling = _Spelling()

    @property
    def has_any(self) -> bool:
        """Whether there are outputs of a step that is not over."""
        return bool(self._copies or self._tickets or any([room.has_any for room in self._rooms.values()]))

    @property
    def is_full(self) -> bool:
        """Whether what waits must be settled before another step is measured."""
        return any([room.is_full for room in self._rooms.values()])

    def add(self, probe: _LayerProbe, made: Tensor, readback: _Readback) -> None:
        layout = probe.layout
        if layout is None or layout.shape != made.shape or layout.dtype != made.dtype or layout.device != made.device:
            if layout is not None:
                # For how long a unit was zero is counted in the order of the steps.
                self.settle()
            layout = probe.layout = _Layout.of(probe, made)
        count = made.numel()
        if count > self._SMALL or made.layout is not torch.strided or self._copied + count > self._MOST_COPIED:
            self._reduce(layout, [probe], _flat(made).unsqueeze(0), readback)
        else:
            room = probe.room = self._rooms.get(layout)
            if room is None or not room.take(probe, made):
                self._copies.setdefault(layout, []).append((probe, made.detach().clone()))
            self._copied += count

    @staticmethod
    def take(probe: _LayerProbe, made: Tensor, version: int) -> bool:
        """Takes an output like those of the steps before; False where ``add`` has to look at it first.

        :param probe: The layer.
        :param made: The output.
        :param version: How often it had been written into when it was made.
        """
        layout = probe.layout
        return layout is not None and made.shape == layout.shape and made.dtype == layout.dtype and made.device == layout.device and probe.room is not None and probe.room.keep(probe, made, version)

    def end_step(self, readback: _Readback) -> Optional[_Block]:
        """Ends a measured step.

        :param readback: Takes what ``report`` tells: outputs without a place yet.
        :return: What ``settle`` will fill; None when nothing waits.
        """
        copies, self._copies, self._copied = self._copies, {}, 0
        block: Optional[_Block] = None
        for room in self._rooms.values():
            if room.has_any:
                block = block or _Block()
                room.end_step(block)
        for layout, parts in copies.items():
            most = max(1, _PIECE // parts[0][1].numel())
            for start in range(0, len(parts), most):
                some = parts[start:start + most]
                self._reduce(layout, [probe for probe, _ in some], torch.stack([copy for _, copy in some]).reshape(len(some), -1), readback)
            self._make_room(layout, len(parts))
        return block

    def _make_room(self, layout: _Layout, more: int) -> None:
        """The outputs of the next step are copied to where they are reduced, and the memory stays: to ask for it anew takes longer than to measure a small layer."""
        room = self._rooms.pop(layout, None)
        if room is not None:
            self._settle(layout, room)
            room.close()
        count = more + (0 if room is None else room.count)
        elements = count * _product(layout.shape)
        if layout.device.type == "cpu" and elements <= _Scratch.MOST:
            if len(self._rooms) >= self._MOST_ROOMS:
                self.settle()
                for other in self._rooms.values():
                    other.close()
                self._rooms.clear()
            self._rooms[layout] = _Room(layout, count, max(1, min(_StepQueue.MOST_STEPS, self._MOST_WAITING // elements)))

    def settle(self) -> None:
        """Measures all steps that wait, and fills their blocks."""
        for layout, room in self._rooms.items():
            self._settle(layout, room)

    def _settle(self, layout: _Layout, room: _Room) -> None:
        ranges, probes = room.ranges, room.probes
        if not ranges:
            return
        for _, group in itertools.groupby(ranges, lambda each: probes[each[0]:each[1]]):
            self._settle_alike(layout, room, list(group))
        room.clear()

    def _settle_alike(self, layout: _Layout, room: _Room, ranges: List[Tuple[int, int, _Block]]) -> None:
        """Measures steps in which the same layers were called in the same order."""
        first, count = ranges[0][0], ranges[0][1] - ranges[0][0]
        probes, last = room.probes[first:first + count], ranges[-1][1]
        numbers = self._numbers(layout, room.probes[first:last], room.table[first:last])
        texts = self._forms.spell(layout, probes, numbers.reshape(len(ranges), count, -1))
        for place, (start, end, block) in enumerate(ranges):
            text = texts[place] if texts is not None else self._spelling.spell(self._lines_of(layout, probes, numbers[start - first:end - first]))
            block.add(text)

    def forget_step(self) -> None:
        """Lets go of outputs of a step that is over and was not measured."""
        for room in self._rooms.values():
            if room.has_any:
                room.forget_step()

    def forget(self) -> None:
        """Lets go of all that is not settled."""
        self._copies.clear()
        self._rooms.clear()
        self._tickets.clear()
        self._copied = 0

    def _reduce(self, layout: _Layout, probes: List[_LayerProbe], table: Tensor, readback: _Readback) -> None:
        self._tickets.append((layout, probes, readback.add(self._numbers(layout, probes, table))))

    def _numbers(self, layout: _Layout, probes: List[_LayerProbe], table: Tensor) -> Tensor:
        """
        What each output comes to, a row for each: its statistics, and where it has units its variation, the share at a bound, and for activations which units were not zero and not at a bound.

        :param probes: The layers of the rows; of several steps those of each, one after the other.
        """
        if layout.units == 0:
            return _Statistics.reduce_rows(table)
        sums = _FeatureSums.of(table, layout.shape[0]) if _FeatureSums.suit(table) else None
        numbers = None if sums is None else sums.numbers(self._MOST_PLACES)
        most = max(1, _Scratch.most() // table.shape[1])
        if sums is None or numbers is None:
            return torch.cat([self._numbers_apart(layout, probes[start:start + most], table[start:start + most]) for start in range(0, len(probes), most)])
        has_activations, bounds = self._kinds_of(probes, table)
        parts = [numbers]
        if bounds is None:
            parts.append(numbers.new_zeros((len(probes), 1)))
        else:
            looks = [_free(table[start:start + most].reshape(-1, layout.samples, layout.units, layout.inner), bounds[:, start:start + most]) for start in range(0, len(probes), most)]
            parts.append(1 - torch.cat([inside for _, inside in looks]).unsqueeze(1).to(numbers.dtype) / table.shape[1])
        if has_activations:
            parts.append((sums.magnitudes().reshape(len(probes), -1, layout.units, layout.inner).amax((1, 3)) != 0).to(numbers.dtype))
            parts.append(torch.ones_like(parts[-1]) if bounds is None else torch.cat([free for free, _ in looks]).to(numbers.dtype))
        return torch.cat(parts, 1)

    def _kinds_of(self, probes: List[_LayerProbe], table: Tensor) -> Tuple[bool, Optional[Tensor]]:
        """Whether there are activations, and bounds if there are such."""
        return any([probe.kind == "Activation" for probe in probes]), self._bounds_of(probes, table) if any([probe.bounds is not None for probe in probes]) else None

    def _numbers_apart(self, layout: _Layout, probes: List[_LayerProbe], table: Tensor) -> Tensor:
        """The same for a few outputs of any kind, whose means are taken off first."""
        count, samples = len(probes), layout.shape[0]
        has_activations, bounds = self._kinds_of(probes, table)
        rows = table.reshape(count, samples, -1)
        pieces, active, free, unbound = [], [], [], []
        split = _pieces(rows, max(1, _PIECE // (count * rows.shape[2])))
        # Widened once where it is looked at in one piece.
        wide_rows = _widened(rows, 2) if len(split) == 1 else rows
        for piece in split:
            flat = piece.reshape(count, -1)
            pieces.append(_Statistics.reduce_piece(flat) if len(split) > 1 else _Statistics.reduce_widened(flat, wide_rows.reshape(count, -1)))
            planes = piece.reshape(count, -1, layout.units, layout.inner)
            if has_activations:
                active.append(torch.abs(planes, out=_scratch(1, planes)).amax((1, 3)) != 0)
            if bounds is not None:
                units, inside = _free(planes, bounds)
                free.append(units)
                unbound.append(inside)
        statistics = _Statistics.merge(pieces)
        places = wide_rows[:, :, ::-(-rows.shape[2] // self._MOST_PLACES)]
        if samples > 1:
            places = torch.sub(places, places.mean(1, keepdim=True, dtype=statistics.dtype), out=_scratch(0, places, statistics.dtype))
            variation = places.mul_(places).mean(1).sqrt_().mean(1)
        else:
            variation = statistics.new_full((count,), math.nan)
        at_bound = 1 - sum(unbound).to(statistics.dtype) / table.shape[1] if unbound else statistics.new_zeros(count)
        numbers = [statistics, torch.stack([variation, at_bound], 1)]
        if has_activations:
            numbers.append(torch.stack(active).any(0).to(statistics.dtype))
            numbers.append(torch.stack(free).any(0).to(statistics.dtype) if free else torch.ones_like(numbers[-1]))
        return torch.cat(numbers, 1)

    def _bounds_of(self, probes: List[_LayerProbe], table: Tensor) -> Tensor:
        """The lower and the upper bounds of layers, infinite where they have none: of the shape (2, layers, 1, 1, 1)."""
        told = tuple([probe.bounds or (-math.inf, math.inf) for probe in probes])
        key = told, table.dtype, table.device
        found = self._bounds.get(key)
        if found is None:
            if len(self._bounds) >= self._MOST_BOUNDS:
                self._bounds.clear()
            found = self._bounds[key] = torch.tensor(told, dtype=table.dtype, device=table.device).t().reshape(2, -1, 1, 1, 1)
        return found

    def report(self, readback: _Readback, lines: Lines) -> None:
        """Tells what was measured at once."""
        tickets, self._tickets = self._tickets, []
        for layout, probes, ticket in tickets:
            lines += self._lines_of(layout, probes, readback.take(ticket))

    def _lines_of(self, layout: _Layout, probes: List[_LayerProbe], numbers: Tensor) -> Lines:
        lines: Lines = []
        numbers = numbers.double()
        units = self._report_units(layout, probes, numbers) if layout.units > 0 else [None] * len(probes)
        for probe, row, told in zip(probes, numbers[:, :_Statistics.LENGTH + 2].tolist(), units):
            self._report(probe, layout, row, told, lines)
        return lines

    @staticmethod
    def _report(probe: _LayerProbe, layout: _Layout, row: List[float], units: Optional[Tuple[Optional[float], Optional[float]]], lines: Lines) -> None:
        # For every layer of every measured step: what ``_Statistics.of`` computes is written out here for numbers that are all finite.
        path, (count, mean, squares, cubes, minimum, maximum, zeros, negatives, bad) = probe.path, row[:_Statistics.LENGTH]
        if bad > 0:
            statistics = _Statistics.of(row[:_Statistics.LENGTH])
            deviation, skewness, magnitude = statistics.deviation, statistics.skewness, statistics.magnitude
        else:
            variance = squares / count
            deviation = math.sqrt(variance)
            scale = variance * deviation
            skewness = cubes / count / scale if 0 < scale < math.inf else 0.0
            magnitude = maximum if maximum > -minimum else -minimum
        lines.append(("output_non_finite_count", path, bad))
        if count > 0:
            lines += (
                ("output_mean", path, mean), ("output_standard_deviation", path, deviation), ("output_minimum", path, minimum), ("output_maximum", path, maximum),
                ("output_absolute_maximum", path, magnitude), ("output_skewness", path, skewness), ("zero_fraction", path, zeros / (count + bad)),
                ("negative_fraction", path, negatives / (count + bad)))
        if units is not None and bad == 0:
            variation, at_bound = row[_Statistics.LENGTH:]
            if probe.bounds is not None:
                lines.append(("saturated_fraction", path, at_bound))
            lines += [(metric, path, share) for metric, share in zip(("dead_fraction", "saturated_unit_fraction"), units) if share is not None]
            if not math.isnan(variation):
                scale = max(deviation, 1e-6 * magnitude)
                lines.append(("batch_variation", path, variation / scale if scale > 0 else 0.0))
            lines.append(("row_sum", path, mean * layout.shape[-1]))
        if probe.normalized is not None:
            lines.append(("normalization_batch_size", path, probe.normalized))

    def _report_units(self, layout: _Layout, probes: List[_LayerProbe], numbers: Tensor) -> List[Tuple[Optional[float], Optional[float]]]:
        """For each layer the shares of its units that were zero, and at a bound, for long; None where that has no meaning or was not seen for long."""
        activations = [index for index, probe in enumerate(probes) if probe.kind == "Activation"]
        if len(activations) < len(probes):
            told: List[Tuple[Optional[float], Optional[float]]] = [(None, None)] * len(probes)
            if activations:
                for index, shares_of in zip(activations, self._report_units(layout, [probes[index] for index in activations], numbers[activations])):
                    told[index] = shares_of
            return told
        interrupted = numbers[:, _Statistics.LENGTH + 2:].reshape(len(probes), 2, 1, layout.units) != 0
        finite = (numbers[:, _Statistics.LENGTH - 1] == 0).tolist()
        for probe in probes:
            probe.note_units(layout.units)
        more = torch.tensor([layout.samples, 1.0], dtype=torch.float64).reshape(1, 1, 2, 1)
        runs = (torch.stack([probe.runs for probe in probes]) + more).masked_fill(interrupted, 0.0)
        shares = ((runs[:, :, 0] >= _UNIT_ACTIVITY_MINIMUM_SAMPLES) & (runs[:, :, 1] >= _UNIT_ACTIVITY_MINIMUM_BATCHES)).double().mean(2).tolist()
        told = []
        for probe, run, is_finite, (dead, saturated) in zip(probes, runs.unbind(0), finite, shares):
            if is_finite:
                probe.runs = run
                probe.seen_samples += layout.samples
                probe.seen_batches += 1
            long = probe.is_long_seen()
            told.append((dead if long else None, saturated if long and probe.bounds is not None else None))
        return told

"""What outputs of several steps tell, told together."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional, Tuple

import torch
from torch import Tensor

from ._layers import _LayerProbe, _Layout
from ._spelling import _Form
from ._statistics import _Statistics
from ._tables import _UNIT_ACTIVITY_MINIMUM_BATCHES, _UNIT_ACTIVITY_MINIMUM_SAMPLES

_COLUMNS = ("output_mean", "output_standard_deviation", "output_minimum", "output_maximum", "output_absolute_maximum", "output_skewness", "zero_fraction", "negative_fraction")
_OF_UNITS = ("saturated_fraction", "dead_fraction", "saturated_unit_fraction", "batch_variation", "row_sum")


class _OutputForms:
    """Spells what the outputs of one layout tell in steps that are alike: the same layers, and no number that is not finite."""

    _MOST_KEPT = 32

    def __init__(self) -> None:
        self._forms: Dict[Any, _Form] = {}

    def spell(self, layout: _Layout, probes: List[_LayerProbe], numbers: Tensor) -> Optional[List[str]]:
        """
        The measurements of each step as the items of a JSON array; None when an output has an element that is not finite.

        :param layout: What the outputs have in common.
        :param probes: The layers, the same in each step.
        :param numbers: What each output comes to, of the shape (steps, layers, numbers).
        """
        numbers = numbers.double()
        if float(numbers[:, :, _Statistics.LENGTH - 1].sum()) != 0:
            return None
        count, mean, squares, cubes, minimum, maximum, zeros, negatives, _ = numbers[:, :, :_Statistics.LENGTH].unbind(2)
        variance = squares / count
        deviation = variance.sqrt()
        scale = variance * deviation
        skewness = (cubes / count / scale).masked_fill(~((scale > 0) & (scale < math.inf)), 0.0)
        magnitude = torch.maximum(maximum, -minimum)
        columns = [mean, deviation, minimum, maximum, magnitude, skewness, zeros / count, negatives / count]
        long: List[Tuple[bool, ...]] = [()] * numbers.shape[0]
        if layout.units > 0:
            variation, at_bound = numbers[:, :, _Statistics.LENGTH:_Statistics.LENGTH + 2].unbind(2)
            spread = torch.maximum(deviation, 1e-6 * magnitude)
            shares, long = self._shares(layout, probes, numbers)
            columns += [at_bound, shares[:, :, 0], shares[:, :, 1], (variation / spread).masked_fill(~(spread > 0), 0.0), mean * layout.shape[-1]]
        rows = torch.stack(columns, 2).reshape(numbers.shape[0], -1).tolist()
        return [self._form_of(layout, probes, lasts, len(columns)).spell(row) for row, lasts in zip(rows, long)]

    def _form_of(self, layout: _Layout, probes: List[_LayerProbe], long: Tuple[bool, ...], width: int) -> _Form:
        key = layout, tuple([(probe.path, probe.normalized) for probe in probes]), long
        form = self._forms.get(key)
        if form is None:
            if len(self._forms) >= self._MOST_KEPT:
                self._forms.clear()
            form = self._forms[key] = _Form(self._items(layout, probes, long, width))
        return form

    @staticmethod
    def _items(layout: _Layout, probes: List[_LayerProbe], long: Tuple[bool, ...], width: int) -> List[Tuple[str, str, Any]]:
        items: List[Tuple[str, str, Any]] = []
        lasts = dict(zip([place for place, probe in enumerate(probes) if probe.kind == "Activation"], long))
        for place, probe in enumerate(probes):
            told = [True] * len(_COLUMNS)
            if layout.units > 0:
                is_long, is_bounded = lasts.get(place, False), probe.bounds is not None
                told += [is_bounded, is_long, is_long and is_bounded, layout.shape[0] > 1, True]
            items.append(("output_non_finite_count", probe.path, "0"))
            items += [(metric, probe.path, place * width + column) for column, (metric, is_told) in enumerate(zip(_COLUMNS + _OF_UNITS, told)) if is_told]
            if probe.normalized is not None:
                items.append(("normalization_batch_size", probe.path, "{:.12g}".format(probe.normalized)))
        return items

    @staticmethod
    def _shares(layout: _Layout, probes: List[_LayerProbe], numbers: Tensor) -> Tuple[Tensor, List[Tuple[bool, ...]]]:
        """For each step and layer the shares of the units that were zero, and at a bound, for long, and for each activation whether it was seen for long; notes how long units were so."""
        steps = numbers.shape[0]
        told = torch.zeros((steps, len(probes), 2), dtype=torch.float64)
        places = [place for place, probe in enumerate(probes) if probe.kind == "Activation"]
        if not places:
            return told, [()] * steps
        acting = [probes[place] for place in places]
        for probe in acting:
            probe.note_units(layout.units)
        # The place of the last step in which a unit was not so, from 1 on; before the first there is what was counted so far.
        turns = torch.arange(1, steps + 1, dtype=torch.float64).reshape(-1, 1, 1, 1, 1)
        ended = (numbers[:, places, _Statistics.LENGTH + 2:] != 0).to(torch.float64).reshape(steps, len(places), 2, 1, layout.units).mul_(turns)
        ended = (ended if steps == 1 else ended.cummax(0).values)
        more = torch.tensor([layout.samples, 1.0], dtype=torch.float64).reshape(1, 1, 2, 1)
        last = torch.stack([probe.runs for probe in acting if probe.runs is not None])
        runs = (turns - ended) * more + (ended == 0) * last
        is_long = (runs[:, :, :, 0] >= _UNIT_ACTIVITY_MINIMUM_SAMPLES) & (runs[:, :, :, 1] >= _UNIT_ACTIVITY_MINIMUM_BATCHES)
        told[:, places] = is_long.to(torch.float64).mean(3)
        if all([probe.is_long_seen() for probe in acting]):
            long = [(True,) * len(acting)] * steps
        else:
            long = [tuple([probe.is_long_seen(layout.samples, step + 1) for probe in acting]) for step in range(steps)]
        for probe, run in zip(acting, runs[-1].clone().unbind(0)):
            probe.runs = run
            probe.seen_samples += steps * layout.samples
            probe.seen_batches += steps
        return told, long

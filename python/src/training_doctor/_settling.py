"""What parameters and gradients of several steps tell, told together."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional, Set, Tuple

import torch
from torch import Tensor

from ._ring import _Ring
from ._spelling import _Form

_COLUMNS = ("gradient_norm", "gradient_standard_deviation", "gradient_absolute_maximum", "gradient_zero_fraction", "gradient_cosine",
            "weight_norm", "weight_mean", "weight_standard_deviation", "weight_absolute_maximum", "update_ratio")
_OF_ALL = ("global_gradient_norm", "global_weight_norm", "global_update_ratio", "regularization_gradient_ratio")
_MAY_LACK = {"gradient_cosine", "update_ratio", "global_update_ratio", "regularization_gradient_ratio"}


class _ParameterForms:
    """Spells the measurements of steps in which every parameter has a gradient and every number is finite."""

    _MOST_KEPT = 32

    def __init__(self) -> None:
        self._forms: Dict[Tuple[int, ...], _Form] = {}
        self._ring: Optional[_Ring] = None

    def settle(self, ring: _Ring, weight_decay: Optional[float]) -> bool:
        """Fills the blocks of all steps that wait. False when an element is not finite: then no block is filled.

        :param ring: The steps.
        :param weight_decay: The strength of the weight decay; None where it is not known.
        """
        derived = ring.derive()
        if derived is None:
            return False
        table, sums = derived
        if ring is not self._ring:
            self._ring = ring
            self._forms.clear()
        rows = torch.cat([table.reshape(table.shape[0], -1), _of_all(sums, weight_decay)], 1).tolist()
        for step, row in zip(ring.waiting, rows):
            lacks = () if math.isfinite(sum(row)) else tuple([place for place, number in enumerate(row) if number != number])
            form = self._forms.get(lacks)
            if form is None:
                if len(self._forms) >= self._MOST_KEPT:
                    self._forms.clear()
                form = self._forms[lacks] = _Form(self._items(ring, set(lacks)))
            step.block.text = form.spell(row)
        return True

    @staticmethod
    def _items(ring: _Ring, lacks: Set[int]) -> List[Tuple[str, str, Any]]:
        first = {name: place * len(_COLUMNS) for place, name in enumerate(ring.order)}
        items: List[Tuple[str, str, Any]] = []
        for name in ring.names:
            items += [("gradient_present", name, "1"), ("gradient_non_finite_count", name, "0"), ("weight_non_finite_count", name, "0")]
            items += [(metric, name, first[name] + place) for place, metric in enumerate(_COLUMNS)]
        items += [(metric, "", len(first) * len(_COLUMNS) + place) for place, metric in enumerate(_OF_ALL)]
        return [item for item in items if not (item[2] in lacks and item[0] in _MAY_LACK)]


def _of_all(sums: Tensor, weight_decay: Optional[float]) -> Tensor:
    """For each step what is told of all parameters together; NaN for what is not."""
    gradients, weights, changes, befores = sums.unbind(1)
    update = (changes / befores).sqrt().masked_fill(~((befores > 0) & torch.isfinite(changes)), math.nan)
    decay = weight_decay if weight_decay is not None and weight_decay > 0 else math.nan
    pull = ((weights / gradients).sqrt() * decay).masked_fill(~((gradients > 0) & (gradients < math.inf)), math.nan)
    return torch.stack([gradients.sqrt(), weights.sqrt(), update, pull], 1)

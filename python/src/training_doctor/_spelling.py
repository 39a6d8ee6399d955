"""How measurements are spelt as JSON."""

from __future__ import annotations

import json
import math
import operator
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple

from ._typing import Lines


class _Spelling:
    """Spells the measurements of a step. Most steps measure the same, so that all but the numbers is spelt once; those have the digits that tell them exactly: seventeen of what is told of the run
    as a whole, twelve of layers and parameters, which are measured in single precision."""

    _MOST_KEPT = 16

    def __init__(self) -> None:
        self._forms: Dict[Tuple[Tuple[str, ...], Tuple[str, ...]], str] = {}

    def spell(self, measurements: Sequence[Tuple[str, str, float]]) -> str:
        """Spells measurements as the items of an array, without its brackets."""
        if not measurements:
            return ""
        metrics, scopes, values = zip(*measurements)
        if not math.isfinite(sum(values)):
            return _json(measurements)[1:-1]
        heads = metrics, scopes
        form = self._forms.get(heads)
        if form is None:
            if len(self._forms) >= self._MOST_KEPT:
                self._forms.clear()
            form = self._forms[heads] = ",".join([_item(metric, scope) for metric, scope in zip(metrics, scopes)])
        return form % values


class _Form:
    """Spells what the same layers or parameters tell in every measured step, from a row of numbers in which each has its place."""

    def __init__(self, items: Sequence[Tuple[str, str, Any]]) -> None:
        """
        :param items: Metric, scope and either the place of the number, or the text of one that is always the same.
        """
        self._items = items
        self._form = ",".join([_item(metric, scope, place if isinstance(place, str) else None) for metric, scope, place in items])
        places = [place for _, _, place in items if not isinstance(place, str)]
        # Of a single place the getter would give no tuple.
        self._pick: Callable[[List[float]], Any] = operator.itemgetter(*places) if len(places) > 1 else lambda numbers: tuple([numbers[place] for place in places])

    def spell(self, numbers: List[float]) -> str:
        """Spells the numbers as the items of an array."""
        picked = self._pick(numbers)
        if math.isfinite(sum(picked)):
            return self._form % picked
        # JSON has no numbers for some of them.
        return _spelt([(metric, scope, float(place) if isinstance(place, str) else numbers[place]) for metric, scope, place in self._items])


def _item(metric: str, scope: str, fixed: Optional[str] = None) -> str:
    head = "[{},{},".format(json.dumps(metric), json.dumps(scope)).replace("%", "%%")
    return head + (fixed or ("%.12g" if scope else "%.17g")) + "]"


def _spelt(lines: Lines) -> str:
    """Measurements that are spelt once only, as the items of an array."""
    return _json(lines)[1:-1]


def _json(value: Any) -> str:
    return json.dumps(_plain(value), separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    """JSON has neither NaN nor infinities, and what is not known is left out."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value

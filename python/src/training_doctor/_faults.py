"""What goes wrong in here stays in here."""

from __future__ import annotations

import threading
from typing import Any, Callable, Dict, Union

from ._environment import _log
from ._layers import _LayerProbe


class _FaultGuard:
    """Runs parts of the doctor, and keeps what they throw from the training."""

    def __init__(self) -> None:
        self.faults: Dict[str, int] = {}
        """What went wrong, with how often."""
        self.gate = threading.RLock()

    def run(self, part: Union[str, _LayerProbe], action: Callable[..., Any], *arguments: Any) -> bool:
        """Runs a part of the doctor. One that throws is counted and from then on left out, unless it only takes what it is told; training goes on."""
        name = part if isinstance(part, str) else "measuring layer '{}'".format(part.path)
        with self.gate:
            if name in self.faults and not name.startswith("taking "):
                return False
            try:
                action(*arguments)
                return True
            except Exception as error:  # noqa: BLE001, whatever it is, it must not reach the training.
                if not isinstance(part, str):
                    part.off = True
                self.note(name, error)
                return False

    def note(self, name: str, error: Exception) -> None:
        """Counts a fault; the first of its kind is logged."""
        if name not in self.faults:
            _log.warning("%s failed: %s: %s", name, type(error).__name__, error)
        self.faults[name] = self.faults.get(name, 0) + 1

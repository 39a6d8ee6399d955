"""What a network may be trained to do."""

from __future__ import annotations

from ._tables import _TASKS


def _pascal(name: str) -> str:
    return name if name in _TASKS else "".join(word.capitalize() for word in name.replace("_", "-").split("-"))

"""Whom numbers are told."""

from __future__ import annotations

from typing import Callable, List, Tuple

Observer = Callable[[str, str, float], None]

Lines = List[Tuple[str, str, float]]

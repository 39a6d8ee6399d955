"""What the environment says, and where is logged."""

from __future__ import annotations

import logging
import os

_log = logging.getLogger("training_doctor")


def _is_switched_off() -> bool:
    """By TRAINDOCTOR=off, or by the name that the variable had before."""
    return any(os.environ.get(name, "").lower() == "off" for name in ("TRAINDOCTOR", "TRAINING_DOCTOR"))

"""Runs the tests of a module, each with a folder of its own."""

from __future__ import annotations

import sys
import tempfile
from typing import Any, Dict

import torch


def run_tests(found: Dict[str, Any]) -> None:
    """
    Runs what is called ``test_*``, in order of the names, and says what passed.

    :param found: The globals of a module of tests. Folders are made in the first argument of the program, where one is given.
    """
    for name, test in sorted(found.items()):
        if name.startswith("test_"):
            torch.manual_seed(2)
            with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as own:
                test(own)
            print("passed: " + name[len("test_"):].replace("_", " "))
    print("all passed")

"""The plan of a trial, which TRAINDOCTOR_TRIAL names, and the answer to it."""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from typing import Any, Callable, Dict, List, Optional

import torch

from ._tables import _ATTACHED_TREATMENT_EXIT_CODE


class _PlanError(Exception):
    """The plan cannot be read; the message names file and fault."""


class _Answer:
    """What was applied of a plan and what was not, in a file beside it. Several doctors of one process give one answer: what one of them applied is applied."""

    _all: Dict[str, "_Answer"] = {}

    def __init__(self, path: str, plan: Dict[str, Any]) -> None:
        self._path = path
        self._plan = plan
        self._gate = threading.Lock()
        self._applied: Dict[int, List[str]] = {}
        self._skipped: Dict[int, str] = {}

    @classmethod
    def to(cls, plan_path: str, plan: Dict[str, Any]) -> "_Answer":
        path = os.path.abspath(plan_path) + ".applied.json"
        answer = cls._all.get(path)
        if answer is None or answer._plan != plan:
            answer = cls._all[path] = cls(path, plan)
        return answer

    def apply(self, index: int, text: str) -> None:
        texts = self._applied.setdefault(index, [])
        if text not in texts:
            texts.append(text)

    def skip(self, index: int, reason: str) -> None:
        self._skipped.setdefault(index, reason)

    def write(self) -> None:
        """Writes the file, whole or not at all."""
        actions = self._plan["actions"]
        document = {
            "version": 1, "trial": self._plan.get("trial"), "monitor": "python",
            "applied": [{"kind": actions[i]["kind"], "layers": actions[i].get("layers") or [], "text": "; ".join(self._applied[i])} for i in sorted(self._applied)],
            "skipped": [{"kind": actions[i]["kind"], "reason": self._skipped[i]} for i in sorted(self._skipped) if i not in self._applied],
        }
        with self._gate:
            draft = "{}.{}".format(self._path, os.getpid())
            with open(draft, "w", encoding="utf-8") as file:
                json.dump(document, file, indent=2)
            os.replace(draft, self._path)


class _StandStill:
    """
    Lets a trial stand still at the step that ``plan.json.pace`` names, so that it costs what was asked of it, however fast it is. Whoever runs the trial stops the process meanwhile, or names a later step; where
    nobody does either, the training goes on after a while. Looks are counted, not time: a process that is stopped waits for nothing.
    """

    most_looks = 2000

    def __init__(self, plan_path: str) -> None:
        self._path = plan_path + ".pace"
        self._last_step = self._read()

    def after(self, step: int, prepare: Callable[[], None]) -> None:
        """Stands still after a step where that is asked for.

        :param step: The number of the step.
        :param prepare: What is to be done before.
        """
        looks = 0
        while self._last_step is not None and step >= self._last_step:
            if looks == 0:
                prepare()
            asked = self._read() if looks < self.most_looks else None
            looks += 1
            if asked != self._last_step:
                self._last_step = asked
            else:
                time.sleep(0.005)

    def _read(self) -> Optional[int]:
        try:
            with open(self._path, encoding="ascii") as file:
                return int(file.read())
        except (OSError, ValueError):
            return None


def _read_plan(path: str) -> Dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            plan = json.load(file)
    except OSError as error:
        raise _PlanError("TRAINDOCTOR_TRIAL: '{}' cannot be read: {}".format(path, error.strerror or error))
    except ValueError as error:
        raise _PlanError("TRAINDOCTOR_TRIAL: '{}' is no valid JSON: {}".format(path, error))
    if not isinstance(plan, dict) or plan.get("version") != 1:
        found = plan.get("version") if isinstance(plan, dict) else type(plan).__name__
        raise _PlanError("TRAINDOCTOR_TRIAL: '{}' has version {!r}; this recorder reads version 1.".format(path, found))
    actions = plan.get("actions")
    if not isinstance(actions, list):
        raise _PlanError("TRAINDOCTOR_TRIAL: '{}': 'actions' is {!r}; expected a list.".format(path, actions))
    for index, action in enumerate(actions):
        if not isinstance(action, dict) or not isinstance(action.get("kind"), str):
            raise _PlanError("TRAINDOCTOR_TRIAL: '{}': actions[{}] is {!r}; expected an object with a kind.".format(path, index, action))
    seed = plan.get("seed")
    if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool)):
        raise _PlanError("TRAINDOCTOR_TRIAL: '{}': seed is {!r}; expected a whole number.".format(path, seed))
    return plan


def _trial_of_environment(model: Any, optimizer: Any, loss: Any) -> Optional[Any]:
    """Applies the plan of the environment to a training; None where it names none."""
    path = os.environ.get("TRAINDOCTOR_TRIAL")
    if not path:
        return None
    try:
        plan = _read_plan(path)
        from ._treatment import _Treatment

        if plan.get("seed") is not None:
            _seed(plan["seed"])
        return _Treatment(model, optimizer, loss, plan, _Answer.to(path, plan), _StandStill(path))
    except (_PlanError, OSError) as error:
        print("traindoctor: {}".format(error), file=sys.stderr, flush=True)
        raise SystemExit(_ATTACHED_TREATMENT_EXIT_CODE)


def _seed(seed: int) -> None:
    torch.manual_seed(seed)
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % (1 << 32))

"""The commit of the repository that a program runs in, read from its files: no process is started for it."""

from __future__ import annotations

import os
import re
from typing import Optional

from ._tables import _GIT_COMMIT_LARGEST_FILE



def _commit_of(folder: str) -> Optional[str]:
    """Finds the commit; None where the folder is in no repository, or that cannot be read, which is no fault of a training."""
    try:
        return _commit_above(os.path.abspath(folder))
    except (OSError, ValueError):
        return None


def _commit_above(place: str) -> Optional[str]:
    while True:
        git = os.path.join(place, ".git")
        if os.path.isdir(git):
            return _commit_of_head(git, git)
        if os.path.isfile(git):
            # A worktree names the folder that it belongs to, and that the one that all share.
            own = os.path.join(place, _read(git).replace("gitdir:", "", 1).strip())
            shared = os.path.join(own, "commondir")
            return _commit_of_head(own, os.path.join(own, _read(shared).strip()) if os.path.isfile(shared) else own)
        above = os.path.dirname(place)
        if above == place:
            return None
        place = above


def _commit_of_head(own: str, shared: str) -> Optional[str]:
    head = _read(os.path.join(own, "HEAD")).strip()
    if not head.startswith("ref:"):
        return _checked(head)
    name = head[len("ref:"):].strip()
    for folder in (own, shared):
        loose = os.path.join(folder, name)
        if os.path.isfile(loose):
            return _checked(_read(loose).strip())
    packed = os.path.join(shared, "packed-refs")
    lines = _read(packed).splitlines() if os.path.isfile(packed) else []
    return next((_checked(line.split(" ")[0]) for line in lines if line.rstrip().endswith(" " + name)), None)


def _checked(commit: str) -> Optional[str]:
    return commit if re.fullmatch("[0-9a-fA-F]{40}|[0-9a-fA-F]{64}", commit) else None


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read(_GIT_COMMIT_LARGEST_FILE)

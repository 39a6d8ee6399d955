"""The file that is written."""

from __future__ import annotations

import atexit
import glob
import itertools
import os
import sys
import time
import weakref
from typing import Any, Callable, List, Mapping, Optional, Sequence

from ._queue import _Step
from ._spelling import _Spelling, _json
from ._tables import _ROLLING_FILE_PARTS


class _Recording:
    """
    The file: appended to, line by line. Long lines go to the operating system at once, with all before them; short ones, which most steps write, wait for one that comes a quarter of a
    second after the last hand-over, or for the end of the program, since each hand-over takes longer than all else in such a step. When large it goes on in further parts; the first and the newest are kept.
    """

    _SHORT = 256
    _LONGEST_WAIT = 0.25

    def __init__(self, path: str, limit: int) -> None:
        self._path = os.path.abspath(path)
        self._part_length = limit // _ROLLING_FILE_PARTS
        self._written = self._part = 0
        self._oldest = 1
        self._run = "{}"
        self._spelling = _Spelling()
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        for old in glob.glob(glob.escape(self._path) + ".*"):
            if old[len(self._path) + 1:].isdigit():
                os.remove(old)
        self._file = open(self._path, "wb", buffering=0)
        # JSON is spelt in ASCII: a letter is a byte.
        self._waiting: List[str] = []
        self._handed_over = time.monotonic()
        self._process = os.getpid()
        # A program that ends without a word to the doctor leaves nothing behind in here.
        itself = weakref.ref(self)
        self._at_exit = lambda: _hand_over(itself)
        atexit.register(self._at_exit)

    def begin(self, run: Mapping[str, Any]) -> None:
        self._run = _json(run)
        self._write('{{"telemetry":"1.0","run":{}}}'.format(self._run))

    def write_steps(self, steps: Sequence[_Step]) -> None:
        """Writes steps."""
        is_long = False
        for each in steps:
            if isinstance(each, str):
                line = each
            else:
                step, measurements, spelt = each
                told = self._spelling.spell(measurements)
                line = "".join(['{"step":', str(step), ',"m":[', ",".join([told, *spelt] if told else spelt), "]}\n"])
                is_long |= len(line) > self._SHORT
            self._waiting.append(line)
            self._written += len(line)
            if self._written >= self._part_length:
                self._roll()
        self._hand_over_some(is_long)

    def complete(self) -> None:
        self._write('{"complete":true}')
        self.hand_over()

    def close(self) -> None:
        atexit.unregister(self._at_exit)
        try:
            self.hand_over()
        finally:
            self._file.close()

    def hand_over(self) -> None:
        """Gives the operating system what waits. A process that was forked off leaves it to the first one."""
        waiting, self._waiting = self._waiting, []
        self._handed_over = time.monotonic()
        if waiting and os.getpid() == self._process:
            self._file.write("".join(waiting).encode("ascii"))

    def _roll(self) -> None:
        self.hand_over()
        self._file.close()
        self._part += 1
        self._file = open("{}.{}".format(self._path, self._part), "wb", buffering=0)
        self._written = 0
        if self._part - self._oldest >= _ROLLING_FILE_PARTS - 1:
            os.remove("{}.{}".format(self._path, self._oldest))
            self._oldest += 1
        self._write('{{"part":{},"telemetry":"1.0","run":{}}}'.format(self._part, self._run))

    def _write(self, line: str) -> None:
        self._waiting.append(line + "\n")
        self._written += len(line) + 1
        self._hand_over_some(len(line) >= self._SHORT)

    def _hand_over_some(self, is_long: bool) -> None:
        if is_long or time.monotonic() - self._handed_over > self._LONGEST_WAIT:
            self.hand_over()


class _Recordings:
    """The file that the program asked for, and the one in the folder that TRAINDOCTOR_RECORD names."""

    def __init__(self, path: str, limit: int, name: Optional[str]) -> None:
        self._all = [_Recording(path, limit)]
        folder = os.environ.get("TRAINDOCTOR_RECORD")
        if folder:
            try:
                self._all.append(_Recording(_reserve(folder, name), limit))
            except OSError as error:
                print("traindoctor: nothing is recorded, because TRAINDOCTOR_RECORD, '{}', cannot be written: {}".format(folder, error), file=sys.stderr, flush=True)

    def begin(self, run: Mapping[str, Any]) -> None:
        self._each(lambda recording: recording.begin(run))

    def write_steps(self, steps: Sequence[_Step]) -> None:
        self._each(lambda recording: recording.write_steps(steps))

    def complete(self) -> None:
        self._each(lambda recording: recording.complete())

    def close(self) -> None:
        self._each(lambda recording: recording.close())

    def _each(self, action: Callable[["_Recording"], None]) -> None:
        """One that fails must not cost the other what it is told."""
        fault: Optional[Exception] = None
        for recording in self._all:
            try:
                action(recording)
            except Exception as error:  # noqa: BLE001: raised below, when the other was told too.
                fault = error
        if fault is not None:
            raise fault


def _reserve(folder: str, name: Optional[str]) -> str:
    """Takes a name that no other run has: creating the file is what decides, since several processes may start at once."""
    os.makedirs(folder, exist_ok=True)
    safe = "".join(letter if letter.isalnum() or letter in "-_. " else "-" for letter in name or "run").strip(". ") or "run"
    rank = next((os.environ[variable] for variable in ("RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID") if os.environ.get(variable, "").isdigit()), None)
    stem = safe if rank is None else "{}-rank{}".format(safe, rank)
    own = "{}-{}".format(stem, os.getpid())
    for candidate in itertools.chain([stem, own], ("{}-{}".format(own, number) for number in range(2, 10_000))):
        path = os.path.join(folder, candidate + ".jsonl")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            return path
        except FileExistsError:
            continue
    raise OSError("10,000 recordings are called '{}'".format(name))


def _hand_over(recording: "weakref.ref[_Recording]") -> None:
    itself = recording()
    if itself is not None:
        itself.hand_over()

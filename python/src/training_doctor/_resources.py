"""What a training needs of its machine, told about once a second."""

from __future__ import annotations

import os
import time
from typing import Any, Callable, Optional

import torch

_PAUSE = 1.0


class _ResourceMeter:
    """
    The time of steps and of what lies between them, throughput, processors, memory, and what the CUDA device tells. At each step it reads the clock twice; it reports about once a second, and nothing
    within the first.
    """

    def __init__(self, observe: Callable[[str, float], None], device: Optional[torch.device] = None, clock: Callable[[], float] = time.perf_counter) -> None:
        self.batch_size = 0
        self._observe = observe
        self._device = _CudaDevice(device) if device is not None and device.type == "cuda" else None
        self._clock = clock
        self._began = clock()
        self._step_end: Optional[float] = None
        self._first_call: Optional[float] = None
        self._reported: Optional[float] = None
        self._used = 0.0
        self._interrupted = False
        self._clear()

    def on_call(self) -> None:
        """Takes a call of the model: the first of a step ends the waiting for its data."""
        if self._first_call is None and self._step_end is not None:
            self._first_call = self._clock()

    def interrupt(self) -> None:
        """Notes that something else than training is done between two steps, such as a validation: that interval is left out."""
        self._interrupted = True

    def step_ended(self) -> None:
        """Takes the end of a step's computation, before the doctor's own work on it."""
        now = self._clock()
        if self._reported is None:
            self._reported, self._used = now, time.process_time()
        if self._step_end is not None and not self._interrupted:
            self._steps += 1
            self._lasted += now - self._step_end
            if self._first_call is not None:
                self._waits += 1
                self._waited += self._first_call - self._step_end
        if self._steps > 0 and now - self._reported >= _PAUSE:
            self._report(now)

    def resume(self, now: Optional[float] = None) -> None:
        """Takes the end of the doctor's own work on a step: from here the training's time is counted.

        :param now: The time, where it is known.
        """
        self._step_end, self._first_call, self._interrupted = self._clock() if now is None else now, None, False

    def _report(self, now: float) -> None:
        assert self._reported is not None
        used, mean = time.process_time(), self._lasted / self._steps
        self._observe("step_time", mean)
        if self._waits > 0:
            self._observe("data_time", self._waited / self._waits)
        if self.batch_size > 0:
            self._observe("throughput", self.batch_size / mean)
        self._observe("busy_processors", (used - self._used) / (now - self._reported))
        memory = _process_memory()
        if memory is not None:
            self._observe("process_memory", memory)
        if self._device is not None:
            self._device.report(self._observe)
        self._observe("elapsed", now - self._began)
        self._reported, self._used = now, used
        self._clear()

    def _clear(self) -> None:
        self._steps = self._waits = 0
        self._lasted = self._waited = 0.0


class _CudaDevice:
    """Asks torch what a CUDA device tells of itself. What it does not tell once, it is not asked for again."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._tells_memory = self._tells_utilization = True

    def report(self, observe: Callable[[str, float], None]) -> None:
        if self._tells_memory:
            try:
                free, total = torch.cuda.mem_get_info(self._device)
                observe("device_memory", float(total - free))
            except Exception:  # noqa: BLE001, a driver without an answer is no fault of the training.
                self._tells_memory = False
        if self._tells_utilization:
            try:
                # Needs pynvml, and a version of torch that has it.
                asks: Any = torch.cuda.utilization
                observe("device_utilization", float(asks(self._device)) / 100)
            except Exception:  # noqa: BLE001
                self._tells_utilization = False


def _process_memory() -> Optional[float]:
    """The physical memory of the process in bytes; None where the system does not tell it."""
    try:
        with open("/proc/self/statm", encoding="ascii") as told:
            return float(int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
    except (OSError, ValueError, IndexError, AttributeError):
        return None

"""When a step is measured in full."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Optional

from ._tables import _LOSS_ALARM_DEVIATIONS, _LOSS_ALARM_WARM_UP, _LOSS_ALARM_WEIGHT, _SCHEDULE_ALARMED_STEPS, _SCHEDULE_DENSE_STEPS, _SCHEDULE_INTERVAL


@dataclass(frozen=True)
class SamplingSchedule:
    """
    Which steps are measured in full. Loss and learning rate are taken at every step whatever the schedule.

    Of the steps that it asks for, a few are measured whatever they cost: the first twenty-two, then pairs, ever fewer, so that their number grows like the logarithm of the run's length
    (106 of 1,000 steps, 156 of 10,000); the step at which the loss first is no number; and two after each alarm. All others are measured as far as ``max_overhead`` allows.
    """

    dense_steps: int = _SCHEDULE_DENSE_STEPS
    """The number of steps at the start that are all measured."""
    interval: int = _SCHEDULE_INTERVAL
    """The number of steps from one measured step to the next, later."""
    alarmed_steps: int = _SCHEDULE_ALARMED_STEPS
    """The number of steps that are all measured after the loss jumped or was no number."""
    max_overhead: Optional[float] = 0.02
    """The share of the training's time that measuring may take, beyond the steps that are measured whatever they cost; None for no limit."""

    def __post_init__(self) -> None:
        if self.dense_steps < 0 or self.alarmed_steps < 0 or self.interval < 1:
            raise ValueError("SamplingSchedule: dense_steps and alarmed_steps must be 0 or more, interval 1 or more.")
        if self.max_overhead is not None and not 0 < self.max_overhead <= 1:
            raise ValueError("SamplingSchedule: max_overhead must be above 0 and at most 1, or None.")


class _SampleClock:
    """Decides which steps are measured in full: the schedule asks, the budget grants."""

    _CERTAIN_STEPS = 22
    _CERTAIN_AFTER_ALARM = 2

    def __init__(self, schedule: SamplingSchedule) -> None:
        self._schedule = schedule
        self._started = time.perf_counter()
        self._spent = 0.0
        self._granted = 0
        self._alarmed_until = self._certain_until = -1
        self._mean = self._deviation = 0.0
        self._count = 0
        self._was_finite = True

    def spend(self, started: float, now: Optional[float] = None) -> None:
        """Takes what measuring took, from then to now."""
        self._spent += (time.perf_counter() if now is None else now) - started

    def observe(self, step: int, loss: float) -> bool:
        """Takes a loss, at every step. True where one that is no number, or that stands out above those before, begins an alarm."""
        above = loss - self._mean
        if math.isfinite(loss):
            alarm = self._count >= _LOSS_ALARM_WARM_UP and above > _LOSS_ALARM_DEVIATIONS * self._deviation and above > 0.01 * abs(self._mean)
            self._count += 1
            weight = max(_LOSS_ALARM_WEIGHT, 1.0 / self._count)
            self._deviation += weight * (abs(above) - self._deviation)
            self._mean += weight * above
        else:
            alarm = True
        begins = alarm and step > self._alarmed_until and (self._was_finite or math.isfinite(loss))
        self._was_finite = math.isfinite(loss)
        if begins:
            self._certain_until = step + self._CERTAIN_AFTER_ALARM
        if alarm:
            self._alarmed_until = step + self._schedule.alarmed_steps
        return begins

    def wants(self, step: int) -> bool:
        schedule = self._schedule
        if step <= self._certain_until:
            return True
        if not (step < schedule.dense_steps or step <= self._alarmed_until or step % schedule.interval == 0):
            return False
        limit = schedule.max_overhead
        if limit is None:
            return True
        if self._granted < self._CERTAIN_STEPS * (1 + math.log(max(1.0, (step + 1) / self._CERTAIN_STEPS))):
            self._granted += 1
            if step >= self._CERTAIN_STEPS:
                # Two in a row share what it takes to begin and to settle, and tell how the gradient turns.
                self._granted += 1
                self._certain_until = max(self._certain_until, step + 1)
            return True
        if self._spent < limit * (time.perf_counter() - self._started):
            self._granted += 1
            return True
        return False

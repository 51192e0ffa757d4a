"""Whether somebody else was at work on this machine during a turn: a turn that others disturbed is run
again. It is judged by what the CPUs did, never by its result."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean

QUIET = 0.1  # the share of the CPUs' time that others may take


def busy_seconds() -> float:
  """What all CPUs together worked since the start, for whomever; what a host took from a virtual
  machine is in it."""
  user, nice, system, _, _, interrupts, soft, stolen = map(
      int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
  return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")


class Quiet:
  """`own` tells the CPU seconds of all that belongs to the benchmark; `patience` is how many seconds
  may be lost to disturbed turns in all. Without /proc, every turn counts."""

  def __init__(self, patience: float, own: Callable[[], float]):
    self._patience, self._own = patience, own
    self._shares, self._repeated = [], 0

  def turn(self, work: Callable):
    """What `work` returns."""
    if not Path("/proc/stat").exists():
      return work()
    while True:
      start, others = time.perf_counter(), busy_seconds() - self._own()
      result = work()
      seconds = time.perf_counter() - start
      share = (busy_seconds() - self._own() - others) / seconds / os.cpu_count()
      if share <= QUIET or self._patience <= 0:
        self._shares.append(max(0, share))
        return result
      self._patience -= seconds
      self._repeated += 1

  def facts(self) -> dict:
    return {"othersShares": self._shares, "repeatedTurns": self._repeated}

  def text(self) -> str:
    """A line for the report."""
    if not self._shares:
      return ""
    return (f"\nOthers took {mean(self._shares):.0%} of the CPUs' time during the turns that count, "
            f"{max(self._shares):.0%} at most; {self._repeated} disturbed turns were run again.\n")


def process_seconds() -> float:
  """CPU seconds of this process and of those that it started and that have ended."""
  return sum(os.times()[:4])

#!/usr/bin/env python3
"""Races single operations in one process: CRAMKernels against PyTorch.

    python kernels.py WORK [--turns N] [--threads N] [--patience SECONDS]
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from statistics import median

import torch

from kernels_cases import Case, attentions, products
from kernels_library import Kernels, build
from quiet import Quiet, process_seconds
from report import table, write

TURN_SECONDS = 0.05  # of calls, at least
# Longer than libgomp's and libomp's threads spin behind their last loop, so whoever is not on turn
# is asleep. Forbidding them to spin (OMP_WAIT_POLICY=passive) would cost PyTorch a wake-up a loop,
# which it doesn't pay in a whole model.
PAUSE_SECONDS = 0.05
TOLERANCES = {"float32": 1e-5, "bfloat16": 2e-2}  # of relative errors


def arguments():
  parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
  parser.add_argument("work", type=Path)
  parser.add_argument("--turns", type=int, default=7)
  parser.add_argument("--threads", type=int, default=2)
  parser.add_argument("--patience", type=float, default=120)
  return parser.parse_args()


def turn(function: Callable[[], object]) -> float:
  """Seconds a call, behind one that wakes threads and fills caches."""
  time.sleep(PAUSE_SECONDS)
  function()
  calls, start = 0, time.perf_counter()
  while True:
    function()
    calls += 1
    if (elapsed := time.perf_counter() - start) > TURN_SECONDS:
      return elapsed / calls


def race(case: Case, turns: int, quiet: Quiet) -> dict:
  functions = {"CRAMKernels": case.ours, **case.theirs}
  seconds = {name: [] for name in functions}
  for _ in range(turns):
    measured = quiet.turn(lambda: [turn(function) for function in functions.values()])
    for name, value in zip(functions, measured):
      seconds[name].append(value)
  best = min(case.theirs, key=lambda name: median(seconds[name]))
  return {"name": case.name, "precision": case.precision, "gigaflop": case.gigaflop,
          "seconds": seconds, "best": best, "errors": case.errors()}


def row(result: dict) -> list[str]:
  ours, theirs = (result["seconds"][name] for name in ("CRAMKernels", result["best"]))
  single = [a / b for a, b in zip(ours, theirs)]
  rates = [f"{result['gigaflop'] / median(seconds):.0f}" for seconds in (ours, theirs)]
  return [result["name"], result["precision"], f"{median(ours) * 1e3:.2f}",
          f"{median(theirs) * 1e3:.2f}", result["best"],
          f"{median(ours) / median(theirs):.2f} ({min(single):.2f}–{max(single):.2f})", *rates,
          *(f"{error:.1e}" for error in result["errors"])]


def page(results: list[dict]) -> str:
  head = ["", "precision", "ms", "PyTorch ms", "its best", "÷ PyTorch", "GFLOP/s",
          "PyTorch GFLOP/s", "error", "PyTorch error"]
  return table(head, [row(result) for result in results])


def cases(kernels: Kernels) -> Iterator[Case]:
  return chain(attentions(kernels), products(kernels))


def main() -> None:
  options = arguments()
  torch.set_num_threads(options.threads)
  torch.set_grad_enabled(False)
  kernels = Kernels(build(options.work / "kernels"), options.threads)
  results, quiet = [], Quiet(options.patience, process_seconds)
  for case in cases(kernels):
    print(f"   {case.name} {case.precision}", file=sys.stderr)
    results.append(race(case, options.turns, quiet))
  write(options.work / "kernels", page(results) + quiet.text(),
        {"threads": options.threads, **quiet.facts(), "torch": torch.__version__,
         "results": results})
  for result in results:
    if max(result["errors"]) > TOLERANCES[result["precision"]]:
      sys.exit(f"{result['name']} {result['precision']}: relative errors of {result['errors']}")


if __name__ == "__main__":
  main()

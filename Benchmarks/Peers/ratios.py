#!/usr/bin/env python3
"""What batches, fewer labels, RAM++, and a file of its own change for RAMKit: ratios, interleaved.

    python ratios.py WORK RAMKIT PHOTOS [--rounds N] [--runs N] [--threads N] [--precision P]
        [--patience SECONDS]
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from photos import photo_paths
from quiet import Quiet, process_seconds
from ramkit import RAMKit
from report import table, write

RAM, RAM_PLUS = "synthetic:ram-swin-l", "synthetic:ram-plus-swin-l"
BASE = "RAM, 4,585 labels, batch 1"
BENCHES = {
    BASE: (RAM,),
    "batch 8, a photo": (RAM, "--batch", "8"),
    "214 labels": (RAM, "--labels-count", "214"),
    "RAM++": (RAM_PLUS,),
}
FIRST_ANSWER = "converted file to first answer"


def arguments():
  parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
  parser.add_argument("work", type=Path)
  parser.add_argument("ramkit", type=Path)
  parser.add_argument("photos", type=Path)
  parser.add_argument("--rounds", type=int, default=3)
  parser.add_argument("--runs", type=int, default=3)
  parser.add_argument("--threads", type=int, default=2)
  parser.add_argument("--patience", type=float, default=120)
  parser.add_argument("--precision", default="bfloat16")
  return parser.parse_args()


def seconds_of(work: Callable[[], object]) -> float:
  start = time.perf_counter()
  work()
  return time.perf_counter() - start


def main() -> None:
  options = arguments()
  ramkit, photo = RAMKit(options.ramkit), photo_paths(options.photos, 1)
  converted = options.work / "models" / f"ramkit-{options.precision}.safetensors"
  quiet = Quiet(options.patience, process_seconds)
  rounds = {name: [] for name in (*BENCHES, FIRST_ANSWER)}
  for number in range(options.rounds):
    print(f"   round {number + 1} of {options.rounds}", file=sys.stderr)
    for name, (model, *more) in BENCHES.items():
      report = quiet.turn(lambda: ramkit.bench(
          model, options.precision, options.threads, options.runs, *more))
      rounds[name].append(report["medianSeconds"])
    rounds[FIRST_ANSWER].append(quiet.turn(lambda: seconds_of(lambda: ramkit.logits(
        converted, options.precision, options.threads, photo))))

  rows = []
  for name, seconds in rounds.items():
    single = [a / b for a, b in zip(seconds, rounds[BASE])]
    rows.append([name, f"{median(seconds) * 1e3:.0f}", f"{min(seconds) * 1e3:.0f}",
                 f"{median(single):.2f} ({min(single):.2f}–{max(single):.2f})"])
  head = [f"RAMKit, {options.precision}", "median ms", "minimum ms", f"÷ {BASE}"]
  write(options.work / "ratios", table(head, rows) + quiet.text(),
        {**quiet.facts(), "precision": options.precision, "threads": options.threads,
         "rounds": rounds})


if __name__ == "__main__":
  main()

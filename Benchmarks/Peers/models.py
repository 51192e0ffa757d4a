#!/usr/bin/env python3
"""Races whole models: time, error and memory of each contender, interleaved.

    python models.py WORK RAMKIT PHOTOS [--count N] [--runs N] [--threads N] [--patience SECONDS] [--avx2]
"""

import argparse
import os
import signal
import sys
from pathlib import Path
from statistics import median

import numpy as np

from contenders import AVX2_ENVIRONMENT, AVX2_PEERS, PEERS, gather
from photos import photo_paths
from quiet import Quiet, process_seconds
from ramkit import RAMKit
from report import table, write

RUNS_A_TURN = 3
PASSING = 0.03  # the share of labels above the threshold, about that of a photo's tags
TOLERANCE = 1e-3  # of RAMKit's float32 logits


def arguments():
  parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
  parser.add_argument("work", type=Path)
  parser.add_argument("ramkit", type=Path)
  parser.add_argument("photos", type=Path)
  parser.add_argument("--count", type=int, default=8)
  parser.add_argument("--runs", type=int, default=12)
  parser.add_argument("--threads", type=int, default=2)
  parser.add_argument("--patience", type=float, default=120)
  parser.add_argument("--avx2", action="store_true", help="hold everybody to AVX2")
  return parser.parse_args()


def errors(logits: np.ndarray, reference: np.ndarray) -> dict:
  """How far logits are off, and what that does to tags."""
  if logits.shape != reference.shape:
    raise SystemExit(f"logits of shape {logits.shape}, not {reference.shape}")
  threshold = np.quantile(reference, 1 - PASSING)
  tags, right = logits > threshold, reference > threshold
  difference = np.abs(logits.astype(np.float64) - reference)
  return {"maxError": difference.max(), "meanError": difference.mean(),
          "f1": 2 * (tags & right).sum() / (tags.sum() + right.sum())}


def race(contenders: list, runs: int, quiet: Quiet) -> dict:
  """Seconds of each contender's runs, a list a round. Each round starts with another one."""
  seconds = {contender: [] for contender in contenders}
  rounds = -(-runs // RUNS_A_TURN)
  for number in range(rounds):
    print(f"   round {number + 1} of {rounds}", file=sys.stderr)
    first = number * len(contenders) // rounds
    for contender in contenders[first:] + contenders[:first]:
      seconds[contender].append(quiet.turn(lambda: contender.time(RUNS_A_TURN)))
  return seconds


def result(contender, rounds: list[list[float]], error: dict) -> dict:
  runs = [second for turn in rounds for second in turn]
  return {"name": contender.name, "precision": contender.precision, "medianSeconds": median(runs),
          "minSeconds": min(runs), "rounds": rounds, **error, **contender.facts}


def ratio(entry: dict, other: dict | None) -> str:
  """Median to median, and between which values it lay in single rounds."""
  if other is None:
    return ""
  single = [median(a) / median(b) for a, b in zip(entry["rounds"], other["rounds"])]
  whole = entry["medianSeconds"] / other["medianSeconds"]
  return f"{whole:.2f} ({min(single):.2f}–{max(single):.2f})"


def page(results: list[dict], rival: str) -> str:
  rivals = {entry["precision"]: entry for entry in results if entry["name"] == rival}
  best = min(rivals.values(), key=lambda entry: entry["medianSeconds"], default=None)
  head = ["", "precision", "median ms", "minimum ms", f"÷ {rival}'s same", f"÷ {rival}'s best",
          "max error", "mean error", "F1", "peak MB", "load s", "threads", "products run in"]
  rows = [[entry["name"], entry["precision"], f"{entry['medianSeconds'] * 1e3:.0f}",
           f"{entry['minSeconds'] * 1e3:.0f}", ratio(entry, rivals.get(entry["precision"])),
           ratio(entry, best), f"{entry['maxError']:.2g}", f"{entry['meanError']:.2g}",
           f"{entry['f1']:.3f}", f"{entry['peakBytes'] / 1e6:,.0f}", f"{entry['loadSeconds']:.1f}",
           str(entry["threads"]), entry.get("products", "")]
          for entry in sorted(results, key=lambda entry: entry["medianSeconds"])]
  return table(head, rows)


def main() -> None:
  options = arguments()
  models = options.work / "models"
  paths = photo_paths(options.photos, options.count)
  reference = np.load(models / "reference.npy")
  for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda *_: sys.exit(1))  # which ends the others, too
  peers = AVX2_PEERS if options.avx2 else PEERS
  if options.avx2:
    os.environ.update(AVX2_ENVIRONMENT)
  contenders = []
  try:
    print("== contenders", file=sys.stderr)
    absent = gather(models, RAMKit(options.ramkit), paths, options.threads, peers, contenders)
    print("== logits", file=sys.stderr)
    error = {contender: errors(contender.logits(), reference) for contender in contenders}
    print("== time", file=sys.stderr)
    quiet = Quiet(options.patience, lambda: process_seconds() + sum(
        contender.cpu_seconds() for contender in contenders))
    seconds = race(contenders, options.runs, quiet)
  finally:
    for contender in contenders:
      contender.leave()
  results = [result(contender, seconds[contender], error[contender]) for contender in contenders]
  write(options.work / ("models-avx2" if options.avx2 else "models"),
        page(results, peers[0][0]) + quiet.text() + "".join(f"\nLeft out: {line}\n" for line in absent),
        {"threads": options.threads, **quiet.facts(), "photos": [path.name for path in paths],
         "absent": absent, "logitDeviation": reference.std(1).mean(), "results": results})
  ours = next(entry for entry in results
              if (entry["name"], entry["precision"]) == ("RAMKit", "float32"))
  if ours["maxError"] > TOLERANCE:
    sys.exit(f"RAMKit computes something else: float32 logits are off by {ours['maxError']:.2g}")


if __name__ == "__main__":
  main()

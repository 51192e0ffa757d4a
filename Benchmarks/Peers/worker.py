#!/usr/bin/env python3
"""One contender in a process of its own, so that its peak memory is its own.

    python worker.py RUNTIME PRECISION MODELS THREADS

Answers each line on stdin with a line of JSON: `logits FILE` runs all photos, `time N` runs the first
one N times. The first answer, unasked, says what was loaded.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import numpy as np

from runtimes import RUNTIMES

UNCOUNTED_RUNS = 2  # at the start of a turn, as `ramkit bench` has them: caches hold another's data


def main(runtime: str, precision: str, models: str, threads: str) -> None:
  # What libraries print to stdout must not get between the answers.
  answers = os.fdopen(os.dup(1), "w")
  os.dup2(2, 1)

  def answer(**values) -> None:
    print(json.dumps(values), file=answers, flush=True)

  start = time.perf_counter()
  run, facts = RUNTIMES[runtime](Path(models), precision, int(threads))
  photos = np.load(Path(models) / "photos.npy")
  run(photos[:1])
  answer(loadSeconds=time.perf_counter() - start, **facts)

  for line in sys.stdin:
    match line.split():
      case ["logits", path]:
        np.save(path, np.stack([run(photos[i:i + 1]) for i in range(len(photos))]))
        answer()
      case ["time", count]:
        seconds = []
        for _ in range(UNCOUNTED_RUNS + int(count)):
          start = time.perf_counter()
          run(photos[:1])
          seconds.append(time.perf_counter() - start)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer(seconds=seconds[UNCOUNTED_RUNS:], peakBytes=peak * 1024)


if __name__ == "__main__":
  if len(sys.argv) != 5:
    sys.exit(__doc__)
  main(*sys.argv[1:])

#!/usr/bin/env python3
"""Writes what truth.py knows of photos in the form that `ramkit calibrate` and `ramkit eval` read.

    python known.py TRUTH.npz > known.jsonl

What none of five captions names counts as absent, unless another annotation says otherwise. It may be
there all the same; thresholds chosen so give tags that people would have named.
"""

import json
import sys
from pathlib import Path

import numpy as np

CAPTIONS = 5


def lines(truth):
  names = truth["names"]
  positive, negative = truth["positive"].astype(bool), truth["negative"].astype(bool)
  described = (truth["caption_total"] >= CAPTIONS)[:, None] & (truth["caption_count"] == 0)
  absent = (negative | described) & ~positive
  for file, here, gone in zip(truth["files"], positive, absent):
    yield {"path": str(file), "tags": list(map(str, names[here])),
           "absent": list(map(str, names[gone]))}


def main(path: Path) -> None:
  for line in lines(np.load(path)):
    print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
  if len(sys.argv) != 2:
    sys.exit(__doc__)
  main(Path(sys.argv[1]))

#!/usr/bin/env python3
"""Writes the logits of a folder of annotated photos, for thresholds.py.

    python scores.py PHOTOS logits.npy

PHOTOS/annotations.jsonl has an object a line; `file` is all that is read here. The logits, [photos,
1000] in float32, are in the order of its lines.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

from convert import rounded_network
from network import LITE2
from preparation import resized, tensor

BATCH = 16


def read_annotations(folder: Path) -> list[dict]:
  with open(folder / "annotations.jsonl", encoding="utf-8") as file:
    return [json.loads(line) for line in file]


def main(folder: Path, output: Path) -> None:
  network = rounded_network().to(memory_format=torch.channels_last)
  paths = [folder / annotation["file"] for annotation in read_annotations(folder)]
  logits = []
  with torch.inference_mode():
    for start in range(0, len(paths), BATCH):
      images = [tensor(resized(path, LITE2.image_size)) for path in paths[start:start + BATCH]]
      logits.append(network(torch.stack(images).to(memory_format=torch.channels_last)).numpy())
  np.save(output, np.concatenate(logits))


if __name__ == "__main__":
  if len(sys.argv) != 3:
    sys.exit(__doc__)
  main(Path(sys.argv[1]), Path(sys.argv[2]))

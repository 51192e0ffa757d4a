"""What was computed once for a split, by features.py and detectors.py."""

from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from encoder import Encoder
from targets import softmax

BATCH = 64
# Of the views whose opinions are averaged.
OPINIONS = ("whole", "flip")


def mean_scores(path: Path) -> np.ndarray:
  return np.load(path).astype(np.float32).mean(axis=1)


class Evidence:
  """The arrays of a folder; each is read when it is needed first."""

  def __init__(self, folder: Path):
    self.folder = folder

  def view(self, name: str, level: str) -> np.ndarray:
    """In memory: training reads it in random order."""
    return np.load(self.folder / f"{name}.{level}.npy")

  @cached_property
  def classes(self) -> np.ndarray:
    """The published classifier's probabilities, [photos, classes]."""
    logits = [self.view(name, "classes").astype(np.float32) for name in OPINIONS]
    return softmax(sum(logits) / len(logits))

  @cached_property
  def part_classes(self) -> np.ndarray:
    """The same of each crop that there is, [crops, photos, classes]."""
    crops = sorted(self.folder.glob("crop-*.classes.npy"))
    if not crops:
      return np.zeros((0, *self.classes.shape), np.float32)
    return np.stack([softmax(np.load(path).astype(np.float32)) for path in crops])

  @cached_property
  def features(self) -> np.ndarray:
    """The mean of the published head's output over the whole photo, [photos, 1280]."""
    encoder, top = Encoder().eval(), self.view("whole", "top")
    with torch.inference_mode():
      parts = [encoder.features(torch.from_numpy(top[i:i + BATCH].astype(np.float32))).mean(dim=(2, 3))
               for i in range(0, len(top), BATCH)]
    return torch.cat(parts).numpy()

  @cached_property
  def boxes(self) -> np.ndarray:
    """The detectors' mean scores for COCO's classes, [photos, 80]."""
    return mean_scores(self.folder / "whole.boxes.npy")

  @cached_property
  def part_boxes(self) -> dict[str, np.ndarray]:
    """The same of each crop, by view."""
    paths = sorted(self.folder.glob("crop-*.boxes.npy"))
    return {path.name.split(".")[0]: mean_scores(path) for path in paths}

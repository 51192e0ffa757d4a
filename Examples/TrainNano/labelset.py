"""The label set as training sees it: indices, what is below what, the texts of each label."""

import json
from pathlib import Path

import numpy as np
import torch

from minilm import encode, source_state, source_words


class LabelSet:

  def __init__(self, labels_path: Path, groups_path: Path):
    self.labels = json.loads(labels_path.read_text())["labels"]
    self.groups = json.loads(groups_path.read_text())
    self.index = {label["name"]: number for number, label in enumerate(self.labels)}
    # The label of each of ImageNet's classes, in the classifier's order.
    self.classes = np.array(self.groups["imagenet"])
    self.below = self._below()
    self.is_omitted = np.array([label.get("omitted", False) for label in self.labels])

  def __len__(self) -> int:
    return len(self.labels)

  def _below(self) -> np.ndarray:
    """[classes, labels]: whether a class is a label or is somewhere below it."""
    parents = [[self.index[name] for name in label.get("parents", [])] for label in self.labels]
    below = np.zeros((len(self.classes), len(self.labels)), bool)
    for row, label in enumerate(self.classes):
      above = [label]
      for current in above:
        above += [parent for parent in parents[current] if parent not in above]
      below[row, above] = True
    return below

  def texts(self) -> tuple[torch.Tensor, list[np.ndarray]]:
    """The embeddings of all names and aliases, and which of them are each label's, its name's
    first."""
    texts, rows = [], []
    for label in self.labels:
      names = [label["name"], *label.get("aliases", [])]
      rows.append(np.arange(len(texts), len(texts) + len(names)))
      texts += names
    return encode(source_state(), source_words(), texts).clone(), rows

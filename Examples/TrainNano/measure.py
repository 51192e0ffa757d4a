"""What a model is good for, on photos that it never saw.

Mean average precision is that of the official evaluator, over the classes that have a positive;
`ramkit eval` computes the same from the shipped files.
"""

import numpy as np
import torch

from labelset import LabelSet
from recognition import RAMNano

BATCH = 16
BEST = 10
MINIMUM = 3  # positives and negatives of a label whose average precision is told
CAPTIONS = 2  # that name a label


def average_precision(present: np.ndarray, scores: np.ndarray) -> float:
  present = present[np.argsort(-scores, kind="stable")]
  precision = np.cumsum(present) / np.arange(1, len(present) + 1)
  return float(precision[present].mean())


def mean_average_precision(present, known, scores, labels) -> tuple[float, float]:
  """And that of chance: over labels with enough photos that are known to show them, or not to."""
  values, chances = [], []
  for label in labels:
    rows = known[:, label]
    here = present[rows, label]
    if here.sum() >= MINIMUM and (~here).sum() >= MINIMUM:
      values.append(average_precision(here, scores[rows, label]))
      chances.append(here.mean())
  return float(np.mean(values)), float(np.mean(chances))


@torch.no_grad()
def all_logits(model: RAMNano, features, embeddings: torch.Tensor) -> np.ndarray:
  """[photos, labels]; features: from an array of a view to the head's map."""
  parts = []
  for maps in features:
    parts.append(model.logits(embeddings[None], model.tokens(maps)).numpy())
  return np.concatenate(parts)


def first_of_list(logits, rows, labels: LabelSet, key: str, group: str) -> float:
  """How often the annotated one is first among its list."""
  names = labels.groups[f"{group}_names"]
  photos = [i for i, row in enumerate(rows) if row.get(key) in names]
  truth = [names.index(rows[i][key]) for i in photos]
  return float((logits[photos][:, labels.groups[group]].argmax(axis=1) == truth).mean())


def caption_recall(logits, truth, labels: LabelSet) -> float:
  """Of what at least two captions of a photo name, the share among the ten labels asked best."""
  photos = np.flatnonzero(truth["caption_total"] >= CAPTIONS)
  wanted = (truth["caption_count"][photos] >= CAPTIONS) & ~labels.is_omitted
  scores = np.where(labels.is_omitted, -np.inf, logits[photos])
  best = np.argsort(-scores, axis=1)[:, :BEST]
  return float(np.take_along_axis(wanted, best, axis=1).sum() / wanted.sum())


def figures(logits, rows, truth, labels: LabelSet, held_out: list[int]) -> dict[str, float]:
  present = truth["positive"].astype(bool)
  known = present | truth["negative"].astype(bool)
  annotated = np.array([row["coco80"] is not None for row in rows])
  coco = known & annotated[:, None]
  result = {"coco": mean_average_precision(present, coco, logits, labels.groups["coco80"])[0]}
  for key, group in (("imagenet", "imagenet"), ("scene", "scenes"), ("action", "actions")):
    result[key] = first_of_list(logits, rows, labels, key, group)
  result["captions"] = caption_recall(logits, truth, labels)
  precision, chance = mean_average_precision(present, known, logits, held_out)
  return result | {"held_out": precision, "held_out_chance": chance}

#!/usr/bin/env python3
"""Chooses the thresholds of all labels, and reports how good they are.

    python thresholds.py choose PHOTOS LOGITS [PHOTOS LOGITS ...]
    python thresholds.py report PHOTOS LOGITS

LOGITS is what scores.py wrote for the folder PHOTOS. `choose` writes vocabulary/thresholds.tsv.

A label's score is the sum of the softmax probabilities of its classes. In the order in which they
count:

1. a threshold in vocabulary/by_hand.tsv, set after looking at photos;
2. for a label whose evidence in vocabulary/evidence.tsv is complete (what is not annotated is not
   there): the lowest score above which PRECISION of the tags are right, if enough photos are
   tagged at it;
3. a threshold by the number of classes below the label: each class gets some probability in any
   photo, so the more classes, the higher the sum where the label is wrong.

Afterwards no label has a lower threshold than one above it. As its score is never higher either,
a photo that is tagged "golden retriever" is tagged "dog" and "animal", too.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scores import read_annotations
from vocabulary import TABLES, Vocabulary, read_table

PRECISION = 0.8
DOUBT = 4            # photos that are counted in addition, right with a chance of PRIOR
PRIOR = 0.6
FEWEST_TAGGED = 8
LOWEST, HIGHEST = 0.08, 0.8

# (classes at most, threshold)
BY_SIZE = [(1, 0.16), (9, 0.18), (40, 0.22), (100, 0.35), (1000, 0.45)]

# VOC's names of what COCO names as well.
COCO_NAME = {"aeroplane": "airplane", "diningtable": "dining table", "motorbike": "motorcycle",
             "pottedplant": "potted plant", "sofa": "couch", "tvmonitor": "tv"}
VOC20 = {"airplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
         "dining table", "dog", "horse", "motorcycle", "person", "potted plant", "sheep", "couch",
         "train", "tv"}


@dataclass
class Photos:
  """Scores of all labels in photos, and what is known to be right (1), wrong (0), or not (nan)."""

  files: list[str]
  scores: np.ndarray   # [photos, labels]
  truth: np.ndarray    # [photos, labels]: by the label's own evidence
  implied: np.ndarray  # the same; a label below a wrong one is wrong, one below a right one counts
                       # as right, as nobody has said which breed it is


def softmax(logits: np.ndarray) -> np.ndarray:
  powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
  return powers / powers.sum(axis=1, keepdims=True)


def label_scores(vocabulary: Vocabulary, logits: np.ndarray) -> np.ndarray:
  probabilities = softmax(logits)
  members = (vocabulary.members[entry.name] for entry in vocabulary.entries)
  return np.stack([probabilities[:, classes].sum(axis=1) for classes in members], axis=1)


def known_names(annotation: dict) -> tuple[set[str], set[str]]:
  """What is annotated in a photo, and all that would have been."""
  if annotation.get("coco80") is not None:
    return set(annotation["coco80"]), {"all"}
  if annotation.get("voc20") is not None:
    return {COCO_NAME.get(name, name) for name in annotation["voc20"]}, VOC20
  return set(), set()


def read_photos(vocabulary: Vocabulary, folder: Path, logits: np.ndarray) -> Photos:
  annotations = read_annotations(folder)
  index = {entry.name: i for i, entry in enumerate(vocabulary.entries)}
  class_index = {row["class"]: i for i, row in enumerate(read_table("classes"))}
  above = [sorted(index[name] for name in vocabulary.ancestors(entry.name))
           for entry in vocabulary.entries]
  evidence = [(index[row["label"]], {name.strip() for name in row["annotations"].split(",")},
               row["complete"] == "yes") for row in read_table("evidence")]

  truth = np.full((len(annotations), len(index)), np.nan)
  for photo, annotation in enumerate(annotations):
    present, covered = known_names(annotation)
    for label, names, complete in evidence:
      if names & present:
        truth[photo, label] = 1
      elif complete and (covered == {"all"} or names <= covered):
        truth[photo, label] = 0
    if annotation.get("imagenet"):
      leaf = class_index[annotation["imagenet"]]
      truth[photo] = 0
      truth[photo, [leaf, *above[leaf]]] = 1

  implied = truth.copy()
  for label, ancestors in enumerate(above):
    unknown = np.isnan(truth[:, label])
    for ancestor in ancestors:
      implied[unknown & (truth[:, ancestor] == 1), label] = 1
    for ancestor in ancestors:
      implied[unknown & (truth[:, ancestor] == 0), label] = 0
  files = [annotation["file"] for annotation in annotations]
  return Photos(files, label_scores(vocabulary, logits), truth, implied)


def measured_threshold(scores: np.ndarray, truth: np.ndarray) -> tuple[float, int, int] | None:
  """The lowest threshold that keeps the precision, with how many photos it tags and how many
  rightly."""
  known = ~np.isnan(truth)
  order = np.argsort(-scores[known], kind="stable")
  ranked, right = scores[known][order], np.cumsum(truth[known][order])
  best = None
  for tagged in range(FEWEST_TAGGED, len(ranked)):
    if (right[tagged - 1] + DOUBT * PRIOR) / (tagged + DOUBT) < PRECISION:
      continue
    threshold = float((ranked[tagged - 1] + ranked[tagged]) / 2)
    if LOWEST <= threshold <= HIGHEST:
      best = (threshold, tagged, int(right[tagged - 1]))
  return best


def size_threshold(classes: int) -> float:
  return next(threshold for most, threshold in BY_SIZE if classes <= most)


def own_threshold(
    name: str, classes: int, scores: np.ndarray, truth: np.ndarray, tables: dict[str, dict]
) -> tuple[float, str]:
  """The threshold of one label, not considering others, and where it is from."""
  if row := tables["by_hand"].get(name):
    return float(row["threshold"]), row["why"]
  if tables["evidence"].get(name, {}).get("complete") == "yes":
    if measured := measured_threshold(scores, truth):
      threshold, tagged, right = measured
      return threshold, f"right in {right} of {tagged} photos"
  return size_threshold(classes), "a class" if classes == 1 else f"{classes} classes"


def choose(vocabulary: Vocabulary, sets: list[Photos]) -> None:
  scores = np.concatenate([photos.scores for photos in sets])
  truth = np.concatenate([photos.truth for photos in sets])
  tables = {table: {row["label"]: row for row in read_table(table)}
            for table in ("by_hand", "evidence")}
  own = {}
  for i, entry in enumerate(vocabulary.entries):
    classes = len(vocabulary.members[entry.name])
    own[entry.name] = own_threshold(entry.name, classes, scores[:, i], truth[:, i], tables)
  lines = ["label\tthreshold\twhy"]
  for name, (threshold, why) in own.items():
    highest = max(sorted(vocabulary.ancestors(name)), key=lambda above: own[above][0], default=name)
    if own[highest][0] > threshold:
      threshold, why = own[highest][0], f"as '{highest}'"
    lines.append(f"{name}\t{threshold:.2f}\t{why}")
  (TABLES / "thresholds.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def report(vocabulary: Vocabulary, photos: Photos) -> None:
  thresholds = {row["label"]: float(row["threshold"]) for row in read_table("thresholds")}
  limits = np.array([thresholds[entry.name] for entry in vocabulary.entries])
  tagged = photos.scores > limits
  leaves = np.arange(len(limits)) < vocabulary.class_count
  annotated = ~np.isnan(photos.truth).all(axis=1)
  single = (photos.truth[:, leaves] == 1).any(axis=1) & ~np.isnan(photos.truth).any(axis=1)
  for title, rows in [("one class annotated", single), ("objects annotated", annotated & ~single),
                      ("all", np.ones(len(tagged), bool))]:
    if not rows.any():
      continue
    print(f"{title}: {rows.sum()} photos, {tagged[rows].sum(axis=1).mean():.1f} tags a photo, "
          f"none in {(tagged[rows].sum(axis=1) == 0).mean():.1%}")
    for kind, columns in [("classes", leaves), ("broader labels", ~leaves)]:
      chosen = tagged[rows][:, columns]
      known = photos.implied[rows][:, columns]
      own = photos.truth[rows][:, columns]
      right, wrong = (chosen & (known == 1)).sum(), (chosen & (known == 0)).sum()
      recall = (chosen & (own == 1)).sum() / max((own == 1).sum(), 1)
      print(f"  {kind}: {chosen.sum()} tags, {right + wrong} judged, "
            f"precision {right / max(right + wrong, 1):.3f}, recall {recall:.3f}")


def main(command: str, arguments: list[str]) -> None:
  vocabulary = Vocabulary()
  sets = [read_photos(vocabulary, Path(folder), np.load(logits))
          for folder, logits in zip(arguments[::2], arguments[1::2])]
  if command == "choose":
    choose(vocabulary, sets)
  else:
    for photos in sets:
      report(vocabulary, photos)


if __name__ == "__main__":
  if len(sys.argv) < 4 or len(sys.argv) % 2 or sys.argv[1] not in ("choose", "report"):
    sys.exit(__doc__)
  main(sys.argv[1], sys.argv[2:])

"""What a photo's labels are trained towards: a value in 0...1 for each, and a weight.

Truth comes first. Where nobody knows, teachers generate: two detectors for COCO's classes, the
published classifier for ImageNet's and, closed upward, for what is above them. Unknown is not
negative: what neither says keeps a weight near 0.
"""

from dataclasses import dataclass, field

import numpy as np

from clean import agreement, outliers
from labelset import LabelSet
from views import kind, members

# Of a teacher's classes: how sure it is, and what that weighs. In between it says little.
CLASS_PRESENT, CLASS_PRESENT_WEIGHT = 0.25, 0.5
CLASS_ABSENT, CLASS_ABSENT_WEIGHT = 0.01, 0.15
CLASS_UNSURE_WEIGHT = 0.05
BOX_PRESENT, BOX_ABSENT, BOX_WEIGHT = 0.5, 0.12, 0.7
BOX_UNSURE_WEIGHT = 0.15
BOX_SHARE = 0.2  # beside truth: what is hard to see is worth less to learn
BOX_GAIN, BOX_OFFSET = 1.15, -0.05  # the detectors' scores are too low by that on photos with truth
UNKNOWN_WEIGHT = 0.02
# What none of five captions names may be there, but is not what the photo is about.
UNNAMED_WEIGHT, CAPTIONS = 0.12, 5
CROP_WEIGHT = 0.7  # a part of a photo may have lost it
CROP_FLOOR = 0.1  # added to the scores of a part and of the whole before they are compared
OUTLIER_WEIGHT = 0.3


@dataclass
class Steps:
  """Which steps of the recipe are taken: for the ablation."""

  generate: bool = True
  clean: bool = True


@dataclass
class Targets:
  """[photos, labels] each."""

  value: np.ndarray
  weight: np.ndarray
  # Of a crop: how much of COCO's classes, which columns say, detectors see in it beside the whole.
  seen: dict[str, np.ndarray] = field(default_factory=dict)
  columns: list[int] = field(default_factory=list)

  def of(self, view: str, photos: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Those of a view of some photos. In a composite a label is there if it is in any part, and
    known to be absent only as well as in the part that is known least."""
    if kind(view) == "mosaic":
      parts = np.array([members(view, photo, len(self.value)) for photo in photos])
      values, weights = self.value[parts], self.weight[parts]
      largest = values.argmax(axis=1)[:, None]
      value = np.take_along_axis(values, largest, axis=1)[:, 0]
      present = np.take_along_axis(weights, largest, axis=1)[:, 0]
      return value, np.where(value > 0.5, present, weights.min(axis=1))
    value, weight = self.value[photos], self.weight[photos]
    if view in self.seen:
      value[:, self.columns] = np.minimum(value[:, self.columns] * self.seen[view][photos], 1)
    if kind(view) == "crop":
      weight = np.where(value > 0.5, weight * CROP_WEIGHT, weight)
    return value, weight


def softmax(logits: np.ndarray) -> np.ndarray:
  powers = np.exp(logits - logits.max(axis=1, keepdims=True))
  return powers / powers.sum(axis=1, keepdims=True)


def known(truth) -> Targets:
  """What annotations say, and captions with their weights."""
  positive = truth["positive"].astype(bool)
  stated = positive | truth["negative"].astype(bool) | truth["weak_negative"].astype(bool)
  return Targets(positive.astype(np.float32), np.where(stated, truth["weight"], 0).astype(np.float32))


def generate_classes(targets: Targets, classes: np.ndarray, labels: LabelSet, trust) -> None:
  """classes: the classifier's probabilities. A broader label has the sum of those below it."""
  shares = np.clip(classes @ labels.below.astype(np.float32), 0, 1)
  unknown = (targets.weight == 0) & labels.below.any(axis=0)
  weight = np.where(
      shares > CLASS_PRESENT, CLASS_PRESENT_WEIGHT * trust[:, None],
      np.where(shares < CLASS_ABSENT, CLASS_ABSENT_WEIGHT, CLASS_UNSURE_WEIGHT))
  targets.value[unknown] = shares[unknown]
  targets.weight[unknown] = weight[unknown]


def box_scores(boxes: np.ndarray) -> np.ndarray:
  return np.clip(boxes * BOX_GAIN + BOX_OFFSET, 0, 1)


def seen_in_parts(evidence, unknown: np.ndarray) -> dict[str, np.ndarray]:
  """What a crop shows beside its photo. A smaller thing may be seen in it only; where truth says that
  it is not there, it is not."""
  whole = box_scores(evidence.boxes) + CROP_FLOOR
  ratios = {
      view: (box_scores(boxes) + CROP_FLOOR) / whole for view, boxes in evidence.part_boxes.items()}
  return {view: np.where(unknown, ratio, np.minimum(ratio, 1)).astype(np.float32)
          for view, ratio in ratios.items()}


def generate_boxes(targets: Targets, boxes: np.ndarray, unknown: np.ndarray, columns) -> None:
  """boxes: the detectors' mean scores for COCO's classes. They know more of these than the
  classifier, so what that said is overwritten; truth is only softened."""
  scores = box_scores(boxes)
  sure = (scores > BOX_PRESENT) | (scores < BOX_ABSENT)
  for column, label in enumerate(columns):
    rows = unknown[:, label]
    targets.value[rows, label] = scores[rows, column]
    targets.weight[rows, label] = np.where(
        sure[rows, column], BOX_WEIGHT, BOX_UNSURE_WEIGHT)
    truth = targets.value[~rows, label]
    targets.value[~rows, label] = truth + BOX_SHARE * (scores[~rows, column] - truth)


def targets_of(truth, evidence, labels: LabelSet, steps: Steps) -> Targets:
  """evidence: what features.py and detectors.py wrote for the split; see evidence.py."""
  targets = known(truth)
  unknown = targets.weight == 0
  if steps.clean:
    targets.weight[outliers(evidence.features, truth["positive"].astype(bool))] *= OUTLIER_WEIGHT
  if steps.generate:
    trust = agreement(evidence.classes, evidence.part_classes) if steps.clean else np.ones(
        len(unknown), np.float32)
    generate_classes(targets, evidence.classes, labels, trust)
    targets.columns = labels.groups["coco80"]
    generate_boxes(targets, evidence.boxes, unknown, targets.columns)
    targets.seen = seen_in_parts(evidence, unknown[:, targets.columns])
  targets.weight[targets.weight == 0] = UNKNOWN_WEIGHT
  described = (truth["caption_total"] >= CAPTIONS)[:, None] & (truth["caption_count"] == 0)
  faint = described & (targets.value < 0.5)
  targets.weight[faint] = np.maximum(targets.weight[faint], UNNAMED_WEIGHT)
  return targets

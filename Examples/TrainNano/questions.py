"""Chooses which labels a photo is asked about in a step.

Two parts. The first are labels by their targets: all that are there, and of the others a sample by
weight, each of which then stands for as many as were left out, so the loss is right on average. The
second are rivals, of which one is right: ImageNet's classes with the teacher's opinion, or, where
the scene or the action is annotated, the closed list that it was chosen from.
"""

from dataclasses import dataclass

import numpy as np

from labelset import LabelSet
from settings import Questions

LIKELY_CLASSES = 24
RANDOM_CLASS_SHARE = 0.2  # of the teacher's probability: those beyond the likely ones hardly count
ANNOTATED_WEIGHT = 1.5
GUESSED_WEIGHT = 1.0
LISTS = {"scene": "scenes", "action": "actions"}


@dataclass
class Asked:
  """[batch, ...] each."""

  labels: np.ndarray
  values: np.ndarray
  weights: np.ndarray
  rivals: np.ndarray
  shares: np.ndarray  # of the rivals, 1 in all
  is_rival: np.ndarray  # some lists are shorter
  rival_weights: np.ndarray


class Rivals:
  """Who competes with whom in which photo."""

  def __init__(
      self, rows: list[dict], classes: np.ndarray, labels: LabelSet, unseen: list[int]):
    """unseen: the labels that never compete."""
    self.labels = labels
    self.unseen = unseen
    self.classes = classes.copy()
    names = labels.groups["imagenet_names"]
    self.is_annotated = np.array([row.get("imagenet") in names for row in rows])
    for photo in np.flatnonzero(self.is_annotated):
      self.classes[photo] /= 2
      self.classes[photo, names.index(rows[photo]["imagenet"])] += 0.5
    self.truth = {
        key: np.array([self._place(row.get(key), group) for row in rows])
        for key, group in LISTS.items()}

  def _place(self, name: str | None, group: str) -> int:
    """Where an annotated name is in its list; -1 where there is none."""
    names = self.labels.groups[f"{group}_names"]
    return names.index(name) if name in names else -1

  def choose(self, photos: np.ndarray, count: int, random: np.random.Generator):
    shares = self.classes[photos]
    likely = np.argpartition(-shares, LIKELY_CLASSES, axis=1)[:, :LIKELY_CLASSES]
    others = random.integers(0, shares.shape[1], (len(photos), count - LIKELY_CLASSES))
    chosen = np.concatenate([likely, others], axis=1)
    share = np.take_along_axis(shares, chosen, axis=1)
    sure = share[:, :LIKELY_CLASSES].sum(axis=1)
    share[:, LIKELY_CLASSES:] *= RANDOM_CLASS_SHARE
    share /= share.sum(axis=1, keepdims=True)
    weight = np.where(self.is_annotated[photos], ANNOTATED_WEIGHT, GUESSED_WEIGHT * sure**2)
    rivals = self.labels.classes[chosen]
    is_rival = np.ones_like(rivals, bool)
    for key, group in LISTS.items():
      columns = np.array(self.labels.groups[group])
      for row in np.flatnonzero(self.truth[key][photos] >= 0):
        place = self.truth[key][photos[row]]
        rest = random.permutation(np.delete(columns, place))[:count - 1]
        rivals[row, :1 + len(rest)] = [columns[place], *rest]
        is_rival[row, 1 + len(rest):] = False
        share[row], weight[row] = np.eye(1, count)[0], ANNOTATED_WEIGHT
    is_rival &= ~np.isin(rivals, self.unseen)
    share = np.where(is_rival, share, 0)
    left = share.sum(axis=1, keepdims=True)
    return rivals, share / np.maximum(left, 1e-9), is_rival, weight * left[:, 0]


def choose_labels(values: np.ndarray, weights: np.ndarray, count: int, random: np.random.Generator):
  """Labels [photos, count], with their values and weights."""
  present = (values > 0.5) & (weights > 0)
  key = np.log(np.maximum(weights, 1e-9)) + random.gumbel(size=weights.shape)
  key[weights <= 0] = -np.inf
  key[present] = 1e3 + random.random(np.count_nonzero(present))
  chosen = np.argpartition(-key, count, axis=1)[:, :count]
  value, weight, is_present = (
      np.take_along_axis(each, chosen, axis=1) for each in (values, weights, present))
  # Drawn in proportion to their weights, the others all stand for the same share of their sum.
  share = np.where(present, 0, weights).sum(axis=1) / np.maximum((~is_present).sum(axis=1), 1)
  return chosen, value, np.where(is_present, weight, share[:, None] * (weight > 0))


def ask(targets, rivals: Rivals, view: str, photos: np.ndarray, sizes: Questions,
        random: np.random.Generator) -> Asked:
  labels, values, weights = choose_labels(*targets.of(view, photos), sizes.labels, random)
  others, shares, is_rival, rival_weights = rivals.choose(photos, sizes.rivals, random)
  if view.startswith("mosaic"):  # nobody is alone in a composite
    rival_weights = np.zeros_like(rival_weights)
  return Asked(labels, values, weights, others, shares, is_rival, rival_weights)

"""Finds what is probably wrong, so that it weighs less."""

import numpy as np

NEIGHBOURS = 20
MINIMUM_PHOTOS = 8  # fewer are no cluster
WORST_SHARE = 0.05


def agreement(whole: np.ndarray, parts: np.ndarray) -> np.ndarray:
  """How far a photo and its parts are of the classifier's same opinion, 0...1 a photo.

  whole: probabilities [photos, classes]; parts: those of crops [crops, photos, classes]. A class
  that the whole photo seems to show and no part of it does is an accident of the scene.
  """
  if len(parts) == 0:
    return np.ones(len(whole), np.float32)
  best = whole.argmax(axis=1)
  rows = np.arange(len(whole))
  seen = parts[:, rows, best].max(axis=0)
  return np.minimum(1, seen / np.maximum(whole[rows, best], 1e-6)).astype(np.float32)


def outliers(features: np.ndarray, positive: np.ndarray) -> np.ndarray:
  """Which positives [photos, labels] look like nothing else under their label.

  Photos with a label are a cluster in the space of the encoder's features. Those are marked whose
  nearest neighbours among all photos have the label least often: at most WORST_SHARE of a label's
  photos, and only where no neighbour has it at all.
  """
  unit = features - features.mean(axis=0)
  unit /= np.linalg.norm(unit, axis=1, keepdims=True)
  similar = unit @ unit.T
  np.fill_diagonal(similar, -np.inf)
  count = min(NEIGHBOURS, len(unit) - 1)
  neighbours = np.argpartition(-similar, count, axis=1)[:, :count]
  marked = np.zeros_like(positive)
  for label in np.flatnonzero(positive.sum(axis=0) >= MINIMUM_PHOTOS):
    photos = np.flatnonzero(positive[:, label])
    support = positive[neighbours[photos], label].sum(axis=1)
    fewest = np.argsort(support, kind="stable")[:max(1, int(WORST_SHARE * len(photos)))]
    marked[photos[fewest[support[fewest] == 0]], label] = True
  return marked

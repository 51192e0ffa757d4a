#!/usr/bin/env python3
"""What is known of each photo: which labels are there, which are not, which nobody can say.

    python truth.py PHOTOS TRUTH.npz [--strict]

`PHOTOS/annotations.jsonl` has an object a photo. Unknown is not negative: a label is negative where
a list is complete (COCO's and VOC's objects, one scene of 26, one action of 40, one animal), or,
with little weight and only for training, where five people wrote a caption and none named it.
`--strict` is for measuring: a caption's label counts where at least two captions name it, and there
are no weak negatives.

Arrays, photos x labels unless said otherwise: `files` (photos), `positive`, `negative`,
`weak_negative` (0 or 1), `weight` (how sure, 0 where unknown), `caption_count` (captions that name
the label or one below it), `caption_total` (photos).
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from parse import Parser
from vocabulary import Vocabulary, read_table, split_list

CERTAIN = 1.0
LIKELY_ABSENT = 0.8  # closed lists of which a photo may after all show two
WEAK = 0.3
CAPTIONED = {1: 0.6, 2: 0.9}  # by how many captions name it; more are certain
TITLED = 0.7  # one caption alone, a dish's name
PAIRS = "together"  # the table of what may be together in a photo
YOUNG = {"puppy", "kitten", "calf", "lamb", "foal", "pet", "wildlife", "livestock", "herd", "flock"}


class Annotations:
  """The annotators' words and the labels that they stand for."""

  def __init__(self, vocabulary: Vocabulary):
    self.vocabulary = vocabulary
    self.lists: dict[str, dict[str, str]] = defaultdict(dict)
    self.implied: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in read_table("annotations"):
      self.lists[row["list"]][row["name"]] = row["label"]
      self.implied[row["list"], row["name"]] = split_list(row["implied"])
    self.together = defaultdict(set)
    for row in read_table(PAIRS):
      for other in split_list(row["others"]):
        self.together[row["label"]].add(other)
        self.together[other].add(row["label"])

  def imagenet(self, photo: dict) -> str:
    """The label of a class; two classes are called "crane"."""
    name = photo["imagenet"]
    if name == "crane" and photo.get("wnid") == "n02012849":
      name = "crane bird"
    return self.vocabulary.imagenet[name]


class Evidence:
  """How sure we are that labels are in a photo, or are not."""

  def __init__(self, vocabulary: Vocabulary):
    self.vocabulary = vocabulary
    self.present: dict[str, float] = {}
    self.absent: dict[str, float] = {}
    self.named: dict[str, int] = {}  # by how many captions
    self.captions = 0
    self.doubt: set[str] = set()  # what is probably not there, if nothing says that it is

  def add(self, label: str, weight: float = CERTAIN) -> None:
    for name in {label} | self.vocabulary.ancestors(label):
      self.present[name] = max(weight, self.present.get(name, 0))

  def rule_out(self, label: str, weight: float = CERTAIN) -> None:
    for name in {label} | self.vocabulary.descendants[label]:
      self.absent[name] = max(weight, self.absent.get(name, 0))

  def resolve(self) -> None:
    """Contradictions: the surer side wins; where both are sure, nobody knows."""
    for name in self.present.keys() & self.absent.keys():
      present, absent = self.present[name], self.absent[name]
      if present >= CAPTIONED[2]:
        del self.absent[name]
      if absent >= LIKELY_ABSENT:
        del self.present[name]


class Truth:
  """Turns annotations into evidence."""

  def __init__(self, vocabulary: Vocabulary, is_strict: bool):
    self.vocabulary = vocabulary
    self.annotations = Annotations(vocabulary)
    self.parser = Parser(vocabulary)
    self.is_strict = is_strict
    self.classes = set(vocabulary.imagenet.values())
    self.animals = self.vocabulary.descendants["animal"] - YOUNG

  def of(self, photo: dict) -> Evidence:
    evidence = Evidence(self.vocabulary)
    for name in ("coco80", "voc20"):
      if photo.get(name) is not None:
        self._complete_list(evidence, name, photo[name])
    if photo.get("imagenet"):
      self._one_class(evidence, photo)
    for name in ("scene", "action"):
      if photo.get(name):
        self._one_of(evidence, name, photo[name])
    self._tags(evidence, photo)
    self._captions(evidence, photo.get("captions") or [])
    evidence.resolve()
    return evidence

  def _complete_list(self, evidence: Evidence, name: str, present: list[str]) -> None:
    labels = self.annotations.lists[name]
    for word in labels:
      if labels[word] and word in present:
        evidence.add(labels[word])
      elif labels[word]:
        evidence.rule_out(labels[word])
        evidence.doubt |= self.vocabulary.ancestors(labels[word])  # of no chair, no bed: furniture

  def _one_class(self, evidence: Evidence, photo: dict) -> None:
    """An animal excludes the others; what else is in the photo is unknown."""
    label = self.annotations.imagenet(photo)
    evidence.add(label)
    related = self.vocabulary.ancestors(label) | self.vocabulary.descendants[label]
    evidence.doubt |= self.classes - related - self.annotations.together[label]
    if label in self.animals:
      self._exclude(evidence, label, self.animals, LIKELY_ABSENT)

  def _one_of(self, evidence: Evidence, name: str, word: str) -> None:
    """Scenes and actions: one of a closed list."""
    labels = self.annotations.lists[name]
    evidence.add(labels[word])
    for implied in self.annotations.implied[name, word]:
      evidence.add(implied)
      opposite = {"indoor": "outdoor", "outdoor": "indoor"}.get(implied)
      if opposite:
        evidence.rule_out(opposite)
    self._exclude(evidence, labels[word], set(labels.values()), LIKELY_ABSENT)

  def _exclude(self, evidence: Evidence, label: str, others: set[str], weight: float) -> None:
    """Rules out the others, except what lies above or below, or may be there as well."""
    related = {label} | self.vocabulary.ancestors(label) | self.vocabulary.descendants[label]
    compatible = self.annotations.together[label]
    for other in others - related - compatible:
      if not self.vocabulary.descendants[other] & related:
        evidence.rule_out(other, weight)

  def _tags(self, evidence: Evidence, photo: dict) -> None:
    labels = self.annotations.lists["tags"]
    tags = photo.get("tags") or []
    for tag in tags:
      if labels.get(tag):
        evidence.add(labels[tag])
        for implied in self.annotations.implied["tags", tag]:
          evidence.add(implied)
    closed = {row["tag"] for row in read_table("closed") if row["list"] == photo.get("tag_vocab")}
    for tag in closed - set(tags):
      evidence.rule_out(labels[tag])

  def _captions(self, evidence: Evidence, captions: list[str]) -> None:
    evidence.captions = len(captions)
    for caption in captions:
      named = set()
      for label in self.parser.labels(caption):
        named |= {label} | self.vocabulary.ancestors(label)
      for label in named:
        evidence.named[label] = evidence.named.get(label, 0) + 1
    for label, count in evidence.named.items():
      if len(captions) == 1:
        evidence.add(label, TITLED)
      elif count > 1 or not self.is_strict:
        evidence.add(label, CAPTIONED.get(count, CERTAIN))


class WeakNegatives:
  """Labels that somebody would have named, and classes beside the one that a photo is of."""

  def __init__(self, vocabulary: Vocabulary):
    self.vocabulary = vocabulary
    quiet = {row["label"] for row in read_table("quiet")}
    self.quiet = quiet | {d for label in quiet for d in vocabulary.descendants[label]}
    self.quiet |= {e.name for e in vocabulary.entries if e.kind == "attribute" or e.is_omitted}

    # What is in the background of photos of other things.
    self.common = self.quiet | {row["label"] for row in read_table("common")}

  def of(self, evidence: Evidence) -> set[str]:
    """Not what is below something that is there: nobody names a breed."""
    doubted = {name for name in evidence.doubt - evidence.present.keys() - evidence.absent.keys()
               if name not in self.common}
    if evidence.captions < 5:
      return doubted
    people = self.vocabulary.descendants["person"]
    told_people = any(evidence.named.get(name, 0) > 1 for name in people)
    result = doubted
    for entry in self.vocabulary.entries:
      name = entry.name
      if name in evidence.present or name in evidence.absent or name in self.quiet:
        continue
      if evidence.named.get(name, 0):
        continue
      below = any(parent in evidence.present for parent in self.vocabulary.parents[name])
      if not below or (name in people and told_people):
        result.add(name)
    return result


def main(folder: Path, output: Path, is_strict: bool) -> None:
  vocabulary = Vocabulary()
  truth, weak = Truth(vocabulary, is_strict), WeakNegatives(vocabulary)
  with open(folder / "annotations.jsonl", encoding="utf-8") as file:
    photos = [json.loads(line) for line in file]
  shape = (len(photos), len(vocabulary.entries))
  arrays = {name: np.zeros(shape, np.uint8)
            for name in ("positive", "negative", "weak_negative", "caption_count")}
  arrays["weight"] = np.zeros(shape, np.float16)
  arrays["caption_total"] = np.zeros(len(photos), np.uint8)
  for row, photo in enumerate(photos):
    evidence = truth.of(photo)
    arrays["caption_total"][row] = evidence.captions
    for label, count in evidence.named.items():
      arrays["caption_count"][row, vocabulary.index[label]] = count
    groups = [("positive", evidence.present), ("negative", evidence.absent)]
    if not is_strict:
      groups.append(("weak_negative", dict.fromkeys(weak.of(evidence), WEAK)))
    for name, labels in groups:
      for label, weight in labels.items():
        arrays[name][row, vocabulary.index[label]] = 1
        arrays["weight"][row, vocabulary.index[label]] = weight
  arrays["files"] = np.array([photo["file"] for photo in photos])
  arrays["names"] = np.array([entry.name for entry in vocabulary.entries])
  partial = output.with_suffix(".partial.npz")
  np.savez_compressed(partial, **arrays)
  partial.rename(output)


if __name__ == "__main__":
  paths = [argument for argument in sys.argv[1:] if argument != "--strict"]
  if len(paths) != 2:
    sys.exit(__doc__)
  main(Path(paths[0]), Path(paths[1]), "--strict" in sys.argv)

#!/usr/bin/env python3
"""Writes what annotators chose from closed lists in the form that `ramkit eval` reads.

    python lists.py PHOTOS/dev WORK > lists.jsonl
    ramkit eval --annotations lists.jsonl PHOTOS/dev

COCO's 80 things are a complete list; a scene, an action and a class of ImageNet are the answer in
theirs, beside which all else in the photo is unlabelled. Each is told by the name of its label.
"""

import json
import sys
from pathlib import Path

from labelset import LabelSet
from photos import read_split

COMPLETE = {"coco80": "coco80"}
ANSWERS = {"scene": "scenes", "action": "actions", "imagenet": "imagenet"}


def label_names(labels: LabelSet, group: str) -> dict[str, str]:
  """The label of each of the annotators' words."""
  words = labels.groups[f"{group}_names"]
  return {word: labels.labels[label]["name"] for word, label in zip(words, labels.groups[group])}


def lines(rows: list[dict], labels: LabelSet):
  names = {key: label_names(labels, group) for key, group in (COMPLETE | ANSWERS).items()}
  for key, of_list in names.items():
    yield {"vocabulary": key, "labels": sorted(set(of_list.values()))}
  for row in rows:
    complete = [key for key in COMPLETE if row.get(key) is not None]
    answers = {key: names[key][row[key]] for key in ANSWERS if row.get(key) in names[key]}
    tags = sorted({names[key][word] for key in complete for word in row[key]})
    if complete or answers:
      yield {"path": row["file"], "tags": tags, "vocabularies": complete, "answers": answers}


def main(photos: Path, work: Path) -> None:
  labels = LabelSet(work / "labels.json", work / "groups.json")
  for line in lines(read_split(photos).rows, labels):
    print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
  if len(sys.argv) != 3:
    sys.exit(__doc__)
  main(*map(Path, sys.argv[1:]))

#!/usr/bin/env python3
"""Checks the label set and the truth against each other, and counts.

    python check.py LABELS.json TRUTH-TRAIN.npz TRUTH-DEV.npz

Ends with status 1 and says what is wrong if a name or an alias stands for two labels, a parent is
no label or above itself, a table names a label that is not there, a label has no positive photo to
learn from (ImageNet's classes may: teachers know them), or a photo's truth contradicts itself.
"""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from vocabulary import Vocabulary, read_table, split_list

COLUMNS = {"words": ["label"], "actions": ["label"], "annotations": ["label", "implied"],
           "together": ["label", "others"], "quiet": ["label"], "common": ["label"],
           "held-out": ["label", "also"]}


def name_defects(labels: list[dict]) -> list[str]:
  owners = defaultdict(set)
  for label in labels:
    for text in (label["name"], *label.get("aliases", [])):
      owners[text.lower()].add(label["name"])
    aliases = [alias.lower() for alias in label.get("aliases", [])]
    if len(set(aliases) | {label["name"].lower()}) != len(aliases) + 1:
      owners[f"{label['name']} repeats an alias"].update(("", label["name"]))
  return [f"'{text}' stands for {sorted(names)}"
          for text, names in owners.items() if len(names) > 1]


def parent_defects(vocabulary: Vocabulary) -> list[str]:
  defects = []
  for name, parents in vocabulary.parents.items():
    seen, todo = set(), list(parents)
    while todo:
      above = todo.pop()
      if above not in seen:
        seen.add(above)
        todo += vocabulary.parents[above]
    if name in seen:
      defects.append(f"'{name}' is above itself")
  return defects


def table_defects(vocabulary: Vocabulary) -> list[str]:
  return [f"{table}.tsv: no such label: {name}"
          for table, columns in COLUMNS.items() for row in read_table(table)
          for column in columns for name in split_list(row[column])
          if name not in vocabulary.by_name]


def truth_defects(vocabulary: Vocabulary, truth: dict, what: str) -> list[str]:
  positive, negative = truth["positive"] > 0, truth["negative"] > 0
  defects = []
  if list(truth["names"]) != [entry.name for entry in vocabulary.entries]:
    return [f"{what}: made for other labels"]
  if both := int((positive & negative).sum()):
    defects.append(f"{what}: {both} entries both positive and negative")
  for child, parents in vocabulary.parents.items():
    for parent in parents:
      c, p = vocabulary.index[child], vocabulary.index[parent]
      if count := int((positive[:, c] & negative[:, p]).sum()):
        defects.append(f"{what}: {count} photos with '{child}' and without '{parent}'")
      if count := int((positive[:, c] & ~positive[:, p]).sum()):
        defects.append(f"{what}: '{parent}' is unknown in {count} photos with '{child}'")
      if count := int((negative[:, p] & ~negative[:, c]).sum()):
        defects.append(f"{what}: '{child}' is unknown in {count} photos without '{parent}'")
  return defects


def main(labels_path: Path, train_path: Path, dev_path: Path) -> int:
  vocabulary = Vocabulary()
  labels = json.loads(labels_path.read_text(encoding="utf-8"))["labels"]
  train, dev = np.load(train_path), np.load(dev_path)
  # A cycle would never end in what follows.
  if defects := parent_defects(vocabulary):
    print("\n".join(defects))
    return 1
  defects = name_defects(labels) + table_defects(vocabulary)
  defects += truth_defects(vocabulary, train, "train") + truth_defects(vocabulary, dev, "dev")
  classes = set(vocabulary.imagenet.values())
  counts = train["positive"].sum(0, dtype=int)
  defects += [f"'{entry.name}' has no positive photo" for entry in vocabulary.entries
              if counts[vocabulary.index[entry.name]] == 0 and entry.name not in classes]
  print(f"{len(labels)} labels:", dict(Counter(label["kind"] for label in labels)))
  print("positive photos a label (quartiles):", np.percentile(counts, [0, 25, 50, 75, 100]))
  for what, truth in (("train", train), ("dev", dev)):
    sums = {name: int(truth[name].sum(dtype=int))
            for name in ("positive", "negative", "weak_negative")}
    print(f"{what}: {len(truth['files'])} photos,", sums)
  print("\n".join(defects))
  return 1 if defects else 0


if __name__ == "__main__":
  if len(sys.argv) != 4:
    sys.exit(__doc__)
  sys.exit(main(*map(Path, sys.argv[1:])))

#!/usr/bin/env python3
"""Writes ram-nano-labels.json: the vocabulary with thresholds and RAM's Chinese names.

    python labels.py ../../Sources/RAMKit/Resources/ram-labels.json \\
        ../../Sources/RAMKitNano/Resources/ram-nano-labels.json

Needs Debian's package wordnet-base (WordNet 3.0). The same tables give the same bytes.
"""

import json
import sys
from pathlib import Path

from vocabulary import Entry, Vocabulary, read_table

SOURCE = ("ImageNet's 1,000 classes in the order of the classifier, under names of our own; WordNet "
          "3.0 (Princeton University) above them; Chinese names from recognize-anything "
          "(Apache-2.0)")


def chinese_name(entry: Entry, official: dict[str, str]) -> str | None:
  """RAM's Chinese name of the same thing."""
  if entry.official == "-":
    return None
  if entry.official:
    return official[entry.official]
  return official.get(entry.name)


def object_of(entry: Entry, threshold: float, parents: list[str], chinese: str | None) -> dict:
  """The label as the label-set format has it; what is empty is left out."""
  fields = {
      "name": entry.name,
      "threshold": threshold,
      "localizedNames": {"zh": chinese} if chinese else None,
      "kind": entry.kind,
      "parents": parents,
      "aliases": list(entry.aliases),
  }
  return {key: value for key, value in fields.items() if value}


def main(official_path: Path, output: Path) -> None:
  labels = json.loads(official_path.read_text(encoding="utf-8"))["labels"]
  official = {label["name"]: label["localizedNames"]["zh"] for label in labels}
  thresholds = {row["label"]: float(row["threshold"]) for row in read_table("thresholds")}
  vocabulary = Vocabulary()
  if unknown := thresholds.keys() - vocabulary.by_name.keys():
    raise SystemExit(f"thresholds of no label: {sorted(unknown)}")

  lines = []
  for entry in vocabulary.entries:
    parents = sorted(vocabulary.parents[entry.name])
    label = object_of(entry, thresholds[entry.name], parents, chinese_name(entry, official))
    lines.append(json.dumps(label, ensure_ascii=False))
  text = '{"format": "ramkit-label-set", "version": 1, "name": "ram-nano",\n'
  text += f' "source": {json.dumps(SOURCE)},\n "labels": [\n'
  output.write_text(text + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


if __name__ == "__main__":
  if len(sys.argv) != 3:
    sys.exit(__doc__)
  main(Path(sys.argv[1]), Path(sys.argv[2]))

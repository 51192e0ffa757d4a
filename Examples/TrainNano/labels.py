#!/usr/bin/env python3
"""Writes the label set: the vocabulary with RAM's Chinese names, and thresholds still to be chosen.

    python labels.py ../../Sources/RAMKit/Resources/ram-labels.json LABELS.json

Needs Debian's package wordnet-base (WordNet 3.0). The same tables give the same bytes.
"""

import json
import sys
from pathlib import Path

from vocabulary import Entry, Vocabulary

SOURCE = ("ImageNet's 1,000 classes, two of the same meaning being one label, under names of our "
          "own; WordNet 3.0 (Princeton University) above them; what people name in captions of "
          "photos; Chinese names from recognize-anything (Apache-2.0)")
THRESHOLD = 0.5  # calibration chooses them


def chinese_name(entry: Entry, official: dict[str, str]) -> str | None:
  """RAM's Chinese name of the same thing."""
  if entry.official == "-":
    return None
  if entry.official:
    return official[entry.official]
  return official.get(entry.name)


def object_of(entry: Entry, parents: list[str], aliases: list[str], chinese: str | None) -> dict:
  """The label as the label-set format has it; what is empty is left out."""
  fields = {
      "name": entry.name,
      "threshold": THRESHOLD,
      "localizedNames": {"zh": chinese} if chinese else None,
      "kind": entry.kind,
      "parents": parents,
      "aliases": aliases,
      "omitted": entry.is_omitted,
  }
  return {key: value for key, value in fields.items() if value}


def all_aliases(entry: Entry, vocabulary: Vocabulary) -> list[str]:
  """Those of the table, and RAM's name where it differs."""
  aliases = list(entry.aliases)
  known = {name.lower() for name in (*aliases, *vocabulary.by_name, "", "-")}
  if entry.official.lower() not in known:
    aliases.append(entry.official)
  return aliases


def main(official_path: Path, output: Path) -> None:
  labels = json.loads(official_path.read_text(encoding="utf-8"))["labels"]
  official = {label["name"]: label["localizedNames"]["zh"] for label in labels}
  vocabulary = Vocabulary()
  lines = []
  for entry in vocabulary.entries:
    label = object_of(entry, sorted(vocabulary.parents[entry.name]), all_aliases(entry, vocabulary),
                      chinese_name(entry, official))
    lines.append(json.dumps(label, ensure_ascii=False))
  text = '{"format": "ramkit-label-set", "version": 1, "name": "ram-nano",\n'
  text += f' "source": {json.dumps(SOURCE)},\n "labels": [\n'
  output.write_text(text + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


if __name__ == "__main__":
  if len(sys.argv) != 3:
    sys.exit(__doc__)
  main(Path(sys.argv[1]), Path(sys.argv[2]))

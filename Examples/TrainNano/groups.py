#!/usr/bin/env python3
"""Writes which labels the annotators' closed lists stand for, in the order of those lists.

    python groups.py GROUPS.json
"""

import json
import sys
from pathlib import Path

from vocabulary import Vocabulary, read_table


def main(output: Path) -> None:
  vocabulary = Vocabulary()
  index = vocabulary.index
  rows = read_table("annotations")
  names = {"coco80": "coco80", "scenes": "scene", "actions": "action"}
  groups = {group: [index[row["label"]] for row in rows if row["list"] == name]
            for group, name in names.items()}
  groups["imagenet"] = [index[name] for name in vocabulary.imagenet.values()]
  names = {f"{group}_names": [row["name"] for row in rows if row["list"] == name]
           for group, name in names.items()}
  output.write_text(json.dumps({**groups, **names, "imagenet_names": list(vocabulary.imagenet)},
                               indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
  if len(sys.argv) != 2:
    sys.exit(__doc__)
  main(Path(sys.argv[1]))

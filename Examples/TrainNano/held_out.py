#!/usr/bin/env python3
"""Writes which labels training must not see, to measure how well unseen labels are found.

    python held_out.py NAMES.txt ALL.txt

`NAMES.txt`: the 100 labels of `vocabulary/held-out.tsv`, a name a line. `ALL.txt`: what training
must leave out: these, everything below them, and labels that would give them away (a sunset's sun
would not, a kite in "fly kite" would).
"""

import sys
from pathlib import Path

from vocabulary import Vocabulary, read_table, split_list


def main(names_path: Path, all_path: Path) -> None:
  vocabulary = Vocabulary()
  names, hidden = [], set()
  for row in read_table("held-out"):
    names.append(row["label"])
    for label in (row["label"], *split_list(row["also"])):
      hidden |= {label} | vocabulary.descendants[label]
  in_order = [entry.name for entry in vocabulary.entries if entry.name in hidden]
  names_path.write_text("\n".join(names) + "\n", encoding="utf-8")
  all_path.write_text("\n".join(in_order) + "\n", encoding="utf-8")


if __name__ == "__main__":
  if len(sys.argv) != 3:
    sys.exit(__doc__)
  main(Path(sys.argv[1]), Path(sys.argv[2]))

"""The annotated photos: a folder a split, with an object a line in annotations.jsonl."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Split:
  """The photos of a folder, in the order of its annotations."""

  folder: Path
  rows: list[dict]

  @property
  def paths(self) -> list[Path]:
    return [self.folder / row["file"] for row in self.rows]

  def __len__(self) -> int:
    return len(self.rows)


def read_split(folder: Path) -> Split:
  lines = (folder / "annotations.jsonl").read_text().splitlines()
  return Split(folder, [json.loads(line) for line in lines])

"""The vocabulary: what the labels are called, what else they are called, and what is above what.

The tables in `vocabulary/` are written by hand; WordNet 3.0 says what is above what where they
don't.
"""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

TABLES = Path(__file__).parent / "vocabulary"
WORDNET = Path("/usr/share/wordnet")  # Debian: wordnet-base


def read_table(name: str) -> list[dict[str, str]]:
  """The rows of a tab-separated table; a column that a row leaves out is empty."""
  with open(TABLES / f"{name}.tsv", encoding="utf-8", newline="") as file:
    return list(csv.DictReader(file, delimiter="\t", restval="", quoting=csv.QUOTE_NONE))


def split_list(text: str) -> tuple[str, ...]:
  """The parts of "a; b; c"."""
  return tuple(part.strip() for part in text.split(";") if part.strip())


def read_hypernyms() -> dict[str, list[str]]:
  """The broader synsets of each synset of nouns; the format is that of wndb(5)."""
  hypernyms = {}
  with open(WORDNET / "data.noun", encoding="latin-1") as file:
    for line in file:
      if line.startswith(" "):
        continue  # the licence
      fields = line.split("|")[0].split()
      first = 4 + 2 * int(fields[3], 16)  # after offset, file, type and the words
      pointers = [fields[first + 1 + 4 * i:][:2] for i in range(int(fields[first]))]
      hypernyms["n" + fields[0]] = ["n" + at for sign, at in pointers if sign in ("@", "@i")]
  return hypernyms


@dataclass(frozen=True)
class Entry:
  """A label before it has a threshold."""

  name: str
  synsets: tuple[str, ...]
  official: str  # RAM's name of the same thing, "" for this very name if RAM has it, "-" for none
  kind: str
  aliases: tuple[str, ...]
  parents: tuple[str, ...]
  is_omitted: bool

  @classmethod
  def from_row(cls, row: dict[str, str], synsets: str) -> "Entry":
    return cls(row["name"], tuple(synsets.split()), row["official"], row["kind"] or "object",
               split_list(row["aliases"]), split_list(row.get("parents", "")),
               row.get("omitted") == "omitted")


class Vocabulary:
  """The labels, ImageNet's first, and their hierarchy."""

  def __init__(self):
    rows = read_table("classes")
    classes, class_names = {}, {}
    for row in rows:  # two classes that mean the same thing are one label
      class_names[row["class"]] = row["name"]
      entry = Entry.from_row(row, row["synset"])
      classes.setdefault(entry.name, entry)
    self.imagenet = class_names
    broader = [Entry.from_row(row, row["synsets"]) for row in read_table("broader")]
    more = [Entry.from_row(row, "") for row in read_table("more")]
    self.entries = [*classes.values(), *broader, *more]
    self.by_name = {entry.name: entry for entry in self.entries}
    self.index = {entry.name: index for index, entry in enumerate(self.entries)}
    if len(self.by_name) != len(self.entries):
      names = [entry.name for entry in self.entries]
      twice = sorted({name for name in names if names.count(name) > 1})
      raise SystemExit(f"names that occur twice: {twice}")
    self.parents = self._link()

  def _link(self) -> dict[str, set[str]]:
    """The labels right above each: the nearest ones in WordNet, corrected by the table of links."""
    hypernyms = read_hypernyms()
    class_labels = set(self.imagenet.values())
    kept = {}
    for entry in self.entries:
      # The first synset of a class is its own; more, if any, are broader.
      for synset in entry.synsets[1 if entry.name in class_labels else 0:]:
        kept[synset] = entry.name
    links = read_table("links")
    cuts = {(link["label"], link["parent"]) for link in links if link["link"] == "cut"}
    unused = set(cuts)

    def climb(name: str, synset: str, found: set[str]) -> None:
      for above in hypernyms[synset]:
        label = kept.get(above)
        unused.discard((name, label))
        if label is None or label == name or (name, label) in cuts:
          climb(name, above, found)
        else:
          found.add(label)

    parents = {}
    for entry in self.entries:
      parents[entry.name] = set(entry.parents)
      for synset in entry.synsets:
        climb(entry.name, synset, parents[entry.name])
    for link in links:
      if link["link"] == "add":
        parents[link["label"]].add(link["parent"])
    if unused:
      raise SystemExit(f"links that are not there to be cut: {sorted(unused)}")
    if missing := {p for above in parents.values() for p in above} - parents.keys():
      raise SystemExit(f"parents that are no labels: {sorted(missing)}")
    return {name: self._shortest(parents, name) for name in parents}

  @classmethod
  def _shortest(cls, parents: dict[str, set[str]], name: str) -> set[str]:
    """Without those that are above another of them."""
    indirect = set()
    for parent in parents[name]:
      indirect |= cls._above(parents, parent)
    return parents[name] - indirect

  @classmethod
  def _above(cls, parents: dict[str, set[str]], name: str) -> set[str]:
    above = set(parents[name])
    for parent in parents[name]:
      above |= cls._above(parents, parent)
    return above

  def ancestors(self, name: str) -> set[str]:
    """All labels above one, without itself."""
    return self._above(self.parents, name)

  @cached_property
  def descendants(self) -> dict[str, set[str]]:
    """All labels below each, without itself."""
    below = {entry.name: set() for entry in self.entries}
    for entry in self.entries:
      for name in self.ancestors(entry.name):
        below[name].add(entry.name)
    return below

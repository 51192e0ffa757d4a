"""The vocabulary: the 1,000 classes, the broader labels above them, and what is above what.

The tables in `vocabulary/` are written by hand; WordNet 3.0 says what is above what where they
don't.
"""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

TABLES = Path(__file__).parent / "vocabulary"
WORDNET_NOUNS = Path("/usr/share/wordnet/data.noun")  # Debian: wordnet-base


def read_table(name: str) -> list[dict[str, str]]:
  """The rows of a tab-separated table; a column that a row leaves out is empty."""
  with open(TABLES / f"{name}.tsv", encoding="utf-8", newline="") as file:
    return list(csv.DictReader(file, delimiter="\t", restval="", quoting=csv.QUOTE_NONE))


def read_hypernyms(path: Path = WORDNET_NOUNS) -> dict[str, list[str]]:
  """The broader synsets of each synset of nouns; the format is that of wndb(5)."""
  hypernyms = {}
  with open(path, encoding="latin-1") as file:
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


class Vocabulary:
  """The labels, classes first, and their hierarchy."""

  def __init__(self):
    classes = [self._entry(row, row["synset"]) for row in read_table("classes")]
    broader = [self._entry(row, row["synsets"]) for row in read_table("parents")]
    self.class_count = len(classes)
    self.entries = classes + broader
    self.by_name = {entry.name: entry for entry in self.entries}
    if len(self.by_name) != len(self.entries):
      raise SystemExit("a name occurs twice")
    self.parents = self._link(broader)

  @staticmethod
  def _entry(row: dict[str, str], synsets: str) -> Entry:
    aliases = tuple(alias.strip() for alias in row["aliases"].split(";") if alias.strip())
    return Entry(row["name"], tuple(synsets.split()), row["official"], row["kind"] or "object",
                 aliases)

  def _link(self, broader: list[Entry]) -> dict[str, set[str]]:
    """The labels right above each: the nearest ones in WordNet, corrected by the table of links."""
    hypernyms = read_hypernyms()
    kept = {synset: entry.name for entry in broader for synset in entry.synsets}
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
      parents[entry.name] = set()
      for synset in entry.synsets:
        climb(entry.name, synset, parents[entry.name])
    for link in links:
      if link["link"] == "add":
        if link["parent"] not in parents:
          raise SystemExit(f"no such label: {link['parent']}")
        parents[link["label"]].add(link["parent"])
    if unused:
      raise SystemExit(f"links that are not there to be cut: {unused}")
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
  def members(self) -> dict[str, list[int]]:
    """The classes that are the label or lie below it, whose probabilities add up to its own."""
    members = {entry.name: [] for entry in self.entries}
    for index, entry in enumerate(self.entries[:self.class_count]):
      for name in {entry.name} | self.ancestors(entry.name):
        members[name].append(index)
    return members

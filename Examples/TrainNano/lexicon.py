"""What words stand for: phrases that name labels, verbs that are actions."""

from vocabulary import Vocabulary, read_hypernyms, read_table, split_list
from words import first_synsets, noun_base

# A noun that we have no label for is the nearest one above it in WordNet, if that is one of these
# or below them: "radish" is a vegetable. Elsewhere the commonest meaning is too often wrong.
CLIMBED = ("animal", "food", "vehicle", "clothing", "building", "plant", "musical instrument")
MONOCHROME = "black and white"  # two colours, unless it is said of a picture
PEOPLE_WORDS = {"man", "woman", "people", "person", "boy", "girl", "lady", "guy", "child", "kid",
                "male", "female", "baby", "toddler", "couple", "family", "gentleman", "adult",
                "player", "teenager"}


class Lexicon:
  """The vocabulary as people's words for it."""

  def __init__(self, vocabulary: Vocabulary):
    self.vocabulary = vocabulary
    self.phrases = self._phrases()
    self.actions = self._actions()
    below = vocabulary.descendants
    self.movers = below["animal"] | below["vehicle"]
    self.living = PEOPLE_WORDS | {name for name in below["person"] | below["animal"]
                                  if " " not in name}
    self._hypernyms = read_hypernyms()
    self._by_synset = {s: e.name for e in vocabulary.entries for s in e.synsets}
    self._climbed: dict[str, str | None] = {}

  def _phrases(self) -> dict[tuple[str, ...], tuple[str, ...]]:
    """What names a label that is no action; the table of words goes before names and aliases."""
    phrases = {}
    for entry in self.vocabulary.entries:
      if entry.kind == "action":
        continue
      for name in (*entry.aliases, entry.name):
        if "(" not in name and name != MONOCHROME:
          phrases[key(name)] = (entry.name,)
    for row in read_table("words"):
      phrases[key(row["words"])] = split_list(row["label"])
    return phrases

  def _actions(self) -> dict[str, list[tuple[frozenset[str], str]]]:
    """By verb: objects, any if there are none, and the label."""
    actions = {}
    for entry in self.vocabulary.entries:
      if entry.kind == "action" and " " not in entry.name:
        actions.setdefault(entry.name, []).append((frozenset(), entry.name))
    for row in read_table("actions"):
      rule = (frozenset(split_list(row["objects"])), row["label"])
      rules = actions.setdefault(row["verb"], [])
      if rule not in rules:
        rules.append(rule)
    return actions

  def above(self, noun: str) -> str | None:
    """The nearest label above a noun that names none."""
    if noun not in self._climbed:
      level, found = [first_synsets()[noun]] if noun in first_synsets() else [], None
      while level and not found:
        found = next((self._by_synset[s] for s in level if s in self._by_synset), None)
        level = [above for synset in level for above in self._hypernyms[synset]]
      roots = {found} | self.vocabulary.ancestors(found) if found else set()
      self._climbed[noun] = found if roots.intersection(CLIMBED) else None
    return self._climbed[noun]


def key(name: str) -> tuple[str, ...]:
  """A name as its words are looked up: lower case, hyphens parted, every word in the singular."""
  words = name.lower().replace("-", " ").replace("'", " '").split()
  return tuple(noun_base(word) for word in words)

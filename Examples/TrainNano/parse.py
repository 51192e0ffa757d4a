#!/usr/bin/env python3
"""Captions into labels.

    python parse.py "A woman rides her bike past two parked cars."

Longest compound first, so that a hot dog is no dog; nouns and verbs by their part of speech and in
their base form; what is denied ("without a helmet") or only depicted ("a statue of a horse") does
not count.
"""

import sys
from dataclasses import dataclass

from absent import ENDS, absent_words, is_toy, monochrome_words
from lexicon import MONOCHROME, PEOPLE_WORDS, Lexicon
from vocabulary import Vocabulary
from words import Word, read

LONGEST = 5
REACH = 7  # how many words after a verb its object may be
# Verbs that are no labels but look like nouns that are: "a cop watches", "two cars park".
NOUNLIKE_VERBS = {"watch", "park", "face", "light", "train", "ship", "fly", "board", "cross",
                  "mirror", "splash"}
# "a biking helmet", "running shoes": behind these, a noun is not what is done.
MODIFYING_VERBS = {"bike", "ski", "skate", "swim", "hike", "run", "sail", "snowboard", "skateboard"}
DARK_PLACES = {"room", "night", "street", "sky", "area", "background", "stage", "bar", "place",
               "alley", "tunnel", "forest", "theater", "restaurant", "kitchen", "bathroom", "road"}
COLOR_ORANGE = "orange (color)"


@dataclass(frozen=True)
class Mention:
  """Labels named by the words `start ..< end`; none, where the words mean nothing of ours."""

  labels: tuple[str, ...]
  start: int
  end: int


class Parser:
  """Finds the labels of a vocabulary in captions."""

  def __init__(self, vocabulary: Vocabulary):
    self.vocabulary = vocabulary
    self.lexicon = Lexicon(vocabulary)

  def labels(self, caption: str) -> set[str]:
    """The labels that a caption names, without those above them."""
    words = read(caption)
    mentions = self.mentions(words)
    monochrome = monochrome_words(words)
    hidden = absent_words(words) | monochrome
    hidden |= {m.start for m in mentions if is_toy(words, m.start, m.end, m.labels, self.lexicon)}
    found = {label for m in mentions if m.start not in hidden for label in m.labels}
    found |= self._acted(words, mentions, hidden)
    return found | {MONOCHROME} if monochrome else found

  def mentions(self, words: list[Word]) -> list[Mention]:
    """The words that name something, the longest first at each place."""
    mentions, at = [], 0
    while at < len(words):
      mention = self._longest(words, at)
      if mention is None:
        at += 1
        continue
      mentions.append(mention)
      at = mention.end
    return mentions

  def _longest(self, words: list[Word], at: int) -> Mention | None:
    if label := self._by_context(words, at):
      return Mention((label,), at, at + 1)
    for end in range(min(len(words), at + LONGEST), at, -1):
      exact = tuple(word.text for word in words[at:end])
      base = tuple(word.noun for word in words[at:end])
      for form in (exact, base):
        if form in self.lexicon.phrases and (end - at > 1 or self._reads_as_name(words, at)):
          return Mention(self.lexicon.phrases[form], at, end)
    word = words[at]
    if word.is_noun and (word.noun,) not in self.lexicon.phrases and not self._is_verb(words, at):
      if label := self.lexicon.above(word.noun):
        return Mention((label,), at, at + 1)
    return None

  def _by_context(self, words: list[Word], at: int) -> str | None:
    """Words that the next one or the one before tells apart."""
    word = words[at]
    before = words[at - 1].text if at else ""
    after = words[at + 1] if at + 1 < len(words) else None
    following = after.text if after else ""
    if word.text == "orange" and following not in ("juice", "slice", "slices", "tree", "peel"):
      is_fruit = before == "an" and (after is None or not (after.is_noun or after.tag == "JJ"
                                                           or following == "and"))
      return "orange" if is_fruit else COLOR_ORANGE
    if word.noun == "glass" and following == "of":
      return "drinking glass"
    if word.text == "glasses" and before in ("drinking", "beer", "champagne", "water"):
      return "drinking glass"
    if word.text == "glass" and before in ("a", "the", "his", "her"):
      return None if after and after.is_noun else "drinking glass"
    return None

  def _reads_as_name(self, words: list[Word], at: int) -> bool:
    """Whether a single word is the noun or adjective that the label is, not a verb."""
    word = words[at]
    labels = self.lexicon.phrases.get((word.text,), self.lexicon.phrases.get((word.noun,)))
    before = words[at - 1] if at else None
    after = words[at + 1] if at + 1 < len(words) else None
    if not labels:
      return True
    entry = self.vocabulary.by_name[labels[0]]
    if word.text == "dark" and after and after.tag[0] in "NJ" and after.noun not in DARK_PLACES:
      return False  # dark hair, dark green
    if word.noun == "watch" and not (before and before.tag in ("DT", "PRP$", "JJ", "NN")
                                     and word.text == "watch"):
      return False
    if entry.kind == "attribute":
      if after and word.text in ("black", "white") and after.noun in PEOPLE_WORDS:
        return False
      return not word.is_verb or word.text.endswith("ed")
    if self._is_verb(words, at):
      return False
    if word.is_noun or word.tag in ("JJ", "CD", "FW"):
      return not (word.tag == "JJ" and word.text in ("light", "open", "fly"))
    # The tagger takes some nouns for verbs; an article in front tells.
    return before is not None and (before.tag in ("DT", "PRP$", "CD") or before.tag == "JJ")

  def _is_verb(self, words: list[Word], at: int) -> bool:
    """Whether a word is a verb, also where the tagger, which never saw headlines, thinks not."""
    word = words[at]
    before = words[at - 1] if at else None
    after = words[at + 1] if at + 1 < len(words) else None
    if before and before.tag in ("DT", "PRP$") and not word.text.endswith("ing"):
      return False
    if word.text.endswith("ing") and (word.text,) in self.lexicon.phrases:  # "building", "painting"
      return bool(after and after.tag in ("DT", "PRP$", "PRP")) and word.tag == "VBG"
    if word.is_verb:
      return not (before and before.tag in ("DT", "PRP$", "JJ") and (not after or after.tag == "IN")
                  and not word.text.endswith("ing"))
    if word.verb not in self.lexicon.actions and word.verb not in NOUNLIKE_VERBS:
      return False
    if not (word.is_noun or word.tag == "JJ"):
      return False
    if word.text.endswith("ing"):
      return not (before and before.tag in ("DT", "JJ")) and not (after and after.is_noun
                                                                 and before is None)
    # "a dog jump over", "two girls smile"
    living = before and before.noun in self.lexicon.living
    follows = after is None or after.tag in ("IN", "TO", "RP", "DT", "RB", "PRP$", ".", ",")
    return bool(living and follows)

  def _acted(self, words: list[Word], mentions: list[Mention], hidden: set[int]) -> set[str]:
    at_word = {m.start: m for m in mentions}
    inside = {i for m in mentions for i in range(m.start, m.end)}
    found = set()
    for at, word in enumerate(words):
      if word.verb not in self.lexicon.actions or at in hidden or at in inside:
        continue
      if not self._is_verb(words, at) or word.text in ("eaten", "called"):
        continue
      after = words[at + 1] if at + 1 < len(words) else None
      if word.verb in MODIFYING_VERBS and word.tag == "VBG" and after and after.is_noun:
        continue
      objects = self._objects(words, at, at_word)
      rules = self.lexicon.actions[word.verb]
      special = {label for wanted, label in rules if wanted & objects}
      found |= special or {label for wanted, label in rules if not wanted}
    return found

  def _objects(self, words: list[Word], at: int, mentions: dict[int, Mention]) -> set[str]:
    """What is named after a verb, before the next one: words, and labels with those above them."""
    objects, covered = set(), range(0)
    for i in range(at + 1, min(len(words), at + 1 + REACH)):
      if words[i].text in ENDS or words[i].text == "while":
        break
      if words[i].is_verb and words[i].text.endswith(("ing", "s")) and i not in mentions:
        break
      if i in mentions:
        covered = range(mentions[i].start, mentions[i].end)
        for label in mentions[i].labels:
          objects |= {label} | self.vocabulary.ancestors(label)
      if i not in covered or len(covered) == 1:  # "bike", but not that of "dirt bike"
        objects |= {words[i].noun, words[i].text}
    return objects


if __name__ == "__main__":
  if len(sys.argv) < 2:
    sys.exit(__doc__)
  parser = Parser(Vocabulary())
  for line in sys.argv[1:]:
    print(", ".join(sorted(parser.labels(line))))

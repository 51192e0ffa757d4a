"""English, as far as captions need it: words, what part of speech they are, their base form."""

import importlib.util
import pickle
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nltk.tag.perceptron import PerceptronTagger

from vocabulary import WORDNET

TOKEN = re.compile(r"[a-z0-9]+|'s|[.,;:!?&]")
ENDINGS = {  # of WordNet's morphy, more certain ones first
    "noun": (("ses", "s"), ("ves", "f"), ("xes", "x"), ("zes", "z"), ("ches", "ch"),
             ("shes", "sh"), ("men", "man"), ("ies", "y"), ("s", "")),
    "verb": (("ies", "y"), ("s", ""), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""),
             ("ing", "e"), ("ing", "")),
}
KEPT = {"glasses", "woods", "jeans", "pants", "shorts", "goggles", "clothes", "stairs", "wii",
        "bus", "gas", "tennis", "christmas", "grass", "dress", "glass", "cross", "tights",
        "overalls", "pajamas", "scissors", "binoculars", "headphones", "ruins", "is", "was",
        "has", "this", "its", "us"}
IRREGULAR = {"feet": "foot", "teeth": "tooth", "leaves": "leaf", "knives": "knife",
             "people": "people", "men": "man", "women": "woman", "children": "child",
             "mice": "mouse", "geese": "goose", "buses": "bus", "busses": "bus",
             "skiis": "ski", "doughnuts": "doughnut", "tomatoes": "tomato", "potatoes": "potato",
             "shelves": "shelf", "scarves": "scarf", "wolves": "wolf", "halves": "half",
             "loaves": "loaf", "calves": "calf", "dice": "dice", "oxen": "ox", "lenses": "lens"}


@dataclass(frozen=True)
class Word:
  """One word of a caption."""

  text: str
  tag: str  # Penn Treebank's
  noun: str  # the base form, read as a noun
  verb: str  # and as a verb

  @property
  def is_noun(self) -> bool:
    return self.tag.startswith("N")

  @property
  def is_verb(self) -> bool:
    return self.tag.startswith("V")


@cache
def _lemmas(part: str) -> tuple[dict[str, str], frozenset[str]]:
  """WordNet's irregular forms and its index of base forms."""
  with open(WORDNET / f"{part}.exc", encoding="latin-1") as file:
    irregular = {line.split()[0]: line.split()[1] for line in file}
  with open(WORDNET / f"index.{part}", encoding="latin-1") as file:
    known = frozenset(line.split()[0] for line in file if not line.startswith(" "))
  return irregular, known


@cache
def noun_base(word: str) -> str:
  """The singular: "skateboards" -> "skateboard"; as it is where WordNet knows no better."""
  if word in KEPT or word.endswith("ss"):
    return word
  irregular, known = _lemmas("noun")
  if word in IRREGULAR:
    return IRREGULAR[word]
  if word in irregular:
    return irregular[word]
  for ending, base in ENDINGS["noun"]:
    stem = word[:-len(ending)] + base
    if word.endswith(ending) and len(stem) > 1 and stem in known:
      return stem
  if word not in known and word.endswith("s") and len(word) > 4:
    return word[:-1]
  return word


@cache
def verb_base(word: str) -> str:
  """The infinitive: "riding" -> "ride"; as it is where WordNet knows no better."""
  irregular, known = _lemmas("verb")
  if word in irregular and word not in known:
    return irregular[word]
  for ending in ("ing", "ed"):  # "swimming" -> "swim", before "swimm" + "e"
    stem = word[:-len(ending)]
    if word.endswith(ending) and len(stem) > 2 and stem[-1] == stem[-2] and stem not in known:
      if stem[:-1] in known:
        return stem[:-1]
  if word in ("swinging", "swings", "swing", "swung"):
    return "swing"  # not "swinge"
  for ending, base in ENDINGS["verb"]:
    stem = word[:-len(ending)] + base
    if word.endswith(ending) and len(stem) > 1 and stem in known:
      return stem
  if word in irregular:
    return irregular[word]
  return word


@cache
def tagger() -> PerceptronTagger:
  """An averaged perceptron; its weights are in the package textblob-aptagger, which can't itself
  be imported any more."""
  folder = Path(importlib.util.find_spec("textblob_aptagger").submodule_search_locations[0])
  with open(folder / "trontagger-0.1.0.pickle", "rb") as file:
    weights, known, classes = pickle.load(file, encoding="latin-1")
  result = PerceptronTagger(load=False)
  result.model.weights, result.tagdict = weights, known
  result.classes = result.model.classes = classes
  return result


@cache
def first_synsets() -> dict[str, str]:
  """The commonest meaning of each noun."""
  synsets = {}
  with open(WORDNET / "index.noun", encoding="latin-1") as file:
    for line in file:
      if not line.startswith(" "):
        fields = line.split()
        synsets[fields[0]] = "n" + fields[4 + int(fields[3]) + 2]
  return synsets


def read(caption: str) -> list[Word]:
  """The words of a caption; hyphens part words, a comma or full stop is a word."""
  tokens = TOKEN.findall(caption.lower().replace("’", "'").replace("n't", " not"))
  tagged = tagger().tag(tokens)
  return [Word(text, tag, noun_base(text), verb_base(text)) for text, tag in tagged]

"""Words of a caption that name what is not in the photo."""

from lexicon import Lexicon
from words import Word

DEPICTING = {"statue", "sculpture", "painting", "drawing", "sign", "mural", "figurine", "cutout",
             "cartoon", "logo", "poster", "decal", "advertisement"}
DENYING = {"no", "without", "not", "never", "nobody", "nothing", "neither"}
TOWARDS = {"at", "behind", "for", "toward", "towards", "into", "facing", "to"}
ENDS = {".", ",", ";", ":", "!", "?", "but"}
MADE_OF = {"toy", "stuffed", "fake", "inflatable", "plastic", "stuff", "plush", "model", "lego",
           "wooden", "ceramic", "metal", "stone", "bronze"}
PRINTED_ON = {"toy", "toys", "print", "costume", "ears", "headband", "robe", "suit", "mask"}
PICTURE = {"photo", "picture", "photograph", "image", "shot", "portrait", "film", "snapshot", "pic",
           "photography", "scene"}


def absent_words(words: list[Word]) -> set[int]:
  """What is denied or only depicted, and the camera that took the photo."""
  absent = set()
  for at, word in enumerate(words):
    following = words[at + 1].text if at + 1 < len(words) else ""
    if word.text == "camera" and {w.text for w in words[max(0, at - 3):at]} & TOWARDS:
      absent.add(at)
    if word.text in DENYING or word.text == "like":
      absent |= _phrase_after(words, at)
    elif word.noun in DEPICTING and following == "of":
      absent |= _phrase_after(words, at + 1)
    elif word.text in ("shaped", "shape") and following in ("like", "of", "as"):
      absent |= _phrase_after(words, at)
    if word.text == "shaped" and at:
      absent.add(at - 1)
  return absent


def is_toy(words: list[Word], start: int, end: int, labels: tuple[str, ...],
           lexicon: Lexicon) -> bool:
  """Whether the label that the words `start ..< end` name is a toy, a figure, or a print."""
  before = words[start - 1].text if start else ""
  after = words[end].text if end < len(words) else ""
  if before in ("toy", "fake"):
    return True
  return bool(lexicon.movers.intersection(labels)) and (before in MADE_OF or after in PRINTED_ON)


def monochrome_words(words: list[Word]) -> set[int]:
  """The words "black and white" of a photo, not of a dog."""
  texts = [word.text for word in words]
  for at in range(len(texts) - 2):
    if texts[at:at + 3] == ["black", "and", "white"]:
      after = words[at + 3:at + 4]
      is_last = not after or after[0].text in ENDS
      if (after and after[0].noun in PICTURE) or (is_last and texts[at - 1:at] == ["in"]):
        return {at, at + 1, at + 2}
  return set()


def _phrase_after(words: list[Word], at: int) -> set[int]:
  """The words up to the end of the noun phrase behind a word."""
  covered, seen_noun = set(), False
  for i in range(at + 1, min(len(words), at + 6)):
    if words[i].text in ENDS or words[i].tag in ("IN", "CC", "TO") or words[i].text == "sign":
      break
    if seen_noun and not words[i].is_noun:
      break
    seen_noun = seen_noun or words[i].is_noun
    covered.add(i)
  return covered

#!/usr/bin/env python3
"""What parsing must get right, on sentences made up for it.

    python test_parse.py
"""

import unittest

from parse import Parser
from vocabulary import Vocabulary

CASES = {
    # Compounds before their parts.
    "A hot dog beside a teddy bear": "hot dog, teddy bear",
    "Two fire hydrants at a bus stop": "bus stop, fire hydrant",
    "Three wine glasses on a dining table": "dining table, wine glass",
    # Nouns and verbs.
    "A child sits on a swing set": "child, sit, swing set",
    "A girl is swinging a tennis racquet": "girl, swing, tennis racket",
    "The cop watches a man wearing a watch": "man, police officer, watch",
    "A train passes two parked trucks": "train, truck",
    "A dog jump over a bar": "bar, dog, jump",
    "Women painting a wall of a building": "building, paint, wall, woman",
    # Verbs and what is done.
    "He rides his bike": "bicycle, bike ride",
    "She is riding a horse along the river": "horse, horse ride, river",
    "Surfers are riding waves": "surf, surfer, wave",
    "A boy brushes his teeth": "boy, brush teeth, tooth",
    "A woman with biking gloves": "glove, woman",
    # Denied, depicted, toys, prints.
    "A man without a helmet": "man",
    "There is no car on the street": "street",
    "A statue of a horse": "statue",
    "A dog carries a duck toy": "carry, dog, toy",
    "A leopard print scarf": "scarf",
    "A cat looks at the camera": "cat, look",
    # Synonyms, plurals, misspellings.
    "Ladies on a sofa near the tv": "couch, television, woman",
    "A guy with a surf board": "man, surfboard",
    "Kids in the woods": "child, forest",
    # Colours and fruit.
    "A man in an orange vest eats an orange": "eat, man, orange, orange (color), vest",
    "A black and white photo of a boat": "black and white, boat, photo",
    "A black and white cow": "black, cow, white",
    "A white woman with a black bag": "bag, black, woman",
    # What only WordNet knows.
    "A plate of radishes": "plate, vegetable",
}


class ParseTests(unittest.TestCase):

  def test_cases(self):
    parser = Parser(Vocabulary())
    for sentence, labels in CASES.items():
      with self.subTest(sentence):
        self.assertEqual(", ".join(sorted(parser.labels(sentence))), labels)


if __name__ == "__main__":
  unittest.main()

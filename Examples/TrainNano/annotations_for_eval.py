"""Writes the photos' annotations in the form that `ramkit eval` and `ramkit calibrate` read.

    python annotations_for_eval.py dev/annotations.jsonl --also train/annotations.jsonl >dev.jsonl
    ramkit eval --annotations dev.jsonl dev/
    python annotations_for_eval.py dev/annotations.jsonl --captions ram-nano-labels.json >captions.jsonl

What a source is complete in becomes a vocabulary (COCO's 80 things); what it was chosen for, its answer in one
(a scene, an action, a class of ImageNet): beside that class, all else in the photo is unlabelled, so nothing
is absent. Captions go into a file of their own, since a label that no caption names is not thereby absent.
"""

import argparse
import collections
import json
import re
import sys

COMPLETE = ("coco80", "voc20")
ANSWERS = ("scene", "action", "imagenet")


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def vocabularies(photos):
    """Each vocabulary's names, as far as the files have them: all of them need not be in one."""
    names = collections.defaultdict(set)
    for photo in photos:
        for key in COMPLETE:
            names[key].update(photo.get(key) or [])
        for key in ANSWERS:
            names[key].update([photo[key]] if photo.get(key) else [])
    return {key: sorted(names[key]) for key in COMPLETE + ANSWERS if names[key]}


def truth(photo):
    """What is known of a photo; None if that is nothing."""
    complete = [key for key in COMPLETE if photo.get(key) is not None]
    answers = {key: photo[key] for key in ANSWERS if photo.get(key)}
    tags = {name for key in complete for name in photo[key]}
    if not complete and not answers:
        return None
    line = {"path": photo["file"], "tags": sorted(tags), "vocabularies": complete}
    return line | ({"answers": answers} if answers else {})


def words(text):
    """Lower-case words without the commonest endings of plurals."""
    found = re.findall(r"[a-z]+", text.lower())
    return [re.sub(r"(?<=[xs])es$|(?<=ch)es$|(?<=sh)es$|(?<=[a-z]{2}[^su])s$", "", word) for word in found]


def named(caption, labels):
    """The labels whose names stand in a caption, the longest first: no "ball" in "tennis ball"."""
    text = words(caption)
    found = set()
    start = 0
    while start < len(text):
        for length in range(min(4, len(text) - start), 0, -1):
            label = labels.get(tuple(text[start : start + length]))
            if label:
                found.add(label)
                break
        start += length
    return found


def caption_truth(photo, labels):
    """The labels that at least two of a photo's captions name; None without."""
    counts = collections.Counter(
        label for caption in photo.get("captions") or [] for label in named(caption, labels)
    )
    tags = sorted(label for label, count in counts.items() if count > 1)
    return {"path": photo["file"], "tags": tags, "complete": False} if tags else None


def labels_by_words(path):
    """Names and aliases of a label-set file, as words; a name goes before another label's alias."""
    with open(path, encoding="utf-8") as file:
        labels = json.load(file)["labels"]
    by_words = {}
    for label in labels:
        for alias in label.get("aliases", []):
            by_words.setdefault(tuple(words(alias)), label["name"])
    for label in labels:
        by_words[tuple(words(label["name"]))] = label["name"]
    return by_words


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("annotations")
    parser.add_argument("--also", action="append", default=[], help="more files, for the vocabularies")
    parser.add_argument("--captions", metavar="LABELS", help="what captions name of this label-set file")
    arguments = parser.parse_args()
    photos = read(arguments.annotations)
    if arguments.captions:
        labels = labels_by_words(arguments.captions)
        lines = [caption_truth(photo, labels) for photo in photos]
    else:
        others = [photo for path in arguments.also for photo in read(path)]
        lines = [{"vocabulary": key, "labels": names} for key, names in vocabularies(photos + others).items()]
        lines += [truth(photo) for photo in photos]
    for line in lines:
        if line:
            json.dump(line, sys.stdout, ensure_ascii=False)
            sys.stdout.write("\n")


if __name__ == "__main__":
    main()

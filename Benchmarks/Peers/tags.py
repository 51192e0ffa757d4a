#!/usr/bin/env python3
"""Races tags alone: RAMKit with a label screen, and without one, against OpenVINO, interleaved.

    python tags.py WORK RAMKIT PHOTOS [--precision P] [--calibration N] [--rounds N] [--threads N]
        [--risk X] [--patience SECONDS]
"""

import argparse
import random
import signal
import sys
from pathlib import Path
from statistics import mean, median

from contenders import Peer
from photos import photo_paths
from quiet import Quiet, process_seconds
from ramkit import RAMKit
from report import table, write

PHOTOS_A_TURN = 4
WHOLE, SCREENED, RIVAL = "RAMKit, all labels", "RAMKit, with a screen", "OpenVINO"


def arguments():
  parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
  parser.add_argument("work", type=Path)
  parser.add_argument("ramkit", type=Path)
  parser.add_argument("photos", type=Path)
  parser.add_argument("--precision", default="int8")
  parser.add_argument("--calibration", type=int, default=300)
  parser.add_argument("--rounds", type=int, default=8)
  parser.add_argument("--threads", type=int, default=2)
  parser.add_argument("--risk", type=float, default=0.05)
  parser.add_argument("--patience", type=float, default=120)
  return parser.parse_args()


def race(options, ramkit: RAMKit, raced: list[Path], screen: Path) -> tuple[dict, dict, Quiet]:
  """Seconds and tags of each photo, a list a turn and a contender."""
  models = options.work / "models"
  model = models / f"ramkit-{options.precision}.safetensors"
  rival = Peer(RIVAL, "openvino", options.precision, models, options.threads)
  quiet = Quiet(options.patience, lambda: process_seconds() + rival.cpu_seconds())
  seconds, tags = {RIVAL: [], WHOLE: [], SCREENED: []}, {WHOLE: [], SCREENED: []}
  try:
    for first in range(0, len(raced), PHOTOS_A_TURN):
      print(f"   photo {first + 1} of {len(raced)}", file=sys.stderr)
      turn = raced[first:first + PHOTOS_A_TURN]
      seconds[RIVAL].append(quiet.turn(lambda: rival.time(len(turn))))
      for name, extra in ((WHOLE, []), (SCREENED, ["--screen", screen])):
        # A process faults its memory in with its first photo, which comes again and does not count.
        answers = quiet.turn(lambda: ramkit.tags(
            model, options.precision, options.threads, turn[:1] + turn, *extra))[1:]
        seconds[name].append([answer.seconds for answer in answers])
        tags[name] += [answer.tags for answer in answers]
  finally:
    rival.leave()
  return seconds, tags, quiet


def page(seconds: dict, lost: list[int], all_tags: int) -> str:
  photos = {name: [second for turn in turns for second in turn] for name, turns in seconds.items()}
  rows = [[name, f"{median(each) * 1e3:.0f}", f"{mean(each) * 1e3:.0f}",
           f"{median(each) / median(photos[RIVAL]):.2f}", f"{mean(each) / mean(photos[RIVAL]):.2f}"]
          for name, each in photos.items()]
  head = ["", "median ms", "mean ms", f"÷ {RIVAL}, medians", f"÷ {RIVAL}, means"]
  return table(head, rows) + (
      f"\nThe screen lost {sum(lost)} of {all_tags} tags, on {sum(map(bool, lost))} of {len(lost)} "
      "photos.\n")


def main() -> None:
  options = arguments()
  for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda *_: sys.exit(1))  # which ends OpenVINO, too
  ramkit = RAMKit(options.ramkit)
  photos = photo_paths(options.photos)
  random.Random(0).shuffle(photos)  # folders are often sorted by what photos show
  calibration = photos[:options.calibration]
  raced = photos[options.calibration:][:PHOTOS_A_TURN * options.rounds]
  if not raced:
    sys.exit(f"{options.photos}: {len(photos)} photos, and {options.calibration} for the screen")
  print(f"== a screen from {len(calibration)} photos", file=sys.stderr)
  screen = options.work / "screen.safetensors"
  ramkit.screen(options.work / "models" / f"ramkit-{options.precision}.safetensors",
                options.precision, options.threads, options.risk, calibration, screen)
  print("== time", file=sys.stderr)
  seconds, tags, quiet = race(options, ramkit, raced, screen)
  lost = [len(whole - screened) for whole, screened in zip(tags[WHOLE], tags[SCREENED])]
  write(options.work / "tags", page(seconds, lost, sum(map(len, tags[WHOLE]))) + quiet.text(),
        {**quiet.facts(), "precision": options.precision, "threads": options.threads,
         "risk": options.risk, "calibration": len(calibration), "seconds": seconds,
         "lostTags": lost})


if __name__ == "__main__":
  main()

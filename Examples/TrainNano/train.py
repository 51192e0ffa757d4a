#!/usr/bin/env python3
"""Trains RAM-nano's decoder and the upper part of its encoder.

    python train.py PHOTOS WORK OUTPUT.pt [--from OUTPUT.pt] [--epochs N] [--views V,V...] [--frozen]
        [--without STEP]... [--hold-out] [--seed N] [--threads N]

PHOTOS has train/ and dev/; WORK what features.py, detectors.py, truth.py and groups.py wrote. Prints
figures on dev at the end of each epoch. --frozen trains the decoder and the head only, on the
published blocks' output, some three times as fast. --without leaves out a step: generate, clean, rivals,
residual, start. --hold-out leaves out the labels whose unseen recognition is measured.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from encoder import published_classifier
from evidence import Evidence
from initial import start
from labelset import LabelSet
from loss import asymmetric, rivalry
from measure import BATCH, all_logits, figures
from photos import read_split
from questions import Rivals, ask
from recognition import RAMNano
from settings import FIRST_TRAINED_BLOCK, SEED, Decoder, Loss, Questions, Schedule
from targets import Steps, targets_of

REPORT_EVERY = 50


def arguments():
  parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
  parser.add_argument("photos", type=Path)
  parser.add_argument("work", type=Path)
  parser.add_argument("output", type=Path)
  parser.add_argument("--from", dest="earlier", type=Path)
  parser.add_argument("--epochs", type=float, default=12)
  parser.add_argument("--learning-rate", type=float, default=Schedule.learning_rate)
  parser.add_argument("--views", default="whole,flip,mosaic-0,mosaic-1,crop-0,crop-1")
  parser.add_argument("--frozen", action="store_true")
  parser.add_argument("--without", action="append", default=[],
                      choices=["generate", "clean", "rivals", "residual", "start"])
  parser.add_argument("--hold-out", action="store_true")
  parser.add_argument("--seed", type=int, default=SEED)
  parser.add_argument("--threads", type=int, default=torch.get_num_threads())
  return parser.parse_args()


class Training:

  def __init__(self, options):
    self.options = options
    self.random = np.random.default_rng(options.seed)
    work = options.work
    self.labels = LabelSet(work / "labels.json", work / "groups.json")
    self.train, self.dev = (read_split(options.photos / name) for name in ("train", "dev"))
    self.dev_truth = np.load(work / "truth-dev.npz")
    self.evidence = Evidence(work / "train")
    self.schedule = Schedule(options.epochs, learning_rate=options.learning_rate)
    steps = Steps(generate="generate" not in options.without, clean="clean" not in options.without)
    truth = np.load(work / "truth-train.npz")
    self.targets = targets_of(truth, self.evidence, self.labels, steps)
    self.likely = self.draws(truth)
    self.texts, self.rows = self.labels.texts()
    self.names = self.texts[[rows[0] for rows in self.rows]]
    self.held_out = self._names("held-out.txt")
    self.unseen = self._names("held-out-all.txt") if options.hold_out else []
    self.targets.weight[:, self.unseen] = 0
    self.rivals = Rivals(self.train.rows, self.evidence.classes, self.labels, self.unseen)
    self.level = "top" if options.frozen else "middle"
    self.views = options.views.split(",")
    self.arrays = {view: self.evidence.view(view, self.level) for view in self.views}
    self.dev_array = Evidence(work / "dev").view("tagged", self.level)
    self.model = self._model()
    self.sizes = Loss()
    self.questions = Questions(
        residual_share=0 if "residual" in options.without else Questions.residual_share)

  def _names(self, file: str) -> list[int]:
    return [self.labels.index[name] for name in (self.options.work / file).read_text().splitlines()]

  def _model(self) -> RAMNano:
    model = RAMNano(len(self.labels), Decoder())
    if self.options.earlier:
      model.load_state_dict(torch.load(self.options.earlier, weights_only=True))
    elif "start" not in self.options.without:
      seen = ~np.isin(self.labels.classes, self.unseen)
      start(model, published_classifier().weight[seen], torch.from_numpy(self.evidence.features),
            self.names, self.labels.classes[seen], self.labels.below[seen])
    model.visual_encoder.requires_grad_(False)
    model.visual_encoder.head.requires_grad_(True)
    if not self.options.frozen:
      model.visual_encoder.blocks[FIRST_TRAINED_BLOCK:].requires_grad_(True)
    with torch.no_grad():
      model.residual[self.unseen] = 0
      if "residual" in self.options.without:
        model.residual.zero_()
    return model

  def features(self, maps: np.ndarray) -> torch.Tensor:
    encoder = self.model.visual_encoder
    # Channels last: convolutions of one pixel are then products of matrices.
    x = torch.from_numpy(maps.astype(np.float32)).to(memory_format=torch.channels_last)
    return encoder.features(x if self.options.frozen else encoder.middle(x))

  def optimizer(self) -> tuple[torch.optim.Optimizer, list[float]]:
    rates = self.schedule
    encoder = self.model.visual_encoder
    special = {id(p) for p in [*encoder.parameters(), self.model.residual]}
    rate = rates.learning_rate
    groups = [
        dict(params=[p for p in self.model.parameters() if id(p) not in special], lr=rate),
        dict(params=[self.model.residual], lr=rate * rates.residual_rate, weight_decay=0.0),
        dict(params=[*encoder.head.parameters()], lr=rate * rates.head_rate, weight_decay=0.0),
        dict(params=[p for p in encoder.blocks.parameters() if p.requires_grad],
             lr=rate * rates.blocks_rate, weight_decay=0.0)]
    groups = [group for group in groups if group["params"]]
    return (torch.optim.AdamW(groups, weight_decay=rates.weight_decay),
            [group["lr"] for group in groups])

  def embeddings(self, labels: np.ndarray) -> torch.Tensor:
    """Of labels [batch, ...]: by name or by an alias, with what was learned beside it or without."""
    unique, place = np.unique(labels, return_inverse=True)
    by_name = self.random.random(len(unique)) < self.questions.name_share
    text = [rows[0] if name else self.random.choice(rows)
            for name, rows in zip(by_name, (self.rows[label] for label in unique))]
    learned = self.random.random((len(unique), 1)) < self.questions.residual_share
    vectors = self.texts[text] + self.model.residual[unique] * torch.from_numpy(learned)
    return vectors[torch.from_numpy(place.reshape(labels.shape))]

  def loss(self, view: str, photos: np.ndarray) -> torch.Tensor:
    asked = ask(self.targets, self.rivals, view, photos, self.questions, self.random)
    embeddings = self.embeddings(np.concatenate([asked.labels, asked.rivals], axis=1))
    tokens = self.model.tokens(self.features(self.arrays[view][photos]))
    logits = self.model.logits(embeddings, tokens)
    count = asked.labels.shape[1]
    def numbers(array):
      return torch.from_numpy(array.astype(np.float32))
    result = asymmetric(
        logits[:, :count], numbers(asked.values), numbers(asked.weights), self.sizes)
    if "rivals" in self.options.without:
      return result
    return result + Loss.rivals * rivalry(
        logits[:, count:], numbers(asked.shares), torch.from_numpy(asked.is_rival),
        numbers(asked.rival_weights))

  def measure(self, weights: dict[str, torch.Tensor]) -> dict[str, float]:
    """Figures of the averaged weights on dev."""
    current = {name: tensor.clone() for name, tensor in self.model.state_dict().items()}
    self.model.load_state_dict(weights)
    with torch.no_grad():
      maps = (self.features(self.dev_array[i:i + BATCH]) for i in range(0, len(self.dev), BATCH))
      logits = all_logits(self.model, maps, self.names + self.model.residual)
    self.model.load_state_dict(current)
    np.save(self.options.output.with_suffix(".dev.npy"), logits)
    return figures(logits, self.dev.rows, self.dev_truth, self.labels, self.held_out)

  def run(self) -> None:
    rates = self.schedule
    optimizer, peaks = self.optimizer()
    batch = min(rates.batch, len(self.train))
    epoch = len(self.train) // batch
    steps = round(rates.epochs * epoch)
    warm_up = max(0.1, 2 / steps)  # a step at least
    pace = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, peaks, total_steps=steps, pct_start=warm_up)
    average = {name: tensor.clone() for name, tensor in self.model.state_dict().items()}
    began, sum_of_losses = time.monotonic(), 0.0
    for step in range(steps):
      photos = np.sort(self.random.choice(len(self.train), batch, replace=False, p=self.likely))
      loss = self.loss(str(self.random.choice(self.views)), photos)
      optimizer.zero_grad()
      loss.backward()
      torch.nn.utils.clip_grad_norm_(self.model.parameters(), rates.gradient_norm)
      optimizer.step()
      pace.step()
      keep = min(rates.averaging, (step + 1) / (step + 10))
      with torch.no_grad():
        for name, tensor in self.model.state_dict().items():
          average[name].lerp_(tensor, 1 - keep)
      sum_of_losses += loss.item()
      if (step + 1) % REPORT_EVERY == 0:
        print(f"{step + 1}/{steps}: {sum_of_losses / REPORT_EVERY:.3f}, "
              f"{time.monotonic() - began:.0f} s", flush=True)
        sum_of_losses = 0.0
      if (step + 1) % (4 * epoch) == 0 or step + 1 == steps:
        self.report(average)
    unfinished = self.options.output.with_suffix(".unfinished")
    torch.save(average, unfinished)
    unfinished.rename(self.options.output)

  def draws(self, truth) -> np.ndarray:
    """How likely each photo is to be drawn."""
    listed = np.unique(np.concatenate([
        self.labels.groups[group] for group in ("coco80", "scenes", "actions")]))
    present = truth["positive"][:, listed].astype(bool)
    factor = np.sqrt(self.schedule.rare_share / np.maximum(present.mean(axis=0), 1e-9)).clip(1)
    repeats = np.where(present, factor, 1).max(axis=1)
    return repeats / repeats.sum()

  def report(self, weights) -> None:
    values = self.measure(weights)
    print(", ".join(f"{name} {value:.4f}" for name, value in values.items()), flush=True)


if __name__ == "__main__":
  options = arguments()
  torch.manual_seed(options.seed)
  torch.set_num_threads(options.threads)
  Training(options).run()

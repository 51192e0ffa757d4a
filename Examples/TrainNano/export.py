#!/usr/bin/env python3
"""Writes ram-nano.safetensors from trained weights.

    python export.py OUTPUT.pt WORK ../../Sources/RAMKitNano/Resources/ram-nano.safetensors

Products' weights and the labels' embeddings are rounded to float16, eight times as fine as bfloat16 in the
same room, for they are all far from float16's limits; depthwise filters, biases and norms stay float32:
they are few, and a channel is filtered by 9 or 25 numbers only, whose errors don't average out. The same
weights give the same bytes.
"""

import sys
from pathlib import Path

import torch

from encoder import block_strides
from labelset import LabelSet
from network import STEM_STRIDE
from preparation import PIXEL_MEAN, PIXEL_STD
from recognition import RAMNano
from settings import IMAGE_SIZE, Decoder
from source import provenance
from tensor_file import write_tensors

ENCODER = "visual_encoder."


def is_rounded(name: str, tensor: torch.Tensor) -> bool:
  return tensor.dim() > 1 and ".depthwise." not in name and name != "fc.weight"


def rounded_state(weights: Path, labels: LabelSet) -> dict[str, torch.Tensor]:
  """What the file holds, in PyTorch's layout: `label_embed` is text and residual in one."""
  state = torch.load(weights, weights_only=True)
  texts, rows = labels.texts()
  state["label_embed"] = texts[[row[0] for row in rows]] + state.pop("residual")
  return {name: tensor.to(torch.float16) if is_rounded(name, tensor) else tensor.float()
          for name, tensor in state.items()}


def rounded_model(weights: Path, labels: LabelSet) -> tuple[RAMNano, torch.Tensor]:
  """The model with exactly the numbers of the file, in float32, and its labels' embeddings."""
  state = {name: tensor.float() for name, tensor in rounded_state(weights, labels).items()}
  embeddings = state.pop("label_embed")
  model = RAMNano(len(labels), Decoder())
  model.load_state_dict({**state, "residual": torch.zeros_like(embeddings)})
  return model.eval(), embeddings


def kernel_layout(name: str, weight: torch.Tensor) -> torch.Tensor:
  """Weights as RAMKit's kernels read them.

  - depthwise: [channels, 1, kernel, kernel] -> [kernel, kernel, channels]
  - stem: [n, 3, kernel, kernel] -> [n, kernel * kernel * 3], by row, column, channel
  - pointwise: [n, k, 1, 1] -> [n, k]
  """
  if weight.dim() != 4:
    return weight
  if ".depthwise." in name:
    return weight.squeeze(1).permute(1, 2, 0).contiguous()
  return weight.permute(0, 2, 3, 1).flatten(1).contiguous()


def metadata() -> dict[str, str]:
  """What tensor shapes don't say."""
  return {
      "format": "ramkit",
      "family": "ram_nano",
      "name": "ram-nano",
      "variant": "efficientnet-lite2",
      "image_size": str(IMAGE_SIZE),
      "decoder_heads": str(Decoder.heads),
      "pixel_mean": f"{PIXEL_MEAN:g}",
      "pixel_std": f"{PIXEL_STD:g}",
      "padding": "same",
      "activation": "relu6",
      "stem_stride": str(STEM_STRIDE),
      "block_strides": ",".join(map(str, block_strides())),
      "text_encoder": "all-MiniLM-L6-v2",
      **provenance(),
  }


def main(weights: Path, work: Path, output: Path) -> None:
  state = rounded_state(weights, LabelSet(work / "labels.json", work / "groups.json"))
  write_tensors(
      output, {name: kernel_layout(name, tensor) for name, tensor in state.items()}, metadata())


if __name__ == "__main__":
  if len(sys.argv) != 4:
    sys.exit(__doc__)
  main(*map(Path, sys.argv[1:]))

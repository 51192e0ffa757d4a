#!/usr/bin/env python3
"""Writes ram-nano.safetensors: the published EfficientNet-Lite2, BatchNorm folded, mostly bfloat16.

    python convert.py ../../Sources/RAMKitNano/Resources/ram-nano.safetensors

The same package gives the same bytes.
"""

import sys
from pathlib import Path

import torch
from torch import nn

from network import LITE2, STEM_STRIDE, EfficientNetLite, blocks_of, folded_convolution
from preparation import PIXEL_MEAN, PIXEL_STD
from source import CLASSES, provenance, published_network
from tensor_file import write_tensors


def folded(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> tuple[torch.Tensor, torch.Tensor]:
  """Weights and bias, in float64, of the one convolution that equals a convolution and its
  BatchNorm: gain / sqrt(variance + epsilon) scales each output channel."""
  scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
  weight = convolution.weight.double() * scale[:, None, None, None]
  return weight, norm.bias.double() - norm.running_mean.double() * scale


def folded_state(network: EfficientNetLite) -> dict[str, torch.Tensor]:
  """The state of the folded network in PyTorch's layout: the weights of products in bfloat16,
  depthwise filters and biases in float32.

  The latter are 5 % of the numbers. Rounding them too would double the change of the logits: a
  channel is filtered by 9 or 25 numbers only, so their errors don't average out.
  """
  state = {}
  for name, module in network.named_modules():
    if isinstance(module, nn.Sequential):
      weight, bias = folded(*module)
    elif isinstance(module, nn.Linear):
      weight, bias = module.weight.double(), module.bias.double()
    else:
      continue
    depthwise = name.endswith(".depthwise")
    state[f"{name}.weight"] = weight.to(torch.float32 if depthwise else torch.bfloat16)
    state[f"{name}.bias"] = bias.float()
  return state


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
      "family": "efficientnet-lite",
      "name": "ram-nano",
      "variant": "efficientnet-lite2",
      "image_size": str(LITE2.image_size),
      "pixel_mean": f"{PIXEL_MEAN:g}",
      "pixel_std": f"{PIXEL_STD:g}",
      "padding": "same",
      "activation": "relu6",
      "stem_stride": str(STEM_STRIDE),
      "block_strides": ",".join(str(block.stride) for block in blocks_of(LITE2)),
      **provenance(),
  }


def rounded_network() -> EfficientNetLite:
  """The folded network with exactly the numbers of the file, in float32: what RAMKit computes."""
  state = {name: tensor.float() for name, tensor in folded_state(published_network()).items()}
  network = EfficientNetLite(LITE2, CLASSES, folded_convolution)
  network.load_state_dict(state)
  return network.eval()


def main(output: Path) -> None:
  tensors = {
      name: kernel_layout(name, tensor)
      for name, tensor in folded_state(published_network()).items()
  }
  write_tensors(output, tensors, metadata())


if __name__ == "__main__":
  if len(sys.argv) != 2:
    sys.exit(__doc__)
  main(Path(sys.argv[1]))

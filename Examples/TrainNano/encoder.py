"""EfficientNet-Lite2 in two parts: what keeps its published weights, and what is trained.

BatchNorm is folded into the convolutions before training: its statistics, from 1.3 million photos,
are better than what 7,500 would give.
"""

import torch
from torch import nn
from torch.nn import functional

from network import InvertedBottleneck, SameConvolution, blocks_of, LITE2
from settings import FIRST_TRAINED_BLOCK
from source import published_network


def folded(sequence: nn.Sequential) -> SameConvolution:
  """The one convolution that equals a convolution and its BatchNorm: gain / sqrt(variance +
  epsilon) scales each output channel. Computed in float64."""
  convolution, norm = sequence
  scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
  result = SameConvolution(
      convolution.in_channels, convolution.out_channels, convolution.kernel_size[0],
      convolution.stride[0], convolution.groups)
  with torch.no_grad():
    result.weight.copy_(convolution.weight.double() * scale[:, None, None, None])
    result.bias.copy_(norm.bias.double() - norm.running_mean.double() * scale)
  return result


def folded_block(block: InvertedBottleneck) -> InvertedBottleneck:
  for name in ("expand", "depthwise", "project"):
    if getattr(block, name) is not None:
      setattr(block, name, folded(getattr(block, name)))
  return block


class Encoder(nn.Module):
  """All of it, but for the classifier: images [batch, 3, size, size] to a map [batch, 1280, size /
  32, size / 32]."""

  def __init__(self):
    super().__init__()
    network = published_network()
    self.stem = folded(network.stem)
    self.blocks = nn.ModuleList(folded_block(block) for block in network.blocks)
    self.head = folded(network.head)

  def lower(self, images: torch.Tensor) -> torch.Tensor:
    """Up to the first block that is trained."""
    x = functional.relu6(self.stem(images))
    for block in self.blocks[:FIRST_TRAINED_BLOCK]:
      x = block(x)
    return x

  def middle(self, x: torch.Tensor) -> torch.Tensor:
    """The blocks that are trained."""
    for block in self.blocks[FIRST_TRAINED_BLOCK:]:
      x = block(x)
    return x

  def features(self, x: torch.Tensor) -> torch.Tensor:
    """The head over the last block's output."""
    return functional.relu6(self.head(x))

  def forward(self, images: torch.Tensor) -> torch.Tensor:
    return self.features(self.middle(self.lower(images)))


def published_classifier() -> nn.Linear:
  """From mean features to ImageNet's classes."""
  return published_network().classifier


def block_strides() -> list[int]:
  return [block.stride for block in blocks_of(LITE2)]

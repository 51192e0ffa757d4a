"""EfficientNet-Lite as a PyTorch module, once as it was trained and once as RAMKit runs it.

Facts of the architecture are from "EfficientNet: Rethinking Model Scaling for Convolutional Neural
Networks" (arXiv 1905.11946) and from the Lite variant's own description: no squeeze-and-excitation,
ReLU6 instead of swish, and a stem and a head that keep the width of the base network.
"""

from dataclasses import dataclass
from math import ceil

import torch
from torch import nn
from torch.nn import functional

BATCH_NORM_EPSILON = 1e-3
STEM_CHANNELS = 32
STEM_STRIDE = 2
HEAD_CHANNELS = 1280


@dataclass(frozen=True)
class Variant:
  """What tells one EfficientNet-Lite from another."""

  width: float
  depth: float
  image_size: int


@dataclass(frozen=True)
class Stage:
  """Blocks of one shape; only the first of them has the stride and changes the channels."""

  repeats: int
  kernel: int
  stride: int
  expansion: int
  channels: int


@dataclass(frozen=True)
class Block:
  """An inverted bottleneck: expand, filter each channel, project."""

  kernel: int
  stride: int
  expansion: int
  channels_in: int
  channels_out: int

  @property
  def channels_inside(self) -> int:
    return self.channels_in * self.expansion

  @property
  def skip(self) -> bool:
    return self.stride == 1 and self.channels_in == self.channels_out


LITE2 = Variant(width=1.1, depth=1.2, image_size=260)

BASE_STAGES = [
    Stage(repeats=1, kernel=3, stride=1, expansion=1, channels=16),
    Stage(repeats=2, kernel=3, stride=2, expansion=6, channels=24),
    Stage(repeats=2, kernel=5, stride=2, expansion=6, channels=40),
    Stage(repeats=3, kernel=3, stride=2, expansion=6, channels=80),
    Stage(repeats=3, kernel=5, stride=1, expansion=6, channels=112),
    Stage(repeats=4, kernel=5, stride=2, expansion=6, channels=192),
    Stage(repeats=1, kernel=3, stride=1, expansion=6, channels=320),
]


def scaled_channels(channels: int, width: float) -> int:
  """The multiple of 8 nearest to `channels * width`, and no less than 90 % of it."""
  wanted = channels * width
  rounded = max(8, int(wanted + 4) // 8 * 8)
  return rounded if rounded >= 0.9 * wanted else rounded + 8


def blocks_of(variant: Variant) -> list[Block]:
  """The blocks from the stem to the head. The first and the last stage are not repeated more often
  in deeper variants, and the stem keeps its width."""
  blocks = []
  channels = STEM_CHANNELS
  for index, stage in enumerate(BASE_STAGES):
    outermost = index in (0, len(BASE_STAGES) - 1)
    repeats = stage.repeats if outermost else ceil(stage.repeats * variant.depth)
    out = scaled_channels(stage.channels, variant.width)
    for repeat in range(repeats):
      stride = stage.stride if repeat == 0 else 1
      blocks.append(Block(stage.kernel, stride, stage.expansion, channels, out))
      channels = out
  return blocks


def pad_same(x: torch.Tensor, kernel: int, stride: int) -> torch.Tensor:
  """Zeros around x, so that the output has ceil(size / stride) rows and columns. Where their number
  is odd, the additional row or column comes behind (TensorFlow's "SAME")."""
  padding = []
  for size in (x.shape[-1], x.shape[-2]):
    total = max((ceil(size / stride) - 1) * stride + kernel - size, 0)
    padding += [total // 2, total - total // 2]
  return functional.pad(x, padding)


class SameConvolution(nn.Conv2d):
  """A convolution that pads its input itself."""

  def __init__(self, channels_in, channels_out, kernel, stride=1, groups=1, bias=True):
    super().__init__(channels_in, channels_out, kernel, stride, groups=groups, bias=bias)

  def forward(self, x):
    return super().forward(pad_same(x, self.kernel_size[0], self.stride[0]))


def normalized_convolution(
    channels_in, channels_out, kernel=1, stride=1, groups=1
) -> nn.Sequential:
  """A convolution without bias, and the BatchNorm behind it."""
  return nn.Sequential(
      SameConvolution(channels_in, channels_out, kernel, stride, groups, bias=False),
      nn.BatchNorm2d(channels_out, eps=BATCH_NORM_EPSILON))


def folded_convolution(channels_in, channels_out, kernel=1, stride=1, groups=1) -> SameConvolution:
  """The same with BatchNorm folded into weights and a bias."""
  return SameConvolution(channels_in, channels_out, kernel, stride, groups)


class InvertedBottleneck(nn.Module):

  def __init__(self, block: Block, convolution):
    super().__init__()
    inside = block.channels_inside
    self.skip = block.skip
    self.expand = convolution(block.channels_in, inside) if block.expansion != 1 else None
    self.depthwise = convolution(inside, inside, block.kernel, block.stride, groups=inside)
    self.project = convolution(inside, block.channels_out)

  def forward(self, x):
    y = x if self.expand is None else functional.relu6(self.expand(x))
    y = functional.relu6(self.depthwise(y))
    y = self.project(y)
    return x + y if self.skip else y


class EfficientNetLite(nn.Module):
  """Images [batch, 3, size, size] to the logits [batch, classes]."""

  def __init__(self, variant: Variant, classes: int, convolution):
    super().__init__()
    geometry = blocks_of(variant)
    self.stem = convolution(3, STEM_CHANNELS, 3, STEM_STRIDE)
    self.blocks = nn.ModuleList(InvertedBottleneck(block, convolution) for block in geometry)
    self.head = convolution(geometry[-1].channels_out, HEAD_CHANNELS)
    self.classifier = nn.Linear(HEAD_CHANNELS, classes)

  def features(self, images: torch.Tensor) -> torch.Tensor:
    """The mean of the head's output over all positions, [batch, 1280]."""
    x = functional.relu6(self.stem(images))
    for block in self.blocks:
      x = block(x)
    return functional.relu6(self.head(x)).mean(dim=(2, 3))

  def forward(self, images: torch.Tensor) -> torch.Tensor:
    return self.classifier(self.features(images))

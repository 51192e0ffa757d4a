"""From a photo to the network's input, as RAMKit prepares it."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

PIXEL_MEAN = 127.0
PIXEL_STD = 128.0


def resized(photo: Path | str, size: int) -> Image.Image:
  """The whole photo, squeezed into size x size: no crop, so nothing at the rim is lost."""
  return Image.open(photo).convert("RGB").resize((size, size), Image.Resampling.BILINEAR)


def tensor(image: Image.Image) -> torch.Tensor:
  """[3, height, width], float32."""
  pixels = np.asarray(image, dtype=np.float32)
  scaled = (pixels - np.float32(PIXEL_MEAN)) / np.float32(PIXEL_STD)
  return torch.from_numpy(scaled).permute(2, 0, 1).contiguous()

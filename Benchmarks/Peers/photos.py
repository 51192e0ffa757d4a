"""Photos as the official scripts prepare them."""

from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 384
MEAN = np.float32([0.485, 0.456, 0.406])  # ImageNet's, which the official inference uses
DEVIATION = np.float32([0.229, 0.224, 0.225])
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def photo_paths(folder: Path, limit: int | None = None) -> list[Path]:
  paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)[:limit]
  if not paths:
    raise SystemExit(f"{folder}: no photos in there")
  return paths


def read_photo(path: Path) -> np.ndarray:
  """[1, 3, 384, 384]: squeezed without keeping the aspect, orientation ignored."""
  with Image.open(path) as image:
    square = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
  pixels = np.asarray(square, dtype=np.float32) / np.float32(255)
  return np.ascontiguousarray(((pixels - MEAN) / DEVIATION).transpose(2, 0, 1)[None])

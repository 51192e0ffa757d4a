#!/usr/bin/env python3
"""Writes the photos that RAMKitNano is tested with, and PyTorch's logits for them.

    python golden.py /usr/share/backgrounds ../../Tests/RAMKitNanoTests/Resources

The first folder is where Debian's package lomiri-wallpapers-16.04 puts its photos; the others are
part of scikit-image. The logits are of exactly the numbers in ram-nano.safetensors, computed in
float32 and in float64, from pixels normalised in float32.
"""

import sys
from pathlib import Path

import skimage
import torch
from PIL import Image

from convert import rounded_network
from network import LITE2
from preparation import resized, tensor
from tensor_file import write_tensors

LONG_SIDE = 640
JPEG_QUALITY = 88

SKIMAGE = Path(skimage.__file__).parent / "data"
SCIKIT_IMAGE_PHOTOS = ["astronaut.png", "camera.png", "chelsea.png", "coffee.png", "rocket.jpg"]
WALLPAPERS = {
    "dandelions": "seeding_by_Clements_Engelhardt.jpg",
    "dogs": "friends_by_Aitzol_Berasategi.jpg",
    "jug": "Wine_by_Jakkub_Mede.jpg",
    "mountain-path": "picosdeeuropa_by_Aitzol_Berasategi.jpg",
    "stream": "life_by_Aitzol_Berasategi.jpg",
}


def sources(wallpapers: Path) -> dict[str, Path]:
  """The originals, by the name of the photo that is made of each."""
  paths = {Path(name).stem: SKIMAGE / name for name in SCIKIT_IMAGE_PHOTOS}
  paths |= {name: wallpapers / file for name, file in WALLPAPERS.items()}
  return dict(sorted(paths.items()))


def write_photo(source: Path, path: Path) -> None:
  """A JPEG of moderate size, grey where the original is, without metadata."""
  photo = Image.open(source)
  photo.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
  photo.save(path, quality=JPEG_QUALITY)


def main(wallpapers: Path, output: Path) -> None:
  single = rounded_network()
  double = rounded_network().double()
  photos = output / "photos"
  photos.mkdir(parents=True, exist_ok=True)
  logits = {}
  with torch.inference_mode():
    for name, source in sources(wallpapers).items():
      path = photos / f"{name}.jpg"
      write_photo(source, path)
      image = tensor(resized(path, LITE2.image_size)).unsqueeze(0)
      logits[f"{path.name}/float32"] = single(image)[0]
      logits[f"{path.name}/float64"] = double(image.double())[0]
      error = (logits[f"{path.name}/float32"] - logits[f"{path.name}/float64"]).abs().max()
      print(f"{path.name}: float32 is off by at most {error:.1e}")
  write_tensors(output / "logits.safetensors", logits, {"model": "ram-nano"})


if __name__ == "__main__":
  if len(sys.argv) != 3:
    sys.exit(__doc__)
  main(Path(sys.argv[1]), Path(sys.argv[2]))

#!/usr/bin/env python3
"""Writes the photos that RAMKitNano is tested with, and PyTorch's logits for them.

    python golden.py OUTPUT.pt WORK /usr/share/backgrounds ../../Tests/RAMKitNanoTests/Resources

The third is where Debian's package lomiri-wallpapers-16.04 puts its photos; the others are part of
scikit-image. The logits are of exactly the numbers in ram-nano.safetensors, computed in float64 from
pixels normalised in float32; how far PyTorch's own float32 is off is printed.
"""

import sys
from pathlib import Path

import skimage
import torch
from PIL import Image

from export import rounded_model
from labelset import LabelSet
from preparation import resized, tensor
from settings import IMAGE_SIZE
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
  """A JPEG of moderate size, grey where the original is, without metadata. One that is there stays."""
  if path.exists():
    return
  photo = Image.open(source)
  photo.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
  photo.save(path, quality=JPEG_QUALITY)


def logits_of(image: torch.Tensor, model, embeddings: torch.Tensor) -> torch.Tensor:
  tokens = model.tokens(model.visual_encoder(image.unsqueeze(0)))
  return model.logits(embeddings.unsqueeze(0), tokens)[0]


@torch.inference_mode()
def main(weights: Path, work: Path, wallpapers: Path, output: Path) -> None:
  labels = LabelSet(work / "labels.json", work / "groups.json")
  single, embeddings = rounded_model(weights, labels)
  double = rounded_model(weights, labels)[0].double()
  photos = output / "photos"
  photos.mkdir(parents=True, exist_ok=True)
  logits = {}
  for name, source in sources(wallpapers).items():
    path = photos / f"{name}.jpg"
    write_photo(source, path)
    image = tensor(resized(path, IMAGE_SIZE))
    logits[path.name] = logits_of(image.double(), double, embeddings.double())
    error = (logits_of(image, single, embeddings) - logits[path.name]).abs().max()
    print(f"{path.name}: float32 is off by at most {error:.1e}")
  write_tensors(output / "logits.safetensors", logits, {"model": "ram-nano"})


if __name__ == "__main__":
  if len(sys.argv) != 5:
    sys.exit(__doc__)
  main(*map(Path, sys.argv[1:]))

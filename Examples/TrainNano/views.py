"""Ways to look at a photo while training. A view is a name: the same name gives the same pixels.

tagged    as RAMKit prepares photos: squeezed into a square
whole     the same at the size of training
flip      that from left to right
crop-N    a part of 30 to 100 % of the area, perhaps flipped, with other light
mosaic-N  a composite: the photo and three others, each in a quarter, so that things are small
"""

import math
import random
from pathlib import Path

from PIL import Image, ImageEnhance

from preparation import resized
from settings import IMAGE_SIZE, SEED, TRAINING_SIZE

SMALLEST_CROP = 0.3
CROP_RATIO = 4 / 3
LIGHT = 0.3
MOSAIC_PHOTOS = 4


def kind(view: str) -> str:
  return view.split("-")[0]


def generator(view: str, index: int, what: str) -> random.Random:
  return random.Random(f"{SEED} {view} {index} {what}")


def members(view: str, index: int, photos: int) -> list[int]:
  """The photos that are seen in a view of one: itself, and in a mosaic three others."""
  if kind(view) != "mosaic":
    return [index]
  choice = generator(view, index, "members")
  return [index] + [choice.randrange(photos) for _ in range(MOSAIC_PHOTOS - 1)]


def open_photo(path: Path) -> Image.Image:
  return Image.open(path).convert("RGB")


def squeezed(photo: Image.Image, width: int = TRAINING_SIZE, height: int = TRAINING_SIZE) -> Image.Image:
  return photo.resize((width, height), Image.Resampling.BILINEAR)


def flipped(photo: Image.Image) -> Image.Image:
  return photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def cropped(photo: Image.Image, choice: random.Random) -> Image.Image:
  """A part whose sides are to each other much as the photo's."""
  width, height = photo.size
  for _ in range(10):
    share = choice.uniform(SMALLEST_CROP, 1)
    ratio = math.exp(choice.uniform(-math.log(CROP_RATIO), math.log(CROP_RATIO)))
    w = round(width * math.sqrt(share * ratio))
    h = round(height * math.sqrt(share / ratio))
    if w <= width and h <= height:
      x, y = choice.randint(0, width - w), choice.randint(0, height - h)
      return photo.crop((x, y, x + w, y + h))
  return photo


def relit(photo: Image.Image, choice: random.Random) -> Image.Image:
  for enhancement in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
    photo = enhancement(photo).enhance(choice.uniform(1 - LIGHT, 1 + LIGHT))
  return photo


def mosaic(photos: list[Image.Image], choice: random.Random) -> Image.Image:
  """Four photos around a point near the middle."""
  side = TRAINING_SIZE
  x, y = (choice.randint(side * 2 // 5, side * 3 // 5) for _ in range(2))
  boxes = [(0, 0, x, y), (x, 0, side, y), (0, y, x, side), (x, y, side, side)]
  choice.shuffle(boxes)
  canvas = Image.new("RGB", (side, side))
  for photo, (left, top, right, bottom) in zip(photos, boxes):
    if choice.random() < 0.5:
      photo = flipped(photo)
    canvas.paste(squeezed(photo, right - left, bottom - top), (left, top))
  return canvas


def look(view: str, index: int, paths: list[Path]) -> Image.Image:
  """A view of the photo at an index."""
  choice = generator(view, index, "pixels")
  match kind(view):
    case "tagged":
      return resized(paths[index], IMAGE_SIZE)
    case "whole":
      return resized(paths[index], TRAINING_SIZE)
    case "flip":
      return flipped(resized(paths[index], TRAINING_SIZE))
    case "crop":
      part = cropped(open_photo(paths[index]), choice)
      if choice.random() < 0.5:
        part = flipped(part)
      return squeezed(relit(part, choice))
    case "mosaic":
      return mosaic([open_photo(paths[i]) for i in members(view, index, len(paths))], choice)
    case other:
      raise SystemExit(f"there is no view '{other}'")

"""Every number that was chosen, in one place."""

from dataclasses import dataclass

SEED = 2026
# Photos are tagged a little larger than the model was trained on: cropping in training makes things look
# larger than they are in whole photos (Touvron et al. 2019, "FixRes").
TRAINING_SIZE = 320
IMAGE_SIZE = 352
EMBEDDING_WIDTH = 384  # MiniLM's

# The encoder's blocks before this one keep their published weights: their output is computed once a
# view and kept. It has a sixteenth of the photo's resolution.
FIRST_TRAINED_BLOCK = 15


@dataclass(frozen=True)
class Decoder:
  """The recognition decoder: the official one is 768 wide, with 3,072 in between."""

  width: int = 256
  feed_forward: int = 512
  heads: int = 4
  layers: int = 2


@dataclass(frozen=True)
class Schedule:
  """How long and how fast."""

  epochs: float
  batch: int = 48
  learning_rate: float = 1e-3
  weight_decay: float = 0.05
  # Relative to the learning rate: parts that start from published weights move slowly.
  head_rate: float = 0.1
  blocks_rate: float = 0.1
  residual_rate: float = 0.5
  averaging: float = 0.998  # of the weights that are kept, from step to step
  gradient_norm: float = 5.0
  # A photo is drawn more often, by up to sqrt(rare_share / share), for the rarest label of a closed
  # list that it shows (Gupta et al. 2019).
  rare_share: float = 0.02


@dataclass(frozen=True)
class Questions:
  """Which labels a photo is asked about in a step: all of them would take nine times as long."""

  labels: int = 128
  rivals: int = 64  # of a list of which one is right: ImageNet's classes, scenes, actions
  residual_share: float = 0.7  # of labels asked with what was learned for them beside their text
  name_share: float = 0.7  # of labels asked by their name; the others by an alias


@dataclass(frozen=True)
class Loss:
  """Asymmetric loss (Ridnik et al. 2021), and the share of choosing among rivals.

  Easy negatives fade less than in that paper (4 and .05), where a label is absent from nearly all
  photos that are asked about it: here those are drawn. Less fading left scores that are more of a
  probability, and two points more of COCO's mean average precision than 2 and .03.
  """

  focusing: float = 1.0
  margin: float = 0.0
  rivals: float = 3.0

"""Where training starts: at the published ImageNet classifier, written as text queries.

A class's logit is w · g, of the photo's mean features g. The nearest matrix of rank 384 to all w, in
the sense that counts (over the features of real photos), is C P: P becomes `image_proj`, a row of C
a label's embedding. C and P are only known up to a rotation, so the one is taken that brings C
nearest to the labels' text embeddings (orthogonal Procrustes): labels that were never a class then
start with an idea of what they look like. On dev that alone gives .87 of ImageNet's top-1 (the
classifier .89), and .43 of COCO's mean average precision, where 40 of the 80 classes are none.
"""

import numpy as np
import torch

from recognition import RAMNano

EMBEDDING_NORM = 1.5  # mean length of a class's embedding; text embeddings have 1
BROADER_SHARE = 0.8  # of the mean of its classes, for a broader label
QUERY_GAIN = 15.0  # a text embedding's numbers are small: 1 / sqrt(384) each
QUIET_LOGIT = -4.0  # of a label about which nothing is known
# Of the mean spread of features, in directions in which few photos or none differ: without it, P would
# blow up what other photos have there.
LEAST_SPREAD = 0.03


def factors(
    classifier: torch.Tensor, features: torch.Tensor, rank: int
) -> tuple[torch.Tensor, torch.Tensor]:
  """C [classes, rank] and P [rank, features] with C P near the classifier on these features."""
  moments = features.T @ features / len(features)
  values, vectors = torch.linalg.eigh(moments)
  values = values.clamp(min=LEAST_SPREAD * values.mean())
  root = (vectors * values.sqrt()) @ vectors.T
  inverse_root = (vectors / values.sqrt()) @ vectors.T
  left, strengths, right = torch.linalg.svd(classifier @ root, full_matrices=False)
  return left[:, :rank] * strengths[:rank], right[:rank] @ inverse_root


def start(
    model: RAMNano, classifier: torch.Tensor, features: torch.Tensor, texts: torch.Tensor,
    classes: np.ndarray, below: np.ndarray,
) -> None:
  """Writes the initial weights.

  classes: the label of each class. below: [classes, labels], whether a class is a label or below it.
  """
  codes, projection = factors(classifier.double(), features.double(), texts.shape[1])
  left, _, right = torch.linalg.svd(codes.T @ texts[classes].double())
  rotation = left @ right
  length = (codes @ rotation).norm(dim=1).mean() / EMBEDDING_NORM
  codes, projection = codes @ rotation / length, rotation.T @ projection * length
  with torch.no_grad():
    model.image_proj.weight.copy_(projection)
    model.image_proj.bias.zero_()
    model.wordvec_proj.weight.mul_(QUERY_GAIN)
    model.fc.weight.mul_(0.3)
    model.fc.bias.fill_(QUIET_LOGIT)
    for label in range(len(texts)):
      own = np.flatnonzero(classes == label)
      members = own if len(own) else np.flatnonzero(below[:, label])
      if len(members):
        code = codes[torch.from_numpy(members)].mean(dim=0) * (1 if len(own) else BROADER_SHARE)
        model.residual[label] = code.float() - texts[label]

"""What training makes small."""

import torch
from torch.nn import functional

from settings import Loss


def asymmetric(logits, values, weights, sizes: Loss) -> torch.Tensor:
  """Ridnik et al. 2021, with targets in between: easy negatives fade, sure ones count for nothing.
  All are [photos, labels]; the sum over labels, the mean over photos."""
  probabilities = logits.sigmoid()
  shifted = (probabilities - sizes.margin).clamp(min=0)
  focus = (shifted - values.clamp(max=0.999)).abs() ** sizes.focusing
  present = functional.logsigmoid(logits)
  absent = torch.log1p(-shifted.clamp(max=1 - 1e-5)) * focus
  return -((values * present + (1 - values) * absent) * weights).sum() / len(logits)


def rivalry(logits, shares, is_rival, weights) -> torch.Tensor:
  """Cross entropy among the rivals of each photo."""
  logs = logits.masked_fill(~is_rival, -1e4).log_softmax(dim=1)
  return (-(shares * logs).sum(dim=1) * weights).mean()

#!/usr/bin/env python3
"""Averages trained weights, each with its share.

    python average.py OUTPUT.pt 0.5 FIRST.pt 0.1 SECOND.pt 0.4 THIRD.pt

Later passes gain on photos of many things and lose some of what the start knew of single ones; an average
of both keeps most of either (Wortsman et al. 2022, "Model soups").
"""

import sys

import torch


def main(output: str, *pairs: str) -> None:
  shares = [float(share) for share in pairs[::2]]
  states = [torch.load(path, weights_only=True) for path in pairs[1::2]]
  if abs(sum(shares) - 1) > 1e-9:
    raise SystemExit(f"the shares {shares} are not 1 together")
  torch.save({name: sum(share * state[name] for share, state in zip(shares, states))
              for name in states[0]}, output)


if __name__ == "__main__":
  if len(sys.argv) < 4 or len(sys.argv) % 2:
    sys.exit(__doc__)
  main(*sys.argv[1:])

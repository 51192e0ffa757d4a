"""The operations of RAM with Swin-L at 384 px, at its sizes, for CRAMKernels and for PyTorch.

Products take and give the precision that they are measured in, on both sides. Cross-attention of CRAMKernels
takes and gives float32, and rounds inside; PyTorch is given attention's inputs in the precision, and cut into
windows and heads: neither is in its time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import linear, scaled_dot_product_attention

from kernels_library import Kernels

CHECKED = 64  # rows, or windows, that are compared with float64
SIDE, WINDOW, HEADS, HEAD_DIM = 96, 12, 6, 32  # Swin-L's first stage
LABELS, TOKENS, DECODER_HEADS, DECODER_WIDTH = 4585, 145, 4, 768


@dataclass
class Case:
  """One operation: functions that run it once, and the relative error of both results."""

  name: str
  precision: str
  gigaflop: float
  ours: Callable[[], None]
  theirs: dict[str, Callable[[], Tensor]]
  errors: Callable[[], tuple[float, float]]


def relative_error(result: Tensor, exact: Tensor) -> float:
  return ((result.double() - exact).norm() / exact.norm()).item()


def numbers(generator: np.random.Generator, *shape: int, size: float = 1) -> np.ndarray:
  return generator.standard_normal(shape, dtype=np.float32) * np.float32(size)


def bits(numbers: Tensor) -> np.ndarray:
  """The numbers' own memory: bfloat16 as the bits of it."""
  return (numbers.view(torch.int16) if numbers.dtype == torch.bfloat16 else numbers).numpy()


def sizes() -> Iterator[tuple[str, int, int, int]]:
  """What each product is called, its m, n and k."""
  for index in range(4):
    stage, m, width = f"stage {index + 1}", 9216 >> 2 * index, 192 << index
    yield f"{stage} qkv", m, 3 * width, width
    yield f"{stage} projection", m, width, width
    yield f"{stage} MLP up", m, 4 * width, width
    yield f"{stage} MLP down", m, width, 4 * width
    if index < 3:
      yield f"{stage} merging", m // 4, 2 * width, 4 * width
  yield "image projection", TOKENS, 512, 1536
  yield "decoder key", TOKENS, DECODER_WIDTH, 512
  yield "decoder query", LABELS, DECODER_WIDTH, DECODER_WIDTH
  yield "decoder MLP up", LABELS, 4 * DECODER_WIDTH, DECODER_WIDTH
  yield "decoder MLP down", LABELS, DECODER_WIDTH, 4 * DECODER_WIDTH


def products(kernels: Kernels) -> Iterator[Case]:
  for precision in ("bfloat16", "float32"):
    for name, m, n, k in sizes():
      yield product(kernels, precision, f"{name} {m}×{n}×{k}", m, n, k)


def product(kernels: Kernels, precision: str, name: str, m: int, n: int, k: int) -> Case:
  generator = np.random.default_rng(m + n + k)
  a, bias = numbers(generator, m, k), numbers(generator, n)
  weights = numbers(generator, n, k, size=k ** -0.5)
  result = torch.empty((m, n), dtype=getattr(torch, precision))
  ours = kernels.gemm(precision, bits(torch.from_numpy(a).to(result.dtype)),
                      kernels.prepare(precision, weights), bias, bits(result))

  x, w, b = (torch.from_numpy(array).to(getattr(torch, precision)) for array in (a, weights, bias))
  # As inductor does it with frozen weights: packed once, for this number of rows.
  packed = torch.ops.mkldnn._reorder_linear_weight(w, m)
  theirs = {
      "linear": lambda: linear(x, w, b),
      "oneDNN, packed": lambda: torch.ops.mkldnn._linear_pointwise(x, packed, b, "none", [], ""),
  }

  def errors() -> tuple[float, float]:
    exact = a[:CHECKED].astype(np.float64) @ weights.T.astype(np.float64) + bias
    exact, results = torch.from_numpy(exact), [call()[:CHECKED] for call in theirs.values()]
    return (relative_error(result[:CHECKED], exact), max(relative_error(each, exact) for each in results))

  return Case(name, precision, 2e-9 * m * n * k, ours, theirs, errors)


def attentions(kernels: Kernels) -> Iterator[Case]:
  for precision in ("bfloat16", "float32"):
    for shift in (0, WINDOW // 2):
      yield window_attention(kernels, precision, shift)
    yield cross_attention(kernels, precision)


def plain_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
  scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)
  return (scores if mask is None else scores + mask).softmax(-1) @ v


def attention_case(name: str, precision: str, ours: Callable[[], None], result: Callable[[], Tensor],
                   inputs: list[Tensor], mask: Tensor | None) -> Case:
  """`inputs`: q, k and v [batch, heads, rows, head_dim]; `result`: what ours wrote, in that order."""
  kind = getattr(torch, precision)
  q, k, v = (tensor.to(kind).contiguous() for tensor in inputs)
  rounded = None if mask is None else mask.to(kind)
  theirs = {"scaled_dot_product_attention": lambda: scaled_dot_product_attention(q, k, v, rounded),
            "plain": lambda: plain_attention(q, k, v, rounded)}

  def errors() -> tuple[float, float]:
    exact = plain_attention(*(tensor.double() for tensor in inputs),
                            None if mask is None else mask.double())
    return (relative_error(result(), exact),
            max(relative_error(call(), exact) for call in theirs.values()))

  batch, heads, rows, head_dim = q.shape
  return Case(name, precision, 4e-9 * batch * heads * rows * k.shape[2] * head_dim, ours, theirs,
              errors)


def windows(tokens: Tensor, shift: int) -> Tensor:
  """[SIDE · SIDE, ...] -> [windows, tokens in a window, ...] of the shifted map."""
  grid = tokens.unflatten(0, (SIDE, SIDE)).roll((-shift, -shift), (0, 1))
  grid = grid.unflatten(1, (-1, WINDOW)).unflatten(0, (-1, WINDOW))
  return grid.movedim(2, 1).flatten(2, 3).flatten(0, 1)


def bias_and_mask(table: Tensor, shift: int) -> Tensor:
  """What is added to scores: [1 or windows, HEADS, tokens, tokens]."""
  place = torch.stack(torch.meshgrid(*[torch.arange(WINDOW)] * 2, indexing="ij")).flatten(1)
  apart = place[:, :, None] - place[:, None, :] + WINDOW - 1
  bias = table[apart[0] * (2 * WINDOW - 1) + apart[1]].permute(2, 0, 1)[None]
  if not shift:
    return bias
  line = torch.zeros(SIDE, dtype=torch.long)
  line[-WINDOW:-shift], line[-shift:] = 1, 2
  region = windows((3 * line[:, None] + line).flatten(), 0)  # of the map that is shifted already
  return bias + torch.where(region[:, :, None] == region[:, None, :], 0.0, -100.0)[:, None]


def window_attention(kernels: Kernels, precision: str, shift: int) -> Case:
  generator, width = np.random.default_rng(shift), HEADS * HEAD_DIM
  qkv = numbers(generator, SIDE * SIDE, 3 * width)
  table = numbers(generator, (2 * WINDOW - 1) ** 2, HEADS)
  out = np.empty((SIDE * SIDE, width), dtype=np.float32)
  rounded = torch.from_numpy(qkv).bfloat16().view(torch.int16).numpy()
  ours = kernels.window_attention(precision, rounded if precision == "bfloat16" else qkv, table, out,
                                  side=SIDE, window=WINDOW, shift=shift, heads=HEADS)

  def heads(rows: np.ndarray) -> Tensor:
    cut = windows(torch.from_numpy(rows), shift)
    return cut.unflatten(-1, (-1, HEADS, HEAD_DIM)).permute(2, 0, 3, 1, 4)

  name = f"window attention {(SIDE // WINDOW) ** 2}×{HEADS}×{WINDOW ** 2}×{HEAD_DIM}"
  return attention_case(name + (", shifted" if shift else ""), precision, ours, lambda: heads(out)[0],
                        list(heads(qkv)), bias_and_mask(torch.from_numpy(table), shift))


def cross_attention(kernels: Kernels, precision: str) -> Case:
  generator = np.random.default_rng(0)
  rows = [numbers(generator, count, DECODER_WIDTH) for count in (LABELS, TOKENS, TOKENS)]
  out = np.empty_like(rows[0])
  ours = kernels.cross_attention(precision, *rows, out, heads=DECODER_HEADS)

  def heads(array: np.ndarray) -> Tensor:
    return torch.from_numpy(array).unflatten(-1, (DECODER_HEADS, -1)).transpose(0, 1)[None]

  name = f"cross-attention {LABELS}×{TOKENS}×{DECODER_HEADS}×{DECODER_WIDTH // DECODER_HEADS}"
  return attention_case(name, precision, ours, lambda: heads(out), [heads(array) for array in rows],
                        None)

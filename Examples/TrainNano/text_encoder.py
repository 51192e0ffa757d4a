#!/usr/bin/env python3
"""Writes the text encoder of RAM-nano: all-MiniLM-L6-v2 with a byte a weight, vocabulary inside.

    python text_encoder.py write ../../Sources/RAMKitNano/Resources/ram-nano-text.safetensors
    python text_encoder.py measure FILE NAMES        # cosines with the original, a name a line
    python text_encoder.py golden FILE OUTPUT        # embeddings for Tests/RAMKitNanoTests

Seeds are fixed; another CPU's PyTorch may round otherwise, and then some bytes differ.

Sentences are encoded as sentence-transformers does it: WordPiece, BERT, the mean over all tokens,
unit length. Each matrix is kept as signed bytes, with a scale a row: 23 MB in place of 91 MB.

Words' embeddings are rounded to the nearest step. The weights of products are rounded one column
after the other, and what rounding a column did to the outputs is made up for by the columns that
are still to come, as well as inputs correlate (Frantar et al. 2022, "GPTQ"). Then the numbers that
stay float32 - scales, biases, LayerNorms - are trained for a few minutes to bring sentences back to
where they were. The texts for both are words out of the vocabulary, alone, in pairs, and joined.
"""

import json
import random
import sys
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file

from minilm import (
    MAXIMUM_TOKENS, SOURCE, SOURCE_DIGEST, batches_of, bert, encode, is_unused, source_state,
    source_words, tokenizer)

GOLDEN_TEXTS = [
    "dog", "espresso machine", "Golden Retriever", "grinder", "a photo of a cat", "CD",
    "rubik's cube", "3D CG rendering", "café au lait", "naïve Ünïcödé", "火车站", "日本語 sushi bar",
    "hot-air balloon (striped)", "antidisestablishmentarianism", "émoji 😀 sticker", "C++ / Swift",
    "person walking a small dog on the beach at sunset, seen from behind",
    "x", "no_such__word!?", "zebra crossing",
]


def kept_tokens() -> list[tuple[int, str]]:
  """The vocabulary without the places that BERT keeps for later words: no text ever gets there."""
  return [(i, line) for i, line in enumerate(source_words())
          if not (line.startswith("[unused") and line.endswith("]"))]


# Bytes --------------------------------------------------------------------------------------------


def quantized(
    weights: torch.Tensor, importance: torch.Tensor | float = 1,
) -> tuple[torch.Tensor, torch.Tensor]:
  """Bytes [rows, columns] and scales [rows] whose product is nearest to the weights, in the square,
  columns counting by their importance: of scales down to 0.7 of the one at which a row's largest
  number just fits."""
  weights = weights.double()
  largest = weights.abs().amax(1).clamp(min=1e-12) / 127
  best, error = largest.clone(), torch.full_like(largest, torch.inf)
  for step in range(61):
    scale = (largest * (1 - step * 0.005)).float().double()
    tried = torch.round(weights / scale[:, None]).clamp(-127, 127) * scale[:, None]
    squares = ((tried - weights).square() * importance).sum(1)
    best = torch.where(squares < error, scale, best)
    error = torch.minimum(squares, error)
  scale = best.float()
  values = torch.round(weights / scale.double()[:, None]).clamp(-127, 127)
  return values.to(torch.int8), scale


def compensated(weights: torch.Tensor, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
  """As `quantized`, but nearest in the outputs: `inputs` is the sum of x xT over a product's
  inputs."""
  _, scale = quantized(weights, inputs.diagonal())
  left, step = weights.double().clone(), scale.double()
  columns = left.shape[1]
  damping = 0.01 * inputs.diagonal().mean() * torch.eye(columns, dtype=torch.double)
  order = inputs.diagonal().argsort(descending=True)
  left, inputs = left[:, order], (inputs + damping)[order][:, order]
  factor = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(inputs)), upper=True)
  values = torch.zeros_like(left)
  for first in range(0, columns, 64):
    last = min(first + 64, columns)
    errors = torch.zeros(len(left), last - first, dtype=torch.double)
    for column in range(first, last):
      values[:, column] = torch.round(left[:, column] / step).clamp(-127, 127)
      error = (left[:, column] - values[:, column] * step) / factor[column, column]
      left[:, column:last] -= error[:, None] * factor[column, column:last]
      errors[:, column - first] = error
    left[:, last:] -= errors @ factor[first:last, last:]
  return values[:, order.argsort()].to(torch.int8), scale


def calibration_texts(words: list[str]) -> list[str]:
  """Words such as labels are made of; none is chosen by hand."""
  generator = random.Random(2026)
  plain = [word for word in words if word.isascii() and word.isalpha() and len(word) > 2]
  pairs = [generator.sample(plain, 2) for _ in range(2000)]
  # Joined without a blank, they are words in pieces, as rare words are.
  return generator.sample(plain, 1500) + [
      (" " if index % 2 else "").join(pair) for index, pair in enumerate(pairs)]


# Products that share their inputs, in the order in which a layer runs them.
PRODUCTS = [
    ["attention.self.query", "attention.self.key", "attention.self.value"],
    ["attention.output.dense"], ["intermediate.dense"], ["output.dense"],
]


def compensated_layers(state: dict[str, torch.Tensor], words: list[str]) -> dict[str, torch.Tensor]:
  """Bytes and scales of all products: each fitted to the inputs that those before it, in bytes,
  leave it."""
  network = bert(state)
  batches = list(batches_of(words, calibration_texts(words)))
  result = {}
  for index, layer in enumerate(network.encoder.layer):
    for names in PRODUCTS:
      inputs = inputs_of(network, layer.get_submodule(names[0]), batches)
      for name in names:
        full = f"encoder.layer.{index}.{name}.weight"
        values, scale = compensated(state[full], inputs)
        result[full], result[f"{full}.scale"] = values, scale
        with torch.no_grad():
          layer.get_submodule(name).weight.copy_(values * scale[:, None])
    print(f"layer {index}", flush=True)
  return result


STEPS = 240
TEXTS_OF_STEP = 256


def tuned(small: dict[str, torch.Tensor], exact: dict[str, torch.Tensor],
          words: list[str]) -> dict[str, torch.Tensor]:
  """The products' scales, the biases and LayerNorms of `small`, trained until its sentences point
  where those of `exact` point."""
  torch.manual_seed(2026)
  original, network = bert(exact), bert(exact)
  fixed = dequantized(small)
  names = [name for name in small if name.startswith("encoder.layer.") and name.endswith(".scale")]
  names += [name for name in small if name.endswith(".bias") or "LayerNorm" in name]
  # Scales are of all magnitudes: what is trained is their change as a part of them.
  changes = {name: torch.zeros_like(small[name], requires_grad=True) for name in names}
  optimizer = torch.optim.Adam(changes.values(), lr=1e-4, betas=(0.9, 0.98))

  def current() -> dict[str, torch.Tensor]:
    return {name: small[name] * (1 + changes[name]) if name.endswith(".scale")
            else small[name] + changes[name] for name in names}

  for step in range(STEPS):
    optimizer.param_groups[0]["lr"] = 1e-4 * min(1, (step + 1) / 20, (STEPS - step) / STEPS * 1.2)
    now = current()
    weights = {name: now[name] if name in now else small[name] * now[f"{name}.scale"][:, None]
               if f"{name}.scale" in now else tensor for name, tensor in fixed.items()}
    tokens = texts_of_step(step, words)
    with torch.no_grad():
      wanted = original(tokens).last_hidden_state.mean(1)
    found = torch.func.functional_call(network, weights, (tokens,)).last_hidden_state.mean(1)
    distances = 1 - torch.nn.functional.cosine_similarity(found, wanted)
    # The square weighs the texts that are furthest off.
    loss = distances.square().mean().sqrt()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0 or step == STEPS - 1:
      print(f"step {step}: distance {distances.mean():.6f}, at most {distances.max():.6f}",
            flush=True)
  return {name: tensor.detach() for name, tensor in current().items()}


def texts_of_step(step: int, words: list[str]) -> torch.Tensor:
  """Tokens of texts with as many each: in turn one word, two, one in two pieces, and three."""
  generator = random.Random(step)
  plain = [i for i, word in enumerate(words)
           if word.isascii() and word.isalpha() and len(word) > 2]
  pieces = [i for i, word in enumerate(words) if word.startswith("##") and len(word) > 3]
  start, end = words.index("[CLS]"), words.index("[SEP]")
  kinds = [[plain], [plain, plain], [plain], [plain, pieces], [plain], [plain, plain, plain]]
  rows = [[start, *(generator.choice(tokens) for tokens in kinds[step % len(kinds)]), end]
          for _ in range(TEXTS_OF_STEP)]
  return torch.tensor(rows)


def inputs_of(network, product: torch.nn.Linear, batches) -> torch.Tensor:
  """The sum of x xT over the rows that go into a product."""
  total = torch.zeros(product.in_features, product.in_features, dtype=torch.double)

  def add(_, arguments):
    rows = arguments[0].reshape(-1, product.in_features)
    total.add_((rows.T @ rows).double())

  hook = product.register_forward_pre_hook(add)
  with torch.inference_mode():
    for _, tokens in batches:
      network(tokens)
  hook.remove()
  return total


def tensors() -> dict[str, torch.Tensor]:
  """The file's tensors: bytes and scales, positions in bfloat16, the rest in float32."""
  tokens = kept_tokens()
  state = source_state()
  name = "embeddings.word_embeddings.weight"
  state[name] = state[name][[index for index, _ in tokens]]
  result = {}
  words = [token for _, token in tokens]
  result[name], result[f"{name}.scale"] = quantized(state[name])
  exact = dict(state)
  state[name] = result[name] * result[f"{name}.scale"][:, None]
  result |= compensated_layers(state, words)
  for name, tensor in state.items():
    if name not in result and not is_unused(name):
      result[name] = tensor
  name = "embeddings.position_embeddings.weight"
  result[name] = state[name][:MAXIMUM_TOKENS].to(torch.bfloat16)
  result |= tuned(result, exact, words)
  vocabulary = "".join(f"{word}\n" for word in words).encode()
  result["vocabulary"] = torch.from_numpy(numpy.frombuffer(vocabulary, numpy.uint8).copy())
  return result


def metadata() -> dict[str, str]:
  """What tensor shapes don't say."""
  return {
      "format": "ramkit",
      "format_version": "1",
      "family": "bert-sentence-encoder",
      "name": "ram-nano-text",
      "attention_heads": "12",
      "maximum_tokens": str(MAXIMUM_TOKENS),
      "quantization": "int8-rows",
      "license": "apache-2.0",
      "source": SOURCE,
      "source_digest": SOURCE_DIGEST,
  }


# The file -----------------------------------------------------------------------------------------

ELEMENT_TYPES = {torch.float32: "F32", torch.bfloat16: "BF16", torch.int8: "I8", torch.uint8: "U8"}


def write_file(path: Path, tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
  """safetensors; the package of that name writes metadata in an order that changes."""
  order = list(ELEMENT_TYPES.values())
  names = sorted(tensors, key=lambda name: (order.index(ELEMENT_TYPES[tensors[name].dtype]), name))
  header, chunks, position = {"__metadata__": metadata}, [], 0
  for name in names:
    tensor = tensors[name].contiguous()
    data = tensor.view(torch.uint8).numpy().tobytes()
    header[name] = {"dtype": ELEMENT_TYPES[tensor.dtype], "shape": list(tensor.shape),
                    "data_offsets": [position, position + len(data)]}
    chunks.append(data)
    position += len(data)
  text = json.dumps(header, separators=(",", ":")).encode()
  text += b" " * (-(len(text) + 8) % 64)
  unfinished = path.with_suffix(".unfinished")
  unfinished.write_bytes(b"".join([len(text).to_bytes(8, "little"), text, *chunks]))
  unfinished.rename(path)


def dequantized(small: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
  """The weights that a file's tensors stand for, in float32."""
  return {name: tensor.float() * small[f"{name}.scale"][:, None]
          if f"{name}.scale" in small else tensor.float()
          for name, tensor in small.items() if not name.endswith((".scale", "vocabulary"))}


def restored(path: Path) -> tuple[dict[str, torch.Tensor], list[str]]:
  """The weights that a file stands for, and its vocabulary."""
  state = load_file(path)
  vocabulary = bytes(state["vocabulary"].numpy()).decode().split("\n")[:-1]
  return dequantized(state), vocabulary


def measure(path: Path, names: Path) -> None:
  texts = names.read_text(encoding="utf-8").splitlines()
  original = encode(source_state(), source_words(), texts)
  cosines = (original * encode(*restored(path), texts)).sum(1)
  order = cosines.argsort()
  print(f"{len(texts)} texts: cosine at least {cosines.min():.5f}, mean {cosines.mean():.5f}, "
        f"below .999: {int((cosines < 0.999).sum())}")
  print("lowest:", ", ".join(f"{texts[i]} {cosines[i]:.5f}" for i in order[:8]))


def golden(path: Path, output: Path) -> None:
  state, vocabulary = restored(path)
  official = tokenizer(vocabulary)
  texts = GOLDEN_TEXTS
  single = encode(state, vocabulary, texts)
  double = encode({name: tensor.double() for name, tensor in state.items()}, vocabulary, texts)
  print(f"float32 is off by at most {(single - double).abs().max():.1e}")
  write_file(output, {"embeddings": double.float()}, {
      "texts": json.dumps(texts, ensure_ascii=False),
      "tokens": json.dumps([official.encode(text).ids for text in texts])})


if __name__ == "__main__":
  match sys.argv[1:]:
    case ["write", output]:
      write_file(Path(output), tensors(), metadata())
    case ["measure", path, names]:
      measure(Path(path), Path(names))
    case ["golden", path, output]:
      golden(Path(path), Path(output))
    case _:
      sys.exit(__doc__)

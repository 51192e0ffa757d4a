#!/usr/bin/env python3
"""Writes what the official tokenizer and BERT class answer, over a small vocabulary and model.

    python make.py VOCAB    # vocab.txt of bert-base-uncased, which all-MiniLM-L6-v2 shares

Needs tokenizers 0.23.3, transformers 5.23.0, torch 2.15.0. The same versions give the same bytes.
"""

import hashlib
import json
import sys
from pathlib import Path

import torch
from tokenizers.implementations import BertWordPieceTokenizer
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from transformers import BertConfig, BertModel

HERE = Path(__file__).parent
ENCODER = HERE / "encoder"
MAXIMUM_TOKENS = 12
TEXTS = [
    "dog", "Espresso Machine", "a photo of a cat", "rubik's cube", "3D CG rendering", "",
    "  \t many   blanks\r\n\n", "café au lait", "nai\u0308ve", "ÀÉÎÕÜ ßẞ ﬁ ŉ İI ıǅ Ω Σας",
    "Việt Nam thần", "ё й Й", "火车站dog車", "日本語 sushi がぎぐ ﾊﾟ", "한국어", "हिन्दी नमस्ते", "ไทยแลนด์", "العَرَبِيَّة",
    "hot-air balloon (striped)", "C++ <a@b.c> $5 ~`^|=", "“quotes” – dash… ¿qué? «oui» ·", "٣٪ ؟",
    "émoji 😀👍🏽 sticker 👩‍👩‍👧", "zero\u200bwidth\u00adsoft\ufeffbom", "bell\x07nul\x00del\x7fnel\x85x",
    "nbsp\u00a0thin\u2009ideo\u3000x\u2028y", "replacement \ufffd private \ue000 x", "≠ ≮ ½ ² ℃ Å K",
    "[CLS] dog [SEP]", "x[MASK]y [UNK][PAD] [mask] [ SEP ]", "[unused1] ##ing ##", "ing playing",
    "antidisestablishmentarianism", "x" * 100, "x" * 101, "word " * 40, "é" * 101, "!" * 30,
    "\u0300\u0301", "a\u0323\u0302b\u1e69", "\U0001d400\U0001d7ce 𐐀 \U0001f1e9\U0001f1ea",
    "\u1b4e\u2e52 \u061d \u166d \U000111c9 \u1734 \U00011938", "tag,tag;tag", "O'Neill’s", "I\u0307",
]


def lines_digest(scalars: range) -> str:
  """Of a line a character: its number, and the words that it makes of itself between two letters."""
  normalizer = BertNormalizer(lowercase=True)
  words = BertPreTokenizer()
  digest = hashlib.sha256()
  for scalar in scalars:
    if 0xD800 <= scalar < 0xE000:
      continue
    found = words.pre_tokenize_str(normalizer.normalize_str(f"a{chr(scalar)}b"))
    text = "|".join(" ".join(f"{ord(character):x}" for character in word) for word, _ in found)
    digest.update(f"{scalar:x}:{text}\n".encode())
  return digest.hexdigest()


def character_blocks() -> dict[str, str]:
  """A digest a block, so that a difference has a place. The blocks between are ideographs, Hangul,
  or empty: their characters are all treated alike."""
  starts = [0, 0x1000, 0x2000, 0x3000, 0x4000, 0xA000, 0xD000, 0xF000, 0x10000, 0x11000, 0x16000,
            0x1D000, 0x1E000, 0x1F000, 0x2F000, 0xE0000]
  return {f"{start:x}": lines_digest(range(start, start + 0x1000)) for start in starts}


def small_vocabulary(path: Path) -> list[str]:
  """The tokens of all texts, and what spells other words, in the order of the large vocabulary."""
  tokens = path.read_text(encoding="utf-8").split("\n")[:-1]
  large = BertWordPieceTokenizer({token: i for i, token in enumerate(tokens)}, lowercase=True)
  used = {token for text in TEXTS for token in large.encode(text).tokens}
  spelling = {mark + chr(letter) for letter in range(ord("a"), ord("z") + 1) for mark in ("", "##")}
  special = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "##ing", "play"}
  return [token for token in tokens if token in used | spelling | special]


def tokenizer(vocabulary: list[str], limit: int):
  official = BertWordPieceTokenizer({token: i for i, token in enumerate(vocabulary)}, lowercase=True)
  official.enable_truncation(limit)
  return official


def write_json(path: Path, value) -> None:
  path.write_text(json.dumps(value, ensure_ascii=True, indent=0) + "\n", encoding="utf-8")


# The model ----------------------------------------------------------------------------------------


def model(vocabulary: list[str]) -> BertModel:
  torch.manual_seed(9)
  config = BertConfig(vocab_size=len(vocabulary), hidden_size=24, num_hidden_layers=2,
                      num_attention_heads=3, intermediate_size=40, max_position_embeddings=16)
  network = BertModel(config, add_pooling_layer=False).double().eval()
  with torch.no_grad():
    for name, tensor in network.named_parameters():
      tensor.normal_(0, 0.3 if tensor.dim() > 1 else 0.2)
      if name.endswith("LayerNorm.weight"):
        tensor += 1
      tensor.copy_(tensor.float())
  return network


def embeddings(network: BertModel, vocabulary: list[str]) -> torch.Tensor:
  official = tokenizer(vocabulary, MAXIMUM_TOKENS)
  dtype = next(network.parameters()).dtype
  with torch.inference_mode():
    rows = [network(torch.tensor([official.encode(text).ids])).last_hidden_state[0].mean(0)
            for text in TEXTS]
  return torch.nn.functional.normalize(torch.stack(rows).to(dtype), dim=1)


def in_bytes(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
  """Matrices but for the positions as signed bytes and a scale a row."""
  result = {}
  for name, tensor in state.items():
    tensor = tensor.float()
    if tensor.dim() == 2 and "position" not in name and "token_type" not in name:
      scale = tensor.abs().amax(1) / 127
      result[name] = torch.round(tensor / scale[:, None]).to(torch.int8)
      result[f"{name}.scale"] = scale
    else:
      result[name] = tensor
  return result


def restored(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
  return {name: tensor.float() * state[f"{name}.scale"][:, None]
          if f"{name}.scale" in state else tensor
          for name, tensor in state.items() if not name.endswith(".scale")}


TYPES = {torch.float64: "F64", torch.float32: "F32", torch.int8: "I8", torch.uint8: "U8"}


def write_tensors(path: Path, tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
  header = {"__metadata__": metadata} if metadata else {}
  chunks, position = [], 0
  for name, tensor in sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0])):
    data = tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes()
    header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape),
                    "data_offsets": [position, position + len(data)]}
    chunks.append(data)
    position += len(data)
  text = json.dumps(header, separators=(",", ":")).encode()
  text += b" " * (-len(text) % 8)
  path.write_bytes(b"".join([len(text).to_bytes(8, "little"), text, *chunks]))


def write_models(vocabulary: list[str]) -> None:
  text = "".join(f"{token}\n" for token in vocabulary)
  network = model(vocabulary)
  state = network.state_dict()
  double = embeddings(network, vocabulary)
  single = embeddings(network.float(), vocabulary)
  print(f"float32 is off by at most {(single - double).abs().max():.1e}")
  small = in_bytes(state)
  network.double().load_state_dict({name: t.double() for name, t in restored(small).items()})
  write_tensors(HERE / "embeddings.safetensors", {
      "float32": single, "float64": double, "int8": embeddings(network, vocabulary)}, {})

  ENCODER.mkdir(exist_ok=True)
  (ENCODER / "vocab.txt").write_text(text, encoding="utf-8", newline="\n")
  write_json(ENCODER / "config.json", {
      "num_attention_heads": 3, "hidden_act": "gelu", "layer_norm_eps": 1e-12})
  write_json(ENCODER / "sentence_bert_config.json", {"max_seq_length": MAXIMUM_TOKENS})
  write_tensors(ENCODER / "model.safetensors", {n: t.float() for n, t in state.items()}, {})
  small["vocabulary"] = torch.frombuffer(bytearray(text.encode()), dtype=torch.uint8)
  write_tensors(HERE / "encoder-int8.safetensors", small, {
      "format": "ramkit", "format_version": "1", "family": "bert-sentence-encoder",
      "attention_heads": "3", "maximum_tokens": str(MAXIMUM_TOKENS), "quantization": "int8-rows"})


def main(vocabulary_path: Path) -> None:
  vocabulary = small_vocabulary(vocabulary_path)
  write_json(HERE / "characters.json", character_blocks())
  write_json(HERE / "tokens.json", [
      {"text": text, "limit": limit, "tokens": tokenizer(vocabulary, limit).encode(text).ids}
      for limit in (512, MAXIMUM_TOKENS) for text in TEXTS])
  write_models(vocabulary)


if __name__ == "__main__":
  if len(sys.argv) != 2:
    sys.exit(__doc__)
  main(Path(sys.argv[1]))

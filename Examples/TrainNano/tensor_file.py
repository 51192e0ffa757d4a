"""Writes safetensors files whose bytes depend on nothing but their content.

The safetensors package writes metadata in an order that changes from run to run.
"""

import json
import sys
from pathlib import Path

import torch

ELEMENT_TYPES = {torch.float16: "F16", torch.float32: "F32", torch.float64: "F64"}
ALIGNMENT = 64


def write_tensors(path: Path, tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
  """Tensors follow each other in the order given, without gaps, as the format demands."""
  if sys.byteorder != "little":
    raise SystemExit("safetensors files are little-endian; run this on such a machine")
  header = {"__metadata__": metadata}
  chunks = []
  position = 0
  for name, tensor in tensors.items():
    data = tensor.contiguous().view(torch.uint8).numpy().tobytes()
    header[name] = {
        "dtype": ELEMENT_TYPES[tensor.dtype],
        "shape": list(tensor.shape),
        "data_offsets": [position, position + len(data)],
    }
    chunks.append(data)
    position += len(data)
  text = json.dumps(header, separators=(",", ":")).encode()
  text += b" " * (-(len(text) + 8) % ALIGNMENT)
  path.write_bytes(b"".join([len(text).to_bytes(8, "little"), text, *chunks]))

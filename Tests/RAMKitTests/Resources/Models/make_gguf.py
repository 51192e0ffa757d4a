"""Writes gguf/: models of each family as recognize-anything-ggml writes them, and what they answer.

    python make_gguf.py

Needs gguf, torch, safetensors and pillow 11. Weights and answers are those of reference.py; the answers
are those of the rounded weights, as the PyPI package gguf itself reads them back.
"""

from pathlib import Path

import gguf
import torch
from safetensors.torch import save_file

from reference import PHOTOS, logits, random_model

HERE = Path(__file__).parent
SIZE = 64
SIZES = dict(embed=16, depths=[2, 1], heads=[2, 4], window=4, size=SIZE, hidden=32, feed_forward=64)
NAMES = ["dog", "cat", "caf\u00e9", "cat", "tree", "sky", "sea"]
THRESHOLDS = [0.65, 0.8, 1.0, 0.45, 0.68, 0.7, 0.5]

# family: what random_model takes, the type of matrices that are cut into blocks (None: float16), and
# prefixes of names that are not.
MODELS = {
    "ram": (dict(seed=21), gguf.GGMLQuantizationType.Q8_0, ("tagging_head.", "image_proj.")),
    "ram_plus": (dict(seed=22, descriptions=3), gguf.GGMLQuantizationType.Q8_0, ()),
    "tag2text": (dict(seed=23, is_tag2text=True), None, ()),
}


def with_leftovers(weights):
    """Both names of tied tensors, and a mask, whatever it says: PyTorch's buffers stay in the files."""
    for name in list(weights):
        if name.startswith("tagging_head."):
            weights[name.replace("tagging_head", "tag_encoder")] = weights[name]
    windows = (SIZE // 4 // SIZES["window"]) ** 2
    weights["visual_encoder.layers.0.blocks.1.attn_mask"] = torch.full((windows, 16, 16), -100.0)
    return weights


def stored(name, tensor, type, exempt):
    """A tensor's bytes in the file, their type, and the numbers that they stand for."""
    is_buffer = any(part in name for part in ("attn_mask", "relative_position", "label_embed"))
    is_exempt = is_buffer or any(name.startswith(prefix) for prefix in exempt)
    if type and tensor.dim() == 2 and tensor.shape[1] % 32 == 0 and not is_exempt:
        raw = gguf.quantize(tensor.numpy(), type)
        return raw, type, torch.from_numpy(gguf.dequantize(raw, type).reshape(tensor.shape))
    half = tensor.to(torch.float16)
    return half.numpy(), None, half.float()


def write(family, weights, type, exempt):
    writer = gguf.GGUFWriter(HERE / "gguf" / f"{family}.gguf", family)
    writer.add_name(family)
    writer.add_array("ram.tag_list", NAMES)
    writer.add_array("ram.tag_thresholds", [max(0.0, x - 0.0005) for x in THRESHOLDS])
    if family == "tag2text":
        writer.add_array("ram.official_tag_thresholds", THRESHOLDS)
        writer.add_array("ram.delete_tag_indices", [2, 5])
        writer.add_array("ram.bert_vocab", ["[PAD]", "[unused0]", "##s"])
    writer.add_uint32("ram.tag_count", len(NAMES))
    writer.add_uint32("ram.input_size", SIZE)
    numbers = {}
    for name, tensor in weights.items():
        raw, raw_type, numbers[name] = stored(name, tensor, type, exempt)
        writer.add_tensor(f"{family}.{name}", raw, raw_dtype=raw_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return numbers


def main():
    torch.set_num_threads(1)
    (HERE / "gguf").mkdir(exist_ok=True)
    out = {}
    for family, (sizes, type, exempt) in MODELS.items():
        weights = with_leftovers(random_model(labels=len(NAMES), **SIZES, **sizes))
        numbers = write(family, weights, type, exempt)
        for dtype in (torch.float64, torch.float32):
            key = f"{family}/{str(dtype).removeprefix('torch.')}"
            out[key] = logits(numbers, PHOTOS / "coffee.jpg", SIZE, dtype, len(NAMES))
        exact = logits(weights, PHOTOS / "coffee.jpg", SIZE, torch.float64, len(NAMES))
        print(family, "rounding", float((out[f"{family}/float64"] - exact).abs().max()),
              "float32", float((out[f"{family}/float32"] - out[f"{family}/float64"]).abs().max()))
    save_file(out, HERE / "gguf" / "logits.safetensors")


if __name__ == "__main__":
    main()

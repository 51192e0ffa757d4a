"""RAM in float64, written anew from the paper and the facts in README.md, for sizes that the official
golden data does not cover. It computes with index arithmetic where the official code rolls and
partitions, so the two can't share a mistake.

    python reference.py ram          # checks itself against the official logits in ram/
    python reference.py window7      # writes window7/model.safetensors and window7/logits.safetensors

Needs torch, safetensors and pillow 11.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

HERE = Path(__file__).parent
PHOTOS = HERE.parent / "Images" / "photos"


def layer_norm(x, w, name, eps):
    return torch.nn.functional.layer_norm(
        x, x.shape[-1:], w[f"{name}.weight"], w[f"{name}.bias"], eps)


def linear(x, w, name):
    return x @ w[f"{name}.weight"].T + w.get(f"{name}.bias", 0.0)


def gelu(x):
    return x * 0.5 * (1 + torch.erf(x / 2**0.5))


def window_attention(qkv, table, side, window, shift, heads):
    """Attention among tokens whose shifted positions share a window; -100 across the map's seam."""
    width = qkv.shape[1] // 3
    q, k, v = qkv.view(side * side, 3, heads, width // heads).unbind(1)
    out = torch.zeros(side * side, heads, width // heads, dtype=qkv.dtype)
    position = torch.arange(side)
    shifted = (position - shift) % side  # where a row or column of the map lies once rolled
    region = (shifted >= side - window).long() + (shifted >= side - max(shift, 0)).long()
    for top in range(0, side, window):
        for left in range(0, side, window):
            rows = position[(shifted >= top) & (shifted < top + window)]
            columns = position[(shifted >= left) & (shifted < left + window)]
            rows = rows[torch.argsort(shifted[rows])]
            columns = columns[torch.argsort(shifted[columns])]
            r = rows.repeat_interleave(window)
            c = columns.repeat(window)
            token = r * side + c
            dr = shifted[r][:, None] - shifted[r][None, :] + window - 1
            dc = shifted[c][:, None] - shifted[c][None, :] + window - 1
            bias = table[dr * (2 * window - 1) + dc].permute(2, 0, 1)
            scores = torch.einsum("ihd,jhd->hij", q[token], k[token])
            scores = scores / (width // heads) ** 0.5 + bias
            if shift:
                same = (region[r][:, None] == region[r][None, :])
                same &= region[c][:, None] == region[c][None, :]
                scores = scores + (~same).to(scores.dtype) * -100.0
            out[token] = torch.einsum("hij,jhd->ihd", scores.softmax(-1), v[token])
    return out.reshape(side * side, width)


def swin(x, w, size):
    patch = w["visual_encoder.patch_embed.proj.weight"]
    side = size // patch.shape[-1]
    x = torch.nn.functional.conv2d(
        x[None], patch, w["visual_encoder.patch_embed.proj.bias"], stride=patch.shape[-1])
    x = layer_norm(x[0].flatten(1).T, w, "visual_encoder.patch_embed.norm", 1e-5)
    stage = 0
    while f"visual_encoder.layers.{stage}.blocks.0.norm1.weight" in w:
        block = 0
        while f"visual_encoder.layers.{stage}.blocks.{block}.norm1.weight" in w:
            name = f"visual_encoder.layers.{stage}.blocks.{block}"
            table = w[f"{name}.attn.relative_position_bias_table"]
            window = (int(table.shape[0] ** 0.5) + 1) // 2
            shift = window // 2 if block % 2 and side > window else 0
            qkv = linear(layer_norm(x, w, f"{name}.norm1", 1e-5), w, f"{name}.attn.qkv")
            attended = window_attention(qkv, table, side, window, shift, table.shape[1])
            x = x + linear(attended, w, f"{name}.attn.proj")
            hidden = gelu(linear(layer_norm(x, w, f"{name}.norm2", 1e-5), w, f"{name}.mlp.fc1"))
            x = x + linear(hidden, w, f"{name}.mlp.fc2")
            block += 1
        down = f"visual_encoder.layers.{stage}.downsample"
        if f"{down}.reduction.weight" in w:
            grid = x.view(side, side, -1)
            quarters = [grid[r::2, c::2] for c in (0, 1) for r in (0, 1)]
            x = torch.cat(quarters, -1).flatten(0, 1)
            x = linear(layer_norm(x, w, f"{down}.norm", 1e-5), w, f"{down}.reduction")
            side //= 2
        stage += 1
    x = layer_norm(x, w, "visual_encoder.norm", 1e-5)
    return torch.cat([x.mean(0, keepdim=True), x])


def decoder(states, memory, w, heads=4):
    layer = 0
    while True:
        own, tied = (f"{stem}.encoder.layer.{layer}" for stem in ("tagging_head", "tag_encoder"))
        name = own if f"{own}.intermediate.dense.weight" in w else tied
        if layer == 2 and name == tied or f"{name}.crossattention.self.key.weight" not in w:
            return states
        split = lambda x: x.view(x.shape[0], heads, -1)
        q, k, v = (
            split(linear(x, w, f"{name}.crossattention.self.{part}"))
            for part, x in (("query", states), ("key", memory), ("value", memory)))
        scores = torch.einsum("ihd,jhd->hij", q, k) / q.shape[-1] ** 0.5
        context = torch.einsum("hij,jhd->ihd", scores.softmax(-1), v).flatten(1)
        states = layer_norm(
            linear(context, w, f"{name}.crossattention.output.dense") + states, w,
            f"{name}.crossattention.output.LayerNorm", 1e-12)
        hidden = gelu(linear(states, w, f"{name}.intermediate.dense"))
        states = layer_norm(
            linear(hidden, w, f"{name}.output.dense") + states, w, f"{name}.output.LayerNorm", 1e-12)
        layer += 1


def logits(w, photo, size, dtype):
    w = {k: v.to(dtype) if v.is_floating_point() else v for k, v in w.items()}
    image = Image.open(photo).convert("RGB").resize((size, size), Image.BILINEAR)
    x = torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255
    mean, std = (torch.tensor(v)[:, None, None] for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    tokens = swin(((x - mean) / std).to(dtype), w, size)
    states = torch.relu(linear(w["label_embed"], w, "wordvec_proj"))
    return linear(decoder(states, linear(tokens, w, "image_proj"), w), w, "fc")[:, 0]


def random_model(seed, embed, depths, heads, window, size, labels, hidden, feed_forward, text=32):
    """Weights large enough that every layer, bias and mask moves the logits; buffers left in."""
    g = torch.Generator().manual_seed(seed)
    w = {}

    def put(name, *shape, scale=1.0, around=0.0):
        w[name] = around + scale * torch.randn(*shape, generator=g)

    def put_linear(name, outputs, inputs, bias=True):
        put(f"{name}.weight", outputs, inputs, scale=1.2 / inputs**0.5)
        if bias:
            put(f"{name}.bias", outputs, scale=0.2)

    def put_norm(name, width):
        put(f"{name}.weight", width, scale=0.2, around=1.0)
        put(f"{name}.bias", width, scale=0.2)

    v = "visual_encoder"
    put(f"{v}.patch_embed.proj.weight", embed, 3, 4, 4, scale=0.15)
    put(f"{v}.patch_embed.proj.bias", embed, scale=0.2)
    put_norm(f"{v}.patch_embed.norm", embed)
    side, width = size // 4, embed
    for stage, (depth, count) in enumerate(zip(depths, heads)):
        for block in range(depth):
            name = f"{v}.layers.{stage}.blocks.{block}"
            put_norm(f"{name}.norm1", width)
            put_linear(f"{name}.attn.qkv", 3 * width, width)
            put(f"{name}.attn.relative_position_bias_table", (2 * window - 1) ** 2, count)
            put_linear(f"{name}.attn.proj", width, width)
            put_norm(f"{name}.norm2", width)
            put_linear(f"{name}.mlp.fc1", 4 * width, width)
            put_linear(f"{name}.mlp.fc2", width, 4 * width)
            w[f"{name}.attn.relative_position_index"] = torch.zeros(window**2, window**2).long()
            if block % 2 and side > window and stage > 1:
                w[f"{name}.attn_mask"] = torch.zeros((side // window) ** 2, window**2, window**2)
        if stage < len(depths) - 1:
            put_norm(f"{v}.layers.{stage}.downsample.norm", 4 * width)
            put_linear(f"{v}.layers.{stage}.downsample.reduction", 2 * width, 4 * width, bias=False)
            side, width = side // 2, 2 * width
    put_norm(f"{v}.norm", width)
    put_linear("image_proj", text, width)
    put("label_embed", labels, text, scale=2.0)
    put_linear("wordvec_proj", hidden, text)
    for layer in range(2):
        name = f"tagging_head.encoder.layer.{layer}"
        put_linear(f"{name}.crossattention.self.query", hidden, hidden)
        put_linear(f"{name}.crossattention.self.key", hidden, text)
        put_linear(f"{name}.crossattention.self.value", hidden, text)
        put_linear(f"{name}.crossattention.output.dense", hidden, hidden)
        put_norm(f"{name}.crossattention.output.LayerNorm", hidden)
        put_linear(f"{name}.intermediate.dense", feed_forward, hidden)
        put_linear(f"{name}.output.dense", hidden, feed_forward)
        put_norm(f"{name}.output.LayerNorm", hidden)
    put_linear("fc", 1, hidden)
    return w


def main():
    torch.set_num_threads(1)
    if sys.argv[1] == "ram":
        w = load_file(HERE / "ram" / "model.safetensors")
        golden = load_file(HERE / "ram" / "logits.safetensors")
        for photo in ("coffee.jpg", "camera_grey.png"):
            ours = logits(w, PHOTOS / photo, 384, torch.float64)
            print(photo, float((ours - golden[f"{photo}/float64"]).abs().max()))
        return
    folder = HERE / "window7"
    folder.mkdir(exist_ok=True)
    w = random_model(
        7, embed=10, depths=[1, 2, 3, 2], heads=[1, 2, 5, 4], window=7, size=224, labels=37,
        hidden=20, feed_forward=52)
    save_file(w, folder / "model.safetensors")
    out = {}
    for photo in ("coffee.jpg", "hopper_alpha.png"):
        for dtype in (torch.float64, torch.float32):
            name = f"{photo}/{str(dtype).removeprefix('torch.')}"
            out[name] = logits(w, PHOTOS / photo, 224, dtype)
        print(photo, float((out[f"{photo}/float32"] - out[f"{photo}/float64"]).abs().max()),
              float(out[f"{photo}/float64"].std()))
    save_file(out, folder / "logits.safetensors")


if __name__ == "__main__":
    main()

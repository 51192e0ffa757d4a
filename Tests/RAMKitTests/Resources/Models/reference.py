"""RAM, RAM++ and Tag2Text in float64, written anew from the papers and the facts in README.md, for sizes
that the official golden data does not cover. It computes with index arithmetic where the official code
rolls and partitions, so the two can't share a mistake.

    python reference.py check          # checks itself against the official logits in ram/, ram_plus/, tag2text/
    python reference.py window7        # writes window7/model.safetensors and window7/logits.safetensors
    python reference.py ram_plus_d3    # likewise; and tag2text_small

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


def reweighted(descriptions, image, scale, labels):
    """Each label's descriptions, weighted by their likeness to the photo's mean token."""
    groups = descriptions.view(labels, -1, descriptions.shape[-1])
    likeness = torch.exp(scale) * torch.einsum("lde,e->ld", groups, image / image.norm())
    return torch.einsum("ld,lde->le", likeness.softmax(-1), groups)


def logits(w, photo, size, dtype, labels=None, heads=4):
    w = {k: v.to(dtype) if v.is_floating_point() else v for k, v in w.items()}
    w = {k.replace("vision_multi", "tagging_head"): v for k, v in w.items()}
    image = Image.open(photo).convert("RGB").resize((size, size), Image.BILINEAR)
    x = torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255
    mean, std = (torch.tensor(v)[:, None, None] for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    tokens = swin(((x - mean) / std).to(dtype), w, size)
    if "label_embed.weight" in w:
        states = decoder(w["label_embed.weight"], tokens, w, heads)
        return torch.einsum("ld,ld->l", w["fc.W"][0], states) + w["fc.b"][0]
    memory = linear(tokens, w, "image_proj")
    queries = w["label_embed"]
    if "reweight_scale" in w:
        queries = reweighted(queries, memory[0], w["reweight_scale"], labels)
    if "wordvec_proj.weight" in w:
        queries = linear(queries, w, "wordvec_proj")
    return linear(decoder(torch.relu(queries), memory, w, heads), w, "fc")[:, 0]


def random_model(
        seed, embed, depths, heads, window, size, labels, hidden, feed_forward, text=32,
        descriptions=None, is_tag2text=False, head="tagging_head"):
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
    if is_tag2text:
        text = width
        put("label_embed.weight", labels, hidden)
    else:
        put_linear("image_proj", text, width)
        put("label_embed", labels * (descriptions or 1), text, scale=2.0)
    if descriptions:
        w["reweight_scale"] = torch.tensor(0.4)
    if not is_tag2text and text != hidden:
        put_linear("wordvec_proj", hidden, text)
    for layer in range(2):
        name = f"{head}.encoder.layer.{layer}"
        put_linear(f"{name}.crossattention.self.query", hidden, hidden)
        put_linear(f"{name}.crossattention.self.key", hidden, text)
        put_linear(f"{name}.crossattention.self.value", hidden, text)
        put_linear(f"{name}.crossattention.output.dense", hidden, hidden)
        put_norm(f"{name}.crossattention.output.LayerNorm", hidden)
        put_linear(f"{name}.intermediate.dense", feed_forward, hidden)
        put_linear(f"{name}.output.dense", hidden, feed_forward)
        put_norm(f"{name}.output.LayerNorm", hidden)
    if is_tag2text:
        put("fc.W", 1, labels, hidden, scale=1.2 / hidden**0.5)
        put("fc.b", 1, labels, scale=0.2)
        w["text_decoder.bert.embeddings.position_ids"] = torch.arange(4)[None]
    else:
        put_linear("fc", 1, hidden)
    return w


# name: photo's side, labels, and what random_model takes
MODELS = {
    "window7": (224, 37, dict(
        seed=7, embed=10, depths=[1, 2, 3, 2], heads=[1, 2, 5, 4], window=7, hidden=20,
        feed_forward=52)),
    "ram_plus_d3": (80, 11, dict(
        seed=3, embed=6, depths=[1, 2, 2], heads=[1, 2, 3], window=5, hidden=24, feed_forward=40,
        text=24, descriptions=3)),
    "tag2text_small": (64, 23, dict(
        seed=5, embed=8, depths=[2, 1, 2], heads=[2, 4, 2], window=4, hidden=12, feed_forward=28,
        is_tag2text=True, head="vision_multi")),
}


def check():
    for name, labels, heads in (("ram", None, 4), ("ram_plus", 16, 4), ("tag2text", None, 2)):
        if (HERE / name / "model.safetensors").exists():
            w = load_file(HERE / name / "model.safetensors")
        else:
            w = torch.load(HERE / name / "model.pth", weights_only=True)["model"]
        golden = load_file(HERE / name / "logits.safetensors")
        for photo in ("coffee.jpg", "camera_grey.png"):
            ours = logits(w, PHOTOS / photo, 384, torch.float64, labels, heads)
            print(name, photo, float((ours - golden[f"{photo}/float64"]).abs().max()))


def main(name):
    torch.set_num_threads(1)
    if name == "check":
        return check()
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    size, labels, sizes = MODELS[name]
    w = random_model(size=size, labels=labels, **sizes)
    save_file(w, folder / "model.safetensors")
    out = {}
    for photo in ("coffee.jpg", "hopper_alpha.png"):
        for dtype in (torch.float64, torch.float32):
            key = f"{photo}/{str(dtype).removeprefix('torch.')}"
            out[key] = logits(w, PHOTOS / photo, size, dtype, labels)
        print(photo, float((out[f"{photo}/float32"] - out[f"{photo}/float64"]).abs().max()),
              float(out[f"{photo}/float64"].std()))
    save_file(out, folder / "logits.safetensors")


if __name__ == "__main__":
    main(sys.argv[1])

"""Writes the seeds of the fuzzers, into a folder each: python3 make.py"""

import json
import pickletools
import struct
import zipfile
from pathlib import Path

here = Path(__file__).parent


def write(path, content):
    target = here / path
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(content if isinstance(content, bytes) else content.encode())


# Pickles. The fuzzer puts them beside storages 0 to 7 of 4, 8, ... 512 bytes.

def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def integer(value):
    return b"\x8a\x08" + struct.pack("<q", value)


def numbers(values):
    return b"(" + b"".join(map(integer, values)) + b"t"


def tensor(key, count, shape, strides, kind="FloatStorage", offset=0):
    storage = (b"(" + text("storage") + f"ctorch\n{kind}\n".encode() + text(str(key))
               + text("cpu") + integer(count) + b"tQ")
    return (b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + integer(offset)
            + numbers(shape) + numbers(strides) + b"\x89NtR")


def dictionary(members):
    return b"\x80\x02}" + b"".join(text(k) + v + b"s" for k, v in members.items()) + b"."


def write_pickles():
    floats = tensor(3, 8, [2, 4], [4, 1])
    write("pickle/contiguous", dictionary({"a": floats}))
    write("pickle/transposed", dictionary({"a": tensor(4, 16, [4, 4], [1, 4])}))
    write("pickle/view", dictionary({"a": tensor(7, 128, [3, 5], [7, 2], offset=9)}))
    write("pickle/expanded", dictionary({"a": tensor(0, 1, [5, 3], [0, 0])}))
    write("pickle/half", dictionary({"a": tensor(2, 8, [8], [1], kind="HalfStorage")}))
    write("pickle/two", dictionary({"a": floats, "b": tensor(1, 1, [], [], kind="LongStorage")}))
    inner = dictionary({"module.a": floats})[2:-1]
    write("pickle/state", dictionary({"state_dict": inner, "epoch": integer(3)}))
    for name in ["parameters", "protocol4", "training2", "training4"]:
        with zipfile.ZipFile(here / f"../Checkpoints/{name}.pth") as archive:
            entry = next(n for n in archive.namelist() if n.endswith("/data.pkl"))
            write(f"pickle/{name}", pickletools.optimize(archive.read(entry)))


# Names and sizes of models.

def swin():
    width = 4
    yield "visual_encoder.patch_embed.proj.weight", [width, 3, 4, 4]
    for stage, heads in enumerate([1, 2]):
        block = f"visual_encoder.layers.{stage}.blocks.0"
        yield f"{block}.attn.qkv.weight", [3 * width, width]
        yield f"{block}.attn.relative_position_bias_table", [49, heads]
        yield f"{block}.mlp.fc1.weight", [4 * width, width]
        width *= 2
    yield "visual_encoder.layers.0.blocks.1.attn_mask", [4, 16, 16]


def ram():
    yield from swin()
    yield from decoder()


def decoder():
    yield "label_embed", [5, 6]
    head = "tagging_head.encoder.layer.0"
    yield f"{head}.crossattention.self.query.weight", [8, 8]
    yield f"{head}.crossattention.self.key.weight", [8, 6]
    yield f"{head}.intermediate.dense.weight", [12, 8]
    yield "wordvec_proj.weight", [8, 6]
    yield "fc.weight", [1, 8]


def nano():
    yield "visual_encoder.stem.weight", [8, 27]
    yield "visual_encoder.blocks.0.depthwise.weight", [3, 3, 8]
    yield "visual_encoder.blocks.0.project.weight", [8, 8]
    yield "visual_encoder.blocks.1.expand.weight", [48, 8]
    yield "visual_encoder.blocks.1.depthwise.weight", [5, 5, 48]
    yield "visual_encoder.blocks.1.project.weight", [16, 48]
    yield "visual_encoder.head.weight", [32, 16]
    yield from decoder()


def shapes(tensors, **metadata):
    lines = [f"={key} {value}" for key, value in metadata.items()]
    return "\n".join(lines + [" ".join(map(str, [name, *sizes])) for name, sizes in tensors])


def write_shapes():
    write("shapes/ram", shapes(ram()))
    write("shapes/huge", shapes((n, [2**31 - 4 if s == 8 else s for s in sizes])
                                for n, sizes in ram()))
    write("shapes/nano", shapes(
        nano(), family="ram_nano", padding="same", activation="relu6", pixel_mean=127,
        pixel_std=128, image_size=64, stem_stride=2, block_strides="1,2"))
    write("shapes/plus", shapes([*ram(), ("reweight_scale", [])]))
    write("shapes/tag2text", shapes([*swin(), ("label_embed.weight", [5, 8])]))


# Safetensors with a matrix [3, 2] and one [9, 1, 2] as the portable kernels read them, in layout 3.

def prepared(outputs, inputs):
    panels = (outputs + 7) // 8 * inputs * 8
    header = struct.pack("<8s6I3Q8x", b"RAMKMTRX", 3, 0, 8, 1, 4, 0, outputs, inputs, 64 + 4 * panels)
    return header + struct.pack(f"<{panels}f", *range(panels))


def safetensors(tensors, metadata):
    header, offset = {"__metadata__": metadata}, 0
    for name, content in tensors.items():
        header[name] = {"dtype": "U8", "shape": [len(content)],
                        "data_offsets": [offset, offset + len(content)]}
        offset += len(content)
    text = json.dumps(header, separators=(",", ":"))
    text += " " * (-(8 + len(text)) % 64)
    return struct.pack("<Q", len(text)) + text.encode() + b"".join(tensors.values())


def write_prepared():
    shapes = {"a": [3, 2], "b": [9, 1, 2]}
    description = {
        "layouts": [{"precision": "float32", "implementation": "generic", "digest": "0"}],
        "tensors": {name: {"shape": shape, "precision": "float32"} for name, shape in shapes.items()}}
    metadata = {"format": "ramkit", "format_version": "2", "precision": "float32",
                "prepared": json.dumps(description, separators=(",", ":"))}
    write("safetensors/prepared", safetensors(
        {"a.prepared": prepared(3, 2), "b.prepared": prepared(9, 2)}, metadata))


# Text.

def write_text():
    write("labels/all", """{"format": "ramkit-label-set", "version": 1, "name": "pets", "source": "ours",
 "identity": "index", "labels": [{"name": "dog", "threshold": 0.68, "localizedNames": {"zh": "狗"},
 "kind": "object", "parents": ["animal"], "aliases": ["puppy", "\\u0130"]}, {"name": "dog", "threshold": 1}]}""")
    write("labels/least",
          '{"format":"ramkit-label-set","version":1,"name":"","labels":[{"name":"a","threshold":0}]}')
    write("names/lines", "dog\r\ncat\x0bbird\x85\u2028\u2029fish\n")
    write("names/mark", "\ufeffespresso machine\n狗\n")
    write("thresholds/lines", "0.68\n 1e-3 \r\n+1\n.5\n0\n1.\n\t0.71\n")
    write("vocabulary/words", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ndog\n##s\ncaf\n##e\n火\n!\n##\na\n\0"
          "Dogs! Café火[MASK] a\u0300\t\u200bunknownword 👍")
    write("vocabulary/twice", "[UNK]\r\n[CLS]\r\n[SEP]\r\nx\r\nx\r\n")
    write("annotations/upstream", "validation/0001,dog,ball\r\nvalidation/0002\n\nb.png, animal ,,\n")
    write("annotations/lines", """{"vocabulary": "pets", "labels": ["dog", "cat"]}
{"path": "a.jpg", "tags": ["dog"], "absent": ["cat"], "complete": false}
{"path": "b.jpg", "tags": [], "complete": ["dog"], "vocabularies": ["pets"]}
{"path": "c.jpg", "answers": {"pets": "dog"}}
{"path": "d.jpg", "tags": ["\\u0064og"]}
""")
    write("json-lines/all", '\ufeffa.jpg\n{"path": "b.jpg", "id": 7}\r\n\n  "c \\"d\\".jpg"\n'
          '{"id": {"a": [1, "}"]}, "path": "e"}\n{"path": 1}\n{"path":"","id":-1.5e9}')
    write("json-lines/commas", '{"path": "a",}\n{"path": "b", "id": [1,]}\n{"path": "c", "id": -1.}')
    write("json-lines/wide", '{"path": "a"}'.encode("utf-16-le"))


def write_exif():
    for order, name in (("<", "intel"), (">", "motorola")):
        entries = struct.pack(order + "HHIHH", 0x0112, 3, 1, 6, 0)
        first = struct.pack(order + "HHII", 0x0100, 4, 1, 640)
        write(f"exif/{name}", (b"II" if order == "<" else b"MM")
              + struct.pack(order + "HIH", 42, 8, 2) + first + entries + bytes(4))


write_pickles()
write_shapes()
write_prepared()
write_text()
write_exif()

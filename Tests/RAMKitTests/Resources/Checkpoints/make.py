"""Writes the small checkpoints of this folder, and tensors.json with what is in them.

    python make.py FOLDER

Run with torch 2.15.0, safetensors 0.8.0, gguf 0.19.0 and NumPy 2; other versions give the same tensors.
"""

import argparse
import collections
import json
import sys
import zipfile
from pathlib import Path

import gguf
import numpy
import torch
from safetensors.torch import save_file

folder = Path(sys.argv[1])
expected = {}


def numbers(*shape, dtype=torch.float32):
    count = int(numpy.prod(shape))
    values = (torch.arange(count, dtype=torch.float64) * 37 % 101 - 50) / 8
    return values.to(dtype).reshape(shape)


def describe(tensors):
    facts = {}
    for name, tensor in tensors.items():
        data = tensor.detach().contiguous()
        raw = data.flatten().view(torch.uint8).numpy().tobytes() if data.numel() else b""
        facts[name] = {
            "dtype": str(tensor.dtype).removeprefix("torch."),
            "shape": list(tensor.shape),
            "bytes": raw.hex(),
        }
    return facts


def save(file, saved, tensors, **options):
    torch.save(saved, folder / file, **options)
    expected[file] = describe(tensors)


kinds = {
    "float64": numbers(2, 3, dtype=torch.float64),
    "float32": numbers(5, 3),
    "float16": numbers(3, 3, dtype=torch.float16),
    "bfloat16": numbers(7, dtype=torch.bfloat16),
    "int64": torch.tensor([[-1, 2**40], [3, -(2**63)]]),
    "int32": numbers(4, dtype=torch.int32),
    "int16": numbers(4, dtype=torch.int16),
    "int8": numbers(4, dtype=torch.int8),
    "uint8": torch.arange(5, dtype=torch.uint8),
    "bool": torch.tensor([True, False, True]),
    "scalar": torch.tensor(2.5),
    "empty": torch.zeros(0, 4),
}
base = numbers(6, 8)
views = {
    "whole": base,
    "transposed": base.t(),
    "slice": base[1:5, 2:7],
    "every_other": base[::2, ::3],
    "row": base[3],
    "column": base[:, 5],
    "permuted": numbers(2, 3, 4).permute(2, 0, 1),
    "expanded": numbers(3, 1).expand(3, 4),
    "empty_slice": base[6:, :],
}
save("views.pth", {"state_dict": views}, views)

# The same, as a zip program would pack it again.
with zipfile.ZipFile(folder / "views.pth") as stored:
    with zipfile.ZipFile(folder / "deflated.pth", "w", zipfile.ZIP_DEFLATED) as deflated:
        for name in stored.namelist():
            deflated.writestr(name, stored.read(name))
expected["deflated.pth"] = expected["views.pth"]

state = collections.OrderedDict(weight=numbers(4, 4), bias=numbers(4))
state._metadata = collections.OrderedDict([("", {"version": 1})])

save("kinds.pth", kinds, kinds)
for protocol in (2, 3, 4, 5):
    save(f"protocol{protocol}.pth", state, state, pickle_protocol=protocol)

model = torch.nn.Linear(4, 4)
with torch.no_grad():
    model.weight.copy_(state["weight"])
    model.bias.copy_(state["bias"])
optimizer = torch.optim.AdamW(model.parameters())
model(numbers(2, 4)).sum().backward()
optimizer.step()
training = {
    "model": {"module." + name: value for name, value in model.state_dict().items()},
    "optimizer": optimizer.state_dict(),
    "epoch": 3,
    "best": numpy.float64(0.25),
    "history": numpy.arange(3.0),
    "args": argparse.Namespace(lr=1e-4, tags={"a"}, output=Path("out"), device=torch.device("cpu")),
    "config": {"image_size": 384, "big": 2**80, "bytes": b"\x00\xff", "none": None, "pair": (1, 2.5)},
    "by_name": collections.defaultdict(list, a=[1]),
}
for protocol in (2, 4):
    save(f"training{protocol}.pth", training, model.state_dict(), pickle_protocol=protocol)
save("parameters.pth", dict(model.named_parameters()), dict(model.named_parameters()))
save("lone.pth", numbers(3, 2), {"tensor": numbers(3, 2)})
unreadable = {
    "ok": numbers(2),
    "complex": torch.zeros(2, dtype=torch.complex64),
    "unsigned": torch.zeros(3, dtype=torch.uint16),
}
save("unreadable.pth", unreadable, {"ok": numbers(2)})

save_file(kinds, folder / "kinds.safetensors", metadata={"format": "pt"})
expected["kinds.safetensors"] = describe(kinds)
names = {'a "quoted" \\ name\n\u00e9\U0001f600\x01/\x7f': numbers(3)}
save_file(names, folder / "names.safetensors", metadata={"k\t\u00fc": "v\r\"\x1f"})
expected["names.safetensors"] = describe(names)



def write_gguf(file, architecture, tensors, quantised):
    """Every type of ours, one that is none, and values of every type in front."""
    types = gguf.GGMLQuantizationType
    writer = gguf.GGUFWriter(folder / file, architecture)
    writer.add_name("every kind")
    writer.add_uint8("test.uint8", 200)
    writer.add_int8("test.int8", -100)
    writer.add_uint16("test.uint16", 60000)
    writer.add_int16("test.int16", -30000)
    writer.add_uint32("test.uint32", 4000000000)
    writer.add_int32("test.int32", -2000000000)
    writer.add_uint64("test.uint64", 2**62)
    writer.add_int64("test.int64", -(2**62))
    writer.add_float32("test.float32", 0.65)
    writer.add_float64("test.float64", 0.65)
    writer.add_bool("test.bool", True)
    writer.add_string("test.string", "\u72d7 \U0001f600")
    writer.add_array("test.strings", ["dog", "", "caf\u00e9"])
    writer.add_array("test.floats", [0.65, 1.0])
    writer.add_array("test.integers", [3, -4, 5])
    facts = {}
    for name, tensor in tensors.items():
        if tensor.dtype == torch.bfloat16:
            raw = tensor.view(torch.uint8).reshape(*tensor.shape[:-1], -1).numpy()
            writer.add_tensor(f"{architecture}.{name}", raw, raw_dtype=types.BF16)
        else:
            writer.add_tensor(f"{architecture}.{name}", tensor.numpy())
        facts |= describe({name: tensor})
    for name, type in quantised.items():
        values = numbers(3, 64).numpy()
        raw = gguf.quantize(values, type)
        writer.add_tensor(f"{architecture}.{name}", raw, raw_dtype=type)
        if type == types.Q8_0:
            facts[name] = {"dtype": name, "shape": [3, 64], "bytes": raw.tobytes().hex()}
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    expected[file] = facts


gguf_kinds = {name: kinds[name] for name in kinds if name not in ("uint8", "bool", "empty")}
write_gguf(
    "kinds.gguf", "ram", gguf_kinds,
    {"q8_0": gguf.GGMLQuantizationType.Q8_0, "q4_0": gguf.GGMLQuantizationType.Q4_0},
)

torch.save(state, folder / "legacy.pth", _use_new_zipfile_serialization=False)
torch.jit.script(model).save(folder / "script.pth")
torch.save(torch.nn.Linear(2, 2), folder / "module.pth")

(folder / "tensors.json").write_text(json.dumps(expected, indent=0, sort_keys=True) + "\n")

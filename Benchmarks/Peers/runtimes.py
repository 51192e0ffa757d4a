"""How each runtime runs the network: a function from [1, 3, 384, 384] to logits [labels], and facts
that show what really runs. A runtime is imported by its own function, so that a process holds one."""

import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

Run = Callable[[np.ndarray], np.ndarray]


def torch_eager(models: Path, precision: str, threads: int) -> tuple[Run, dict]:
  import torch
  torch.set_num_threads(threads)
  network = torch.load(models / f"torch-{precision}.pt", weights_only=False)
  return _torch_run(network), _torch_facts(network)


def torch_compiled(models: Path, precision: str, threads: int) -> tuple[Run, dict]:
  """Inductor, with weights frozen into the graph, which packs them for oneDNN once."""
  import torch
  import torch._inductor.config as inductor
  torch.set_num_threads(threads)
  network = torch.load(models / f"torch-{precision}.pt", weights_only=False)
  facts = _torch_facts(network)
  inductor.freezing = True
  return _torch_run(torch.compile(network)), facts


def torch_onednn(models: Path, precision: str, threads: int) -> tuple[Run, dict]:
  """As it is, but for linear layers: oneDNN's, with weights packed once, which PyTorch takes for
  float32 only in compiled graphs."""
  import torch
  torch.set_num_threads(threads)
  network = torch.load(models / f"torch-{precision}.pt", weights_only=False)

  class Packed(torch.nn.Module):

    def __init__(self, linear: torch.nn.Linear):
      super().__init__()
      self.weight, self.bias, self._packed = linear.weight, linear.bias, None

    def forward(self, x):
      if self._packed is None:
        self._packed = torch.ops.mkldnn._reorder_linear_weight(
            self.weight, x.numel() // x.shape[-1])
      return torch.ops.mkldnn._linear_pointwise(x, self._packed, self.bias, "none", [], "")

  for module in list(network.modules()):
    for name, child in list(module.named_children()):
      if isinstance(child, torch.nn.Linear) and child is not network.fc:
        setattr(module, name, Packed(child))
  run, facts = _torch_run(network), _torch_facts(network)
  facts["products"] = _onednn_products(lambda: run(np.zeros((1, 3, 384, 384), np.float32)))
  return run, facts


def _onednn_products(run: Callable[[], object]) -> str:
  """Which of oneDNN's kernels serve products, by its own word on stdout."""
  import torch
  sys.stdout.flush()
  stdout = os.dup(1)
  with tempfile.TemporaryFile() as said:
    os.dup2(said.fileno(), 1)
    try:
      with torch.backends.mkldnn.verbose(torch.backends.mkldnn.VERBOSE_ON):
        run()
    finally:
      os.dup2(stdout, 1)
      os.close(stdout)
    said.seek(0)
    kernels = Counter(re.findall(r"(?:matmul|inner_product),([^,]*),", said.read().decode()))
  return ", ".join(f"{count} {kernel}" for kernel, count in kernels.most_common())


def _torch_run(network) -> Run:
  import torch

  def run(photo: np.ndarray) -> np.ndarray:
    with torch.no_grad():  # freezing does not work in inference mode
      return network(torch.from_numpy(photo).to(network.fc.weight.dtype))[0].float().numpy()

  return run


def _torch_facts(network) -> dict:
  import torch
  types = Counter(str(p.dtype).removeprefix("torch.") for p in network.parameters())
  return {"version": torch.__version__, "threads": torch.get_num_threads(),
          "products": " ".join(sorted(types)), "cpu": torch.backends.cpu.get_cpu_capability()}


def onnx_runtime(models: Path, precision: str, threads: int) -> tuple[Run, dict]:
  import onnxruntime
  options = onnxruntime.SessionOptions()
  options.intra_op_num_threads = threads
  options.inter_op_num_threads = 1
  session = onnxruntime.InferenceSession(models / f"onnxruntime-{precision}.onnx", options,
                                         providers=["CPUExecutionProvider"])
  name = session.get_inputs()[0].name
  facts = {"version": onnxruntime.__version__, "threads": threads}
  return lambda photo: session.run(None, {name: photo})[0][0], facts


def openvino(models: Path, precision: str, threads: int) -> tuple[Run, dict]:
  import openvino as ov
  # int8 is asked for by the model; what is not quantised in it runs in bfloat16, its fastest.
  file = {"bfloat16": "float32"}.get(precision, precision)
  hint = "f32" if precision == "float32" else "bf16"
  settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1,
              "INFERENCE_PRECISION_HINT": hint}
  compiled = ov.Core().compile_model(models / f"openvino-{file}.xml", "CPU", settings)
  request = compiled.create_infer_request()
  products = Counter(
      str(node.get_rt_info()["runtimePrecision"].astype(str))
      for node in compiled.get_runtime_model().get_ordered_ops()
      if node.get_rt_info()["layerType"].astype(str) in ("FullyConnected", "MatMul"))
  facts = {"version": ov.__version__, "threads": compiled.get_property("INFERENCE_NUM_THREADS"),
           "products": ", ".join(f"{count} {kind}" for kind, count in products.most_common())}

  def run(photo: np.ndarray) -> np.ndarray:
    return request.infer([photo], share_inputs=True)[0][0].astype(np.float32)

  return run, facts


RUNTIMES = {function.__name__: function
            for function in (torch_eager, torch_compiled, torch_onednn, onnx_runtime, openvino)}

"""CRAMKernels, built as a shared library and called from Python."""

import os
import subprocess
from ctypes import (CDLL, Structure, byref, c_char_p, c_float, c_int, c_size_t, c_uint,
                    c_void_p, create_string_buffer)
from pathlib import Path

import numpy as np

SOURCES = Path(__file__).parents[2] / "Sources" / "CRAMKernels"
# As in Package.swift.
FLAGS = ["-std=c11", "-O3", "-fno-math-errno", "-ffp-contract=off", "-fPIC", "-DRAMK_USE_OPENMP",
         "-fopenmp", f"-I{SOURCES}", f"-I{SOURCES / 'include'}"]
LIBRARIES = ["-lomp5", "-lm"]
PRECISIONS = {"float32": 0, "bfloat16": 1, "int8": 2}  # ramk_precision
CONTEXT_BYTES = 1 << 16  # more than ramk_context takes
ALIGNMENT = 64


def structure(name: str, fields: str) -> type[Structure]:
  """A struct of C from "name:type ..."."""
  types = {"size": c_size_t, "float": c_float, "int": c_int, "pointer": c_void_p}
  pairs = [field.split(":") for field in fields.split()]
  return type(name, (Structure,), {"_fields_": [(field, types[kind]) for field, kind in pairs]})


GemmArguments = structure("GemmArguments", """
    m:size a:pointer rounded_a:pointer a_stride:size weights:pointer bias:pointer residual:pointer residual_stride:size
    activation:int gain:pointer norm_bias:pointer epsilon:float out:pointer rounded_out:pointer
    out_stride:size""")
WindowAttentionArguments = structure("WindowAttentionArguments", """
    batch:size height:size width:size window:size shift:size heads:size head_dim:size qkv:pointer
    rounded_qkv:pointer qkv_stride:size relative_position_bias:pointer scale:float out:pointer out_stride:size""")
CrossAttentionArguments = structure("CrossAttentionArguments", """
    batch:size queries:size tokens:size heads:size head_dim:size q:pointer q_stride:size
    q_batch_stride:size k:pointer k_stride:size v:pointer v_stride:size scale:float out:pointer
    out_stride:size""")


def build(folder: Path) -> Path:
  """Compiles the library into `folder`, never beside the sources."""
  library = folder / "libCRAMKernels.so"
  objects = folder / "objects"
  objects.mkdir(parents=True, exist_ok=True)
  files = []
  for source in sorted(SOURCES.rglob("*.c")):
    files.append(objects / ("-".join(source.relative_to(SOURCES).parts) + ".o"))
    subprocess.run(["clang", *FLAGS, "-c", source, "-o", files[-1]], check=True)
  # Without -fopenmp, which would link the toolchain's own name for libomp.
  subprocess.run(["clang", "-shared", *files, "-o", library, *LIBRARIES], check=True)
  return library


def memory(count: int) -> np.ndarray:
  """Bytes from an address that kernels want."""
  whole = np.zeros(count + ALIGNMENT, dtype=np.uint8)
  start = -whole.ctypes.data % ALIGNMENT
  return whole[start:start + count]


def address(array: np.ndarray) -> int:
  if not array.flags.c_contiguous:
    raise ValueError("an array with gaps")
  return array.ctypes.data


class Kernels:
  """The kernels that serve this CPU, on `threads` threads."""

  def __init__(self, library: Path, threads: int):
    # PyTorch brings libgomp into the global scope, CRAMKernels is built for libomp, and both call
    # omp_get_thread_num: bound to libgomp's, it would say 0 in every thread of libomp.
    self._library = CDLL(str(library), mode=os.RTLD_NOW | os.RTLD_LOCAL | os.RTLD_DEEPBIND)
    self._library.ramk_status_description.restype = c_char_p
    for operation in ("gemm", "window_attention", "cross_attention"):
      getattr(self._library, f"ramk_{operation}_workspace_size").restype = c_size_t
    self._library.ramk_matrix_prepared_size.restype = c_size_t
    self._context = create_string_buffer(CONTEXT_BYTES)
    self._check(self._library.ramk_context_init(self._context, c_uint(threads)))

  def _check(self, status: int) -> None:
    if status:
      raise RuntimeError(self._library.ramk_status_description(status).decode())

  def prepare(self, precision: str, weights: np.ndarray) -> np.ndarray:
    """Weights [n, k] in the order that the kernel reads."""
    n, k = map(c_size_t, weights.shape)
    kind = PRECISIONS[precision]
    prepared = memory(self._library.ramk_matrix_prepared_size(self._context, kind, n, k))
    self._check(self._library.ramk_matrix_prepare(
        self._context, kind, n, k, c_void_p(address(weights)), k, c_void_p(address(prepared)),
        c_size_t(prepared.nbytes)))
    return prepared

  def gemm(self, precision: str, a: np.ndarray, prepared: np.ndarray, bias: np.ndarray,
           out: np.ndarray):
    """A function that multiplies once; `a` and `out` are float32, or the bits of bfloat16."""
    (m, k), n = a.shape, out.shape[1]
    arguments = GemmArguments(m=m, a_stride=k, weights=address(prepared), bias=address(bias), out_stride=n)
    setattr(arguments, "a" if a.dtype == np.float32 else "rounded_a", address(a))
    setattr(arguments, "out" if out.dtype == np.float32 else "rounded_out", address(out))
    size = self._library.ramk_gemm_workspace_size(
        self._context, PRECISIONS[precision], c_size_t(m), c_size_t(n), c_size_t(k))
    return self._call("gemm", precision, arguments, size, (a, prepared, bias, out))

  def window_attention(self, precision: str, qkv: np.ndarray, table: np.ndarray, out: np.ndarray, *,
                       side: int, window: int, shift: int, heads: int):
    """A function that attends once, to one photo's map of side · side tokens; `qkv` is float32, or the
    bits of bfloat16."""
    head_dim, rows = out.shape[1] // heads, "qkv" if qkv.dtype == np.float32 else "rounded_qkv"
    arguments = WindowAttentionArguments(
        batch=1, height=side, width=side, window=window, shift=shift, heads=heads, head_dim=head_dim,
        qkv_stride=qkv.shape[1], relative_position_bias=address(table), scale=head_dim ** -0.5,
        out=address(out), out_stride=out.shape[1], **{rows: address(qkv)})
    return self._call("window_attention", precision, arguments, None, (qkv, table, out))

  def cross_attention(self, precision: str, q: np.ndarray, k: np.ndarray, v: np.ndarray,
                      out: np.ndarray, *, heads: int):
    """A function that attends once."""
    width = q.shape[1]
    arguments = CrossAttentionArguments(
        batch=1, queries=len(q), tokens=len(k), heads=heads, head_dim=width // heads, q=address(q),
        q_stride=width, k=address(k), k_stride=width, v=address(v), v_stride=width,
        scale=(width // heads) ** -0.5, out=address(out), out_stride=width)
    return self._call("cross_attention", precision, arguments, None, (q, k, v, out))

  def _call(self, operation: str, precision: str, arguments: Structure, size: int | None, kept: tuple):
    """`kept` are the arrays behind the addresses in `arguments`, which have to outlive it."""
    kind, function = PRECISIONS[precision], getattr(self._library, f"ramk_{operation}")
    if size is None:
      size = getattr(self._library, f"ramk_{operation}_workspace_size")(
          self._context, kind, byref(arguments))
    workspace = memory(size)
    start, count = c_void_p(address(workspace)), c_size_t(size)

    def call(kept=(kept, workspace)) -> None:
      self._check(function(self._context, kind, byref(arguments), start, count))

    return call

"""Who runs the network, how fast, how right."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np

from ramkit import RAMKit

# (name, runtime, precisions); the peer of whom ratios are quoted comes first.
PEERS = [
    ("OpenVINO", "openvino", ["float32", "bfloat16", "int8"]),
    ("ONNX Runtime", "onnx_runtime", ["float32", "int8"]),
    ("PyTorch", "torch_eager", ["float32", "bfloat16"]),
    ("PyTorch, compiled", "torch_compiled", ["bfloat16"]),
]

# Those whose products can be held to AVX2, so that a newer CPU shows how they would do on an older one,
# and by what: most of OpenVINO's run in MLAS, which obeys nobody.
AVX2_PEERS = [("oneDNN", "torch_onednn", ["float32"])]
AVX2_ENVIRONMENT = {"RAMKIT_FORCE_IMPLEMENTATION": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2",
                    "ATEN_CPU_CAPABILITY": "avx2"}


class Absent(Exception):
  """A contender that does not run here; the text says why."""


class Peer:
  """A runtime in a process of its own, which is stopped while it is not its turn: threads that spin
  while they wait would take the others' cores."""

  def __init__(self, name: str, runtime: str, precision: str, models: Path, threads: int):
    self.name, self.precision = name, precision
    self._output = models / f"logits-{runtime}-{precision}.npy"
    self._log = models / f"worker-{runtime}-{precision}.log"
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads),
                   "TORCHINDUCTOR_CACHE_DIR": str(models / "inductor")}
    command = [sys.executable, Path(__file__).with_name("worker.py"), runtime, precision, models,
               str(threads)]
    with open(self._log, "w") as log:
      # In a session of its own: a group that loses its shell while one of it is stopped is hung up.
      self._process = subprocess.Popen(
          command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
          env=environment, start_new_session=True)
    self.facts = self._answer()

  def _answer(self) -> dict:
    line = self._process.stdout.readline()
    if not line:
      self._process.wait()
      reason = (self._log.read_text().strip().splitlines() or ["no word"])[-1]
      raise Absent(f"{self.name} {self.precision}: {reason} (more in {self._log})")
    self._process.send_signal(signal.SIGSTOP)
    return json.loads(line)

  def _ask(self, question: str) -> dict:
    self._process.send_signal(signal.SIGCONT)
    print(question, file=self._process.stdin, flush=True)
    return self._answer()

  def logits(self) -> np.ndarray:
    self._ask(f"logits {self._output}")
    return np.load(self._output)

  def time(self, runs: int) -> list[float]:
    answer = self._ask(f"time {runs}")
    self.facts["peakBytes"] = answer["peakBytes"]
    return answer["seconds"]

  def cpu_seconds(self) -> float:
    """What all of its threads worked."""
    fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

  def leave(self) -> None:
    self._process.kill()
    self._process.wait()


class Ours:
  """RAMKit: `ramkit bench` for time, `ramkit tag` for logits."""

  name = "RAMKit"

  def __init__(self, ramkit: RAMKit, precision: str, models: Path, photos: list[Path],
               threads: int):
    self.ramkit, self.precision, self.photos, self.threads = ramkit, precision, photos, threads
    self._model = models / f"ramkit-{precision}.safetensors"
    self.facts = {}

  def logits(self) -> np.ndarray:
    return self.ramkit.logits(self._model, self.precision, self.threads, self.photos)

  def time(self, runs: int) -> list[float]:
    report = self.ramkit.bench(self._model, self.precision, self.threads, runs)
    self.facts = {"version": "this one", "threads": report["threads"], "cpu": report["cpu"],
                  "products": f"{report['precision']} {report['productKernel']}",
                  "loadSeconds": report["loadSeconds"], "peakBytes": report["peakResidentBytes"]}
    return report["runSeconds"]

  def cpu_seconds(self) -> float:
    return 0  # its processes have ended, and are counted with this one

  def leave(self) -> None:
    pass


def gather(models: Path, ramkit: RAMKit, photos: list[Path], threads: int, peers: list,
           contenders: list) -> list[str]:
  """Adds those who run here, and returns why the others don't."""
  raced = {precision for _, _, precisions in peers for precision in precisions}
  contenders += [Ours(ramkit, precision, models, photos, threads)
                 for precision in ramkit.precisions if precision in raced]
  absent = []
  for name, runtime, precisions in peers:
    for precision in precisions:
      print(f"   {name} {precision}", file=sys.stderr)
      try:
        contenders.append(Peer(name, runtime, precision, models, threads))
      except Absent as reason:
        absent.append(str(reason))
  return absent

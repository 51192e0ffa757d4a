"""The command `ramkit`, run and read."""

import json
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

PRECISIONS = ["float32", "bfloat16", "int8"]  # those that `ramkit` does not know are left out


@dataclass
class Answer:
  """A photo's tags, by index, and the seconds that its tokens and its labels took."""

  seconds: float
  tags: set[int]


class RAMKit:

  def __init__(self, program: Path):
    self.program = program

  def _run(self, *arguments) -> str:
    return self._outputs(*arguments)[0]

  def _outputs(self, *arguments) -> tuple[str, str]:
    command = [self.program, *arguments]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
      line = " ".join(map(str, command))
      raise SystemExit(f"{line}\nended with status {result.returncode}:\n{result.stderr}")
    return result.stdout, result.stderr

  @cached_property
  def precisions(self) -> list[str]:
    """Those of PRECISIONS that `ramkit bench` offers."""
    text = " ".join(self._run("bench", "--help").split())
    offered = re.search(r"--precision <precision> .*?\(values: ([^;)]*)", text)
    if not offered:
      raise SystemExit("ramkit bench --help: no list of precisions")
    return [precision for precision in PRECISIONS if precision in offered[1].split(", ")]

  def convert(self, checkpoint: Path, output: Path, precision: str) -> None:
    self._run("convert", "--quiet", "--precision", precision, checkpoint, output)

  def bench(self, model: str | Path, precision: str, threads: int, runs: int, *more: str) -> dict:
    return json.loads(self._run("bench", "--model", model, "--precision", precision, "--threads",
                                str(threads), "--runs", str(runs), "--json", *more))

  def logits(self, model: Path, precision: str, threads: int, photos: list[Path]) -> np.ndarray:
    """[photos, labels], in the checkpoint's order. Photos are prepared as Pillow does it."""
    lines = self._run("tag", "--quiet", "--model", model, "--precision", precision, "--threads",
                      str(threads), "--preparation", "official", "--scores", "--format", "jsonl",
                      *photos).splitlines()
    return np.array([json.loads(line)["logits"] for line in lines])

  def screen(self, model: Path, precision: str, threads: int, risk: float, photos: list[Path],
             output: Path) -> None:
    self._run("screen", "--quiet", "--model", model, "--precision", precision, "--threads",
              str(threads), "--risk", str(risk), "--output", output, *photos)

  def tags(self, model: Path, precision: str, threads: int, photos: list[Path],
           *more) -> list[Answer]:
    lines, said = self._outputs("tag", "--verbose", "--model", model, "--precision", precision,
                                "--threads", str(threads), "--format", "jsonl", *more, *photos)
    times = re.findall(r"encoded in (\d+) ms, labels asked in (\d+) ms", said)
    if len(times) != len(photos):
      raise SystemExit(f"ramkit tag --verbose: {len(times)} times of {len(photos)} photos")
    return [Answer((int(encoding) + int(labels)) / 1e3,
                   {tag["index"] for tag in json.loads(line)["tags"]})
            for line, (encoding, labels) in zip(lines.splitlines(), times)]

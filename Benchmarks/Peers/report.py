"""Tables for people, JSON for programs."""

import json
import platform
import time
from pathlib import Path


def table(head: list[str], rows: list[list[str]]) -> str:
  lines = [head, ["---"] * len(head), *rows]
  return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def machine() -> dict:
  """Where and when: no figure means anything without."""
  try:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    cpu = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    cpus = sum(line.startswith("processor") for line in lines)
  except (OSError, StopIteration):
    cpu, cpus = platform.processor() or platform.machine(), None
  return {"cpu": cpu, "cpus": cpus, "system": platform.platform(),
          "date": time.strftime("%Y-%m-%d")}


def write(stem: Path, text: str, values: dict) -> None:
  """STEM.md and STEM.json; the text is printed, too."""
  where = machine()
  text = f"{where['cpu']}, {where['cpus']} CPUs, {where['date']}\n\n{text}"
  stem.with_suffix(".md").write_text(text)
  stem.with_suffix(".json").write_text(
      json.dumps({**where, **values}, indent=1, default=float) + "\n")
  print(text)

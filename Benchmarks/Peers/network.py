"""RAM with Swin-L at 384 px and 4,585 labels in plain PyTorch, with made-up weights.

Modules carry the official checkpoints' names, so a saved state is a checkpoint that RAMKit loads.
"""

from pathlib import Path

import timm
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import gelu, relu, scaled_dot_product_attention

SEED = 384
LABELS, TEXT_WIDTH, MEMORY_WIDTH = 4585, 512, 512
WIDTH, HIDDEN, HEADS, LAYERS = 768, 3072, 4, 2


class DecoderLayer(nn.Module):
  """Post-norm BERT: cross-attention and a feed-forward network. Labels never see each other."""

  def __init__(self):
    super().__init__()
    self.crossattention = nn.ModuleDict({
        "self": nn.ModuleDict({
            "query": nn.Linear(WIDTH, WIDTH),
            "key": nn.Linear(MEMORY_WIDTH, WIDTH),
            "value": nn.Linear(MEMORY_WIDTH, WIDTH),
        }),
        "output": self._add_and_normalise(WIDTH),
    })
    self.intermediate = nn.ModuleDict({"dense": nn.Linear(WIDTH, HIDDEN)})
    self.output = self._add_and_normalise(HIDDEN)

  @staticmethod
  def _add_and_normalise(inputs: int) -> nn.ModuleDict:
    return nn.ModuleDict({"dense": nn.Linear(inputs, WIDTH),
                          "LayerNorm": nn.LayerNorm(WIDTH, eps=1e-12)})

  def project(self, states: Tensor) -> Tensor:
    """[photos, labels, WIDTH] -> [photos, HEADS, labels, WIDTH / HEADS]."""
    return self._heads(self.crossattention["self"]["query"](states))

  @staticmethod
  def _heads(x: Tensor) -> Tensor:
    return x.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2)

  def forward(self, states: Tensor, query: Tensor, memory: Tensor) -> Tensor:
    attention, joined = self.crossattention["self"], self.crossattention["output"]
    key, value = (self._heads(attention[name](memory)) for name in ("key", "value"))
    context = scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
    states = joined["LayerNorm"](joined["dense"](context) + states)
    hidden = gelu(self.intermediate["dense"](states))
    return self.output["LayerNorm"](self.output["dense"](hidden) + states)


class Network(nn.Module):
  """[photos, 3, 384, 384] -> logits [photos, LABELS]. Call `ask` once before."""

  def __init__(self):
    super().__init__()
    self.visual_encoder = timm.create_model("swin_large_patch4_window12_384", num_classes=0)
    self.image_proj = nn.Linear(self.visual_encoder.num_features, MEMORY_WIDTH)
    self.label_embed = nn.Parameter(torch.empty(LABELS, TEXT_WIDTH))
    self.wordvec_proj = nn.Linear(TEXT_WIDTH, WIDTH)
    layers = nn.ModuleList(DecoderLayer() for _ in range(LAYERS))
    self.tagging_head = nn.ModuleDict({"encoder": nn.ModuleDict({"layer": layers})})
    self.fc = nn.Linear(WIDTH, 1)

  def ask(self) -> "Network":
    """Computes what depends on the labels alone, as a program that tags many photos does: label
    queries, and their projection in the first layer."""
    with torch.inference_mode():
      states = relu(self.wordvec_proj(self.label_embed))[None]
      query = self.tagging_head["encoder"]["layer"][0].project(states)
    # Clones are no inference tensors, which can't be exported.
    self.register_buffer("states", states.clone(), persistent=False)
    self.register_buffer("first_query", query.clone(), persistent=False)
    return self

  def forward(self, photos: Tensor) -> Tensor:
    tokens = self.visual_encoder.forward_features(photos).flatten(1, 2)
    # The mean token comes first, and is attended to as the others are.
    memory = self.image_proj(torch.cat([tokens.mean(1, keepdim=True), tokens], 1))
    states = self.states.expand(len(photos), -1, -1)
    query = self.first_query.expand(len(photos), -1, -1, -1)
    for index, layer in enumerate(self.tagging_head["encoder"]["layer"]):
      states = layer(states, layer.project(states) if index else query, memory)
    return self.fc(states).squeeze(-1)


# A product's weights with a variance of 1 / inputs keep activations at size 1. By themselves they make a
# network that hardly looks at its photo: all labels attend to all tokens alike. With the projections of
# memory and queries enlarged, labels attend to tokens of their own, and what one photo's logits have in
# common with another's falls from nine tenths (correlation) to two thirds. The classifier's weights
# make up for what that takes from the differences between labels: logits vary by 1.3 over them.
GAINS = {"image_proj.weight": 2, "crossattention.self.query.weight": 4, "fc.weight": 8.2}


def spread(name: str, tensor: Tensor) -> tuple[float, float]:
  """Mean and standard deviation of a tensor's made-up numbers."""
  if tensor.dim() == 1:
    return (0, 0.1) if name.endswith(".bias") else (1, 0.1)
  if name.endswith("relative_position_bias_table"):
    return 0, 0.5
  if name == "label_embed":
    return 0, TEXT_WIDTH ** -0.5  # of length 1, as CLIP's
  if name == "wordvec_proj.weight":
    return 0, 1  # since its inputs are of size 1 / sqrt(inputs), for once
  gain = next((gain for end, gain in GAINS.items() if name.endswith(end)), 1)
  return 0, gain * tensor[0].numel() ** -0.5


@torch.no_grad()
def made_up() -> Network:
  """The same numbers in every run."""
  with torch.device("meta"):
    names = [name for name, _ in Network().named_parameters()]
  network = Network().eval()
  generator = torch.Generator().manual_seed(SEED)
  for name, parameter in network.named_parameters():
    mean, deviation = spread(name, parameter)
    parameter.normal_(mean, deviation, generator=generator)
  return network


def official_name(name: str) -> str:
  """timm merges patches at the beginning of a stage, the official encoder at the end of the one before."""
  parts = name.split(".")
  if parts[0] == "visual_encoder" and "downsample" in parts:
    parts[2] = str(int(parts[2]) - 1)
  return ".".join(parts)


def save(network: Network, path: Path) -> None:
  state = dict(network.named_parameters())  # without buffers, which follow from the sizes
  save_file({official_name(name): tensor.contiguous() for name, tensor in state.items()}, path)

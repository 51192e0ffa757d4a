"""RAM's design at mobile size, with its parts under their official names.

image tokens -> image_proj -> the memory that two layers of cross-attention ask; a label's query is
relu(wordvec_proj(embedding)), its embedding the text's and, for labels of its own, what was learned
beside it. The official RAM ends in `fc`. RAM++ compares the photo's mean token with descriptions;
here it is compared with the label's embedding as well, and the product is added to the logit. That
is what an ImageNet classifier can be written as, so training starts from one: see initial.py.
"""

import torch
from torch import nn
from torch.nn import functional

from encoder import Encoder
from network import HEAD_CHANNELS
from settings import EMBEDDING_WIDTH, Decoder

BERT_EPSILON = 1e-12


class CrossAttention(nn.Module):

  def __init__(self, sizes: Decoder):
    super().__init__()
    width = sizes.width
    self.heads = sizes.heads
    # `self` is BERT's own word for the attention proper.
    setattr(self, "self", nn.ModuleDict({
        "query": nn.Linear(width, width),
        "key": nn.Linear(EMBEDDING_WIDTH, width),
        "value": nn.Linear(EMBEDDING_WIDTH, width)}))
    self.output = nn.ModuleDict({
        "dense": nn.Linear(width, width), "LayerNorm": nn.LayerNorm(width, BERT_EPSILON)})

  def split(self, x: torch.Tensor) -> torch.Tensor:
    """[batch, rows, width] to [batch, heads, rows, width / heads]."""
    return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

  def forward(self, queries: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    attention = getattr(self, "self")
    context = functional.scaled_dot_product_attention(
        self.split(attention["query"](queries)), self.split(attention["key"](tokens)),
        self.split(attention["value"](tokens)))
    return self.output["LayerNorm"](
        queries + self.output["dense"](context.transpose(1, 2).flatten(2)))


class Layer(nn.Module):

  def __init__(self, sizes: Decoder):
    super().__init__()
    self.crossattention = CrossAttention(sizes)
    self.intermediate = nn.ModuleDict({"dense": nn.Linear(sizes.width, sizes.feed_forward)})
    self.output = nn.ModuleDict({
        "dense": nn.Linear(sizes.feed_forward, sizes.width),
        "LayerNorm": nn.LayerNorm(sizes.width, BERT_EPSILON)})

  def forward(self, queries: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    x = self.crossattention(queries, tokens)
    inside = functional.gelu(self.intermediate["dense"](x))
    return self.output["LayerNorm"](x + self.output["dense"](inside))


class RAMNano(nn.Module):

  def __init__(self, labels: int, sizes: Decoder):
    super().__init__()
    self.visual_encoder = Encoder()
    self.image_proj = nn.Linear(HEAD_CHANNELS, EMBEDDING_WIDTH)
    self.wordvec_proj = nn.Linear(EMBEDDING_WIDTH, sizes.width)
    layers = nn.ModuleList(Layer(sizes) for _ in range(sizes.layers))
    self.tagging_head = nn.ModuleDict({"encoder": nn.ModuleDict({"layer": layers})})
    self.fc = nn.Linear(sizes.width, 1)
    # What is learned for each label beside its text. The file has the sum, as `label_embed`.
    self.residual = nn.Parameter(torch.zeros(labels, EMBEDDING_WIDTH))

  def tokens(self, features: torch.Tensor) -> torch.Tensor:
    """A map [batch, channels, side, side] to tokens [batch, 1 + side², embedding], the mean token
    first."""
    mean = features.mean(dim=(2, 3)).unsqueeze(1)
    return self.image_proj(torch.cat([mean, features.flatten(2).transpose(1, 2)], dim=1))

  def logits(self, embeddings: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Labels' embeddings [batch or 1, labels, embedding] to logits [batch, labels]."""
    queries = functional.relu(self.wordvec_proj(embeddings)).expand(len(tokens), -1, -1)
    for layer in self.tagging_head["encoder"]["layer"]:
      queries = layer(queries, tokens)
    similarity = (embeddings @ tokens[:, 0].unsqueeze(-1)).squeeze(-1)
    return self.fc(queries).squeeze(-1) + similarity

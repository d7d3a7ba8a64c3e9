"""Writes attention.json: scaled dot-product attention with its masks, torch.nn.MultiheadAttention with
its options, and rotary embeddings, which PyTorch 1.13 lacks, by equation 34 of RoFormer."""

import math

import torch
from modules import module_case
from record import Recording, numbers

recording = Recording(__file__)


def later(queries, places):
    return torch.ones(queries, places, dtype=torch.bool).triu(1)


def attention(query, key, value, mask=None, scale=None, is_causal=False):
    """The formula of PyTorch 2's documentation; a query that sees nothing gives 0, as since 2.5."""
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = query @ key.transpose(-1, -2) * scale
    if is_causal:
        scores = scores.masked_fill(later(*scores.shape[-2:]), -math.inf)
    if mask is not None and mask.dtype == torch.bool:
        scores = scores.masked_fill(~mask, -math.inf)
    elif mask is not None:
        scores = scores + mask
    blind = (scores == -math.inf).all(-1, keepdim=True)
    weights = torch.softmax(scores.masked_fill(blind, 0), -1).masked_fill(blind, 0)
    return weights @ value


def operands(*batch, queries=2, places=3, width=2, value_width=2):
    return {
        "query": numbers(*batch, queries, width),
        "key": numbers(*batch, places, width),
        "value": numbers(*batch, places, value_width),
    }


def gate(given, options=None, **torch_options):
    facts = {**(options or {}), "isMasked": "mask" in given}
    recording.case("attention", lambda **o: attention(**o, **torch_options), given, facts)


gate(operands(2, value_width=3))
gate(operands(2, queries=3), {"isCausal": True}, is_causal=True)
gate(operands(queries=2, places=5), {"scale": 0.3}, scale=0.3)
gate({**operands(2, 2), "mask": torch.rand(2, 3) > 0.4})
blind = torch.rand(2, 1, 2, 3) > 0.4
blind[0, 0, 1] = False
gate({**operands(2, 2), "mask": blind})
gate({**operands(2), "mask": numbers(2, 3)})
gate(
    {**operands(queries=4), "mask": numbers(3)},
    {"isCausal": True, "scale": 1.5},
    is_causal=True,
    scale=1.5,
)


def module(options=None, *, query=(2, 3), places=None, masks=None, weights=None, **torch_options):
    """`query` is batch and queries, `places` those of key and value where they are others."""
    width, heads = 4, 2
    own = torch.nn.MultiheadAttention(width, heads, batch_first=True, **torch_options)
    inputs = {"query": numbers(*query, width)}
    if places is not None:
        inputs["key"] = numbers(*query[:-1], places, torch_options.get("kdim") or width)
        inputs["value"] = numbers(*query[:-1], places, torch_options.get("vdim") or width)
    masks = masks or {}

    def call(own, query, key=None, value=None, mask=None, keyPaddingMask=None):
        key = query if key is None else key
        value = key if value is None else value
        output, given = own(
            query,
            key,
            value,
            attn_mask=mask,
            key_padding_mask=keyPaddingMask,
            average_attn_weights=weights != "each",
        )
        return (output, given) if weights else output

    facts = {"heads": heads, "width": width, "weights": weights, **(options or {})}
    module_case(recording, "multiheadAttention", own, {**inputs, **masks}, facts, call)


padding = torch.tensor([[False, False, True], [False, True, True]])
module(query=(1, 2))
module({"bias": False}, query=(3,), bias=False)
module(query=(1, 2), places=3, weights="mean")
module(masks={"mask": later(3, 3), "keyPaddingMask": padding}, weights="each")
module(masks={"mask": numbers(3, 3), "keyPaddingMask": padding})
module(query=(2, 2), masks={"mask": torch.rand(4, 2, 2) > 0.7}, weights="mean")
module({"keyWidth": 3, "valueWidth": 2}, query=(1, 2), places=2, kdim=3, vdim=2)
module({"keyWidth": 3, "bias": False}, query=(1, 2), places=2, kdim=3, bias=False)
module(
    {"addBiasKeyValue": True, "addZeroAttention": True},
    masks={"keyPaddingMask": padding},
    weights="mean",
    add_bias_kv=True,
    add_zero_attn=True,
)
module(
    {"addZeroAttention": True, "isCausal": True},
    query=(2, 2),
    masks={"mask": later(2, 2)},
    add_zero_attn=True,
)


def rope(x, positions=None, base=10_000, halves=False):
    width = x.shape[-1]
    positions = torch.arange(x.shape[-2]) if positions is None else positions
    angles = positions[..., None] * base ** (-2 * torch.arange(width // 2) / width)
    cos, sin = angles.cos(), angles.sin()
    if halves:
        a, b = x.chunk(2, -1)
        return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2)


recording.case("rope", rope, {"x": numbers(2, 3, 4)})
recording.case(
    "rope",
    lambda x, positions: rope(x, positions, 100, True),
    {"x": numbers(2, 3, 6), "positions": torch.tensor([[0, 7, 2], [5, 5, 1]], dtype=torch.int32)},
    {"base": 100, "pairing": "halves", "isPlaced": True},
)

recording.write()

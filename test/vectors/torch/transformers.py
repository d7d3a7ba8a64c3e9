"""Writes transformers.json: transformer layers and stacks of torch.nn, with the gradients of inputs
and all parameters. Dropout is 0, so that they train as they evaluate."""

import torch
from modules import module_case
from record import Recording, numbers

recording = Recording(__file__)
W, HEADS, F = 4, 2, 2


def later(places):
    return torch.ones(places, places, dtype=torch.bool).triu(1)


def layer(kind, options=None, **torch_options):
    return kind(W, HEADS, dim_feedforward=F, dropout=0, **torch_options), {
        "width": W,
        "heads": HEADS,
        "dimFeedforward": F,
        **(options or {}),
    }


def encoder(options=None, masks=None, shape=(3, 2, W), **torch_options):
    module, facts = layer(torch.nn.TransformerEncoderLayer, options, **torch_options)

    def call(module, x, mask=None, keyPaddingMask=None):
        return module(x, src_mask=mask, src_key_padding_mask=keyPaddingMask)

    inputs = {"x": numbers(*shape), **(masks or {})}
    module_case(recording, "transformerEncoderLayer", module, inputs, facts, call)


padding = torch.tensor([[False, False, True], [False, False, False]])
encoder(
    {"activation": "gelu", "normFirst": True},
    {"mask": later(3)},
    activation="gelu",
    norm_first=True,
)
encoder(
    {"batchFirst": True, "layerNormEps": 0.1},
    {"keyPaddingMask": padding},
    (2, 3, W),
    batch_first=True,
    layer_norm_eps=0.1,
)


def decoder(options=None, masks=None, **torch_options):
    module, facts = layer(torch.nn.TransformerDecoderLayer, options, **torch_options)

    def call(module, target, memory, mask=None, memoryMask=None, memoryKeyPaddingMask=None):
        return module(
            target,
            memory,
            tgt_mask=mask,
            memory_mask=memoryMask,
            memory_key_padding_mask=memoryKeyPaddingMask,
        )

    inputs = {"target": numbers(2, 2, W), "memory": numbers(3, 2, W), **(masks or {})}
    module_case(recording, "transformerDecoderLayer", module, inputs, facts, call)


decoder({"normFirst": True}, {"mask": later(2), "memoryMask": numbers(2, 3)}, norm_first=True)


module, facts = layer(torch.nn.TransformerEncoderLayer)
stack = torch.nn.TransformerEncoder(module, 2, torch.nn.LayerNorm(W))
module_case(recording, "transformerEncoder", stack, {"src": numbers(2, 1, W)}, facts)
whole = torch.nn.Transformer(W, HEADS, 1, 1, F, dropout=0, batch_first=True)
module_case(
    recording,
    "transformer",
    whole,
    {"src": numbers(2, 3, W), "tgt": numbers(2, 2, W), "mask": later(2), "padding": padding},
    {"width": W, "heads": HEADS, "dimFeedforward": F, "batchFirst": True},
    lambda m, src, tgt, mask, padding: m(
        src, tgt, tgt_mask=mask, src_key_padding_mask=padding, memory_key_padding_mask=padding
    ),
)

recording.write()

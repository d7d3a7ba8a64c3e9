"""Writes embeddings.json: the embeddings of torch.nn, bags of them, and its bilinear layer, with the
gradients of inputs and parameters."""

import torch
from modules import module_case
from record import Recording, numbers

recording = Recording(__file__)

inputs = {"a": numbers(2, 2, 3), "b": numbers(2, 2, 4)}
module_case(
    recording,
    "bilinear",
    torch.nn.Bilinear(3, 4, 2),
    inputs,
    {"sizes": [3, 4, 2]},
    lambda m, a, b: m(a, b),
)
module_case(
    recording,
    "bilinear",
    torch.nn.Bilinear(3, 4, 1, bias=False),
    {"a": numbers(3), "b": numbers(4)},
    {"sizes": [3, 4, 1], "bias": False},
    lambda m, a, b: m(a, b),
)


def things(*shape):
    return torch.randint(0, 5, shape, dtype=torch.int32)


def embedding(options=None, **torch_options):
    module = torch.nn.Embedding(5, 2, **torch_options)
    module_case(
        recording,
        "embedding",
        module,
        {"x": things(2, 4)},
        options or {},
        lambda m, x: m(x),
        gradients=["weight"],
    )


embedding()
embedding({"paddingIdx": 3}, padding_idx=3)
embedding({"paddingIdx": -1}, padding_idx=-1)


def bag(options, inputs=None, gradients=None, **torch_options):
    module = torch.nn.EmbeddingBag(5, 2, **torch_options)

    def call(module, x, offsets=None, perSampleWeights=None):
        return module(x, offsets, perSampleWeights)

    module_case(
        recording,
        "embeddingBag",
        module,
        inputs or {"x": things(3, 4)},
        options,
        call,
        gradients=gradients or ["weight"],
    )


flat = {"x": things(7), "offsets": torch.tensor([0, 2, 2, 5], dtype=torch.int32)}
for mode in ["sum", "mean", "max"]:
    bag({"mode": mode}, mode=mode)
    bag({"mode": mode, "paddingIdx": 1}, flat, mode=mode, padding_idx=1)
bag(
    {"mode": "sum"},
    {**flat, "perSampleWeights": numbers(7)},
    ["weight", "perSampleWeights"],
    mode="sum",
)
bag(
    {"mode": "sum"},
    {"x": things(2, 3), "perSampleWeights": numbers(2, 3)},
    ["weight", "perSampleWeights"],
    mode="sum",
)

recording.write()

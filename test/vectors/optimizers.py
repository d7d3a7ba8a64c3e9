"""Writes optimizers.json, what PyTorch's optimizers make of a small network in float64: the losses
before each step and the parameters after the last one, for several settings, and what the network
is fed with.

Run it with any Python that has PyTorch (made with Debian's PyTorch 1.13):
    python3 test/vectors/optimizers.py
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
random = torch.Generator().manual_seed(17)
STEPS = 12

inputs = {"x": torch.randn(6, 3, generator=random), "y": torch.randn(6, 2, generator=random)}
first = {
    "W1": torch.randn(3, 4, generator=random),
    "b1": torch.randn(4, generator=random),
    "W2": torch.randn(4, 2, generator=random),
    "b2": torch.randn(2, generator=random),
}


def loss(W1, b1, W2, b2):
    return F.mse_loss(torch.tanh(inputs["x"] @ W1 + b1) @ W2 + b2, inputs["y"])


def run(optimizer, **options):
    parameters = {name: value.clone().requires_grad_() for name, value in first.items()}
    stepper = optimizer(parameters.values(), **options)
    losses = []
    for _ in range(STEPS):
        stepper.zero_grad()
        J = loss(**parameters)
        J.backward()
        stepper.step()
        losses.append(J.item())
    return {"losses": losses, "after": plain(parameters)}


def plain(tensors):
    return {name: tensor.tolist() for name, tensor in tensors.items()}


Adam, AdamW, SGD = torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD
runs = {
    "adam": run(Adam, lr=0.05),
    "adam with weight decay": run(Adam, lr=0.05, weight_decay=0.1),
    "adam with other means": run(Adam, lr=0.1, betas=(0.5, 0.8), eps=0.01),
    "adam without means": run(Adam, lr=0.01, betas=(0, 0)),
    "adamW": run(AdamW, lr=0.05),
    "adamW with weight decay": run(AdamW, lr=0.05, weight_decay=0.2),
    "adamW without weight decay": run(AdamW, lr=0.05, weight_decay=0),
    "sgd with momentum": run(SGD, lr=0.1, momentum=0.9),
    "sgd with nesterov": run(SGD, lr=0.1, momentum=0.8, nesterov=True),
    "sgd with weight decay": run(SGD, lr=0.1, weight_decay=0.05),
    "sgd with all": run(SGD, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.05),
}
rows = ",\n".join(f'    "{name}": {json.dumps(record)}' for name, record in runs.items())
head = f'"inputs": {json.dumps(plain(inputs))},\n  "first": {json.dumps(plain(first))}'
pathlib.Path(__file__).with_suffix(".json").write_text(
    f'{{\n  {head},\n  "runs": {{\n{rows}\n  }}\n}}\n'
)

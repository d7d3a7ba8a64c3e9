"""Writes optimizers.json, what PyTorch's optimizers make of a small network in float64: the loss
before each of ten steps and the parameters after it, for many settings, and what the network is fed
with. Numbers are rounded to 12 digits.

Run it with any Python that has PyTorch:
    python3 test/vectors/optimizers.py
"""

import json
import pathlib
import platform

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
random = torch.Generator().manual_seed(17)
STEPS = 10


def rounded(number):
    return float(f"{number:.12g}")


def plain(tensor):
    return [plain(row) for row in tensor] if tensor.dim() > 0 else rounded(tensor.item())


def draw(*shape):
    # Rounded before it is used, so that the file holds exactly what PyTorch was given.
    return torch.round(torch.randn(*shape, generator=random) * 1000) / 1000


inputs = {"x": draw(5, 2), "y": draw(5, 1)}
first = {"W1": draw(2, 3), "b1": draw(3), "W2": draw(3, 1), "b2": draw(1)}


def loss(W1, b1, W2, b2):
    return F.mse_loss(torch.tanh(inputs["x"] @ W1 + b1) @ W2 + b2, inputs["y"])


def run(optimizer, **options):
    parameters = {name: value.clone().requires_grad_() for name, value in first.items()}
    stepper = optimizer(parameters.values(), **options)
    losses, after = [], []
    for _ in range(STEPS):
        stepper.zero_grad()
        J = loss(**parameters)
        J.backward()
        stepper.step()
        losses.append(rounded(J.item()))
        # All parameters in a row, in the order of `first`.
        after.append(plain(torch.cat([value.detach().flatten() for value in parameters.values()])))
    return {"losses": losses, "after": after}


Adam, AdamW, SGD = torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD
runs = {
    "sgd": run(SGD, lr=0.1),
    "sgd with momentum": run(SGD, lr=0.1, momentum=0.9),
    "sgd with dampening": run(SGD, lr=0.1, momentum=0.9, dampening=0.4),
    "sgd with nesterov": run(SGD, lr=0.1, momentum=0.8, nesterov=True),
    "sgd with weight decay": run(SGD, lr=0.1, weight_decay=0.05),
    "sgd with all": run(SGD, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.05),
    "sgd that maximizes": run(SGD, lr=0.02, momentum=0.5, maximize=True),
    "adam": run(Adam, lr=0.05),
    "adam with weight decay": run(Adam, lr=0.05, weight_decay=0.1),
    "adam with other means": run(Adam, lr=0.1, betas=(0.5, 0.8), eps=0.01),
    "adam without means": run(Adam, lr=0.01, betas=(0, 0)),
    "adam with amsgrad": run(Adam, lr=0.1, betas=(0.8, 0.7), amsgrad=True),
    "adam that maximizes": run(Adam, lr=0.02, maximize=True),
    "adamW": run(AdamW, lr=0.05),
    "adamW with weight decay": run(AdamW, lr=0.05, weight_decay=0.2),
    "adamW without weight decay": run(AdamW, lr=0.05, weight_decay=0),
    "adamW with amsgrad": run(AdamW, lr=0.1, betas=(0.8, 0.7), amsgrad=True),
}
versions = {"torch": torch.__version__, "python": platform.python_version()}
rows = ",\n".join(f'    "{name}": {json.dumps(record)}' for name, record in runs.items())
heads = {
    "versions": versions,
    "inputs": {name: plain(value) for name, value in inputs.items()},
    "first": {name: plain(value) for name, value in first.items()},
}
head = ",\n  ".join(f'"{name}": {json.dumps(value)}' for name, value in heads.items())
pathlib.Path(__file__).with_suffix(".json").write_text(
    f'{{\n  {head},\n  "runs": {{\n{rows}\n  }}\n}}\n'
)

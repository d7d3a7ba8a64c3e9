"""Writes optimizers.json, what PyTorch's optimizers make of a small network in float64: the loss
before each of ten steps and the parameters after it, for many settings, and what the network is fed
with. Numbers are rounded to 12 digits. What PyTorch 1.13 lacks, and NAdam, whose last step's momentum
it counts twice, stand in later-optimizers.py.

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


def run(optimizer, *, split=None, before=None, every=1, **options):
    """`split` gives groups of the parameters, `before` sees them before each step, `every` counts the
    steps whose gradients are averaged."""
    parameters = {name: value.clone().requires_grad_() for name, value in first.items()}
    stepper = optimizer(split(parameters) if split else parameters.values(), **options)
    losses, after = [], []
    for index in range(STEPS):
        J = loss(**parameters)
        (J / every).backward()
        if (index + 1) % every == 0:
            if before:
                before(list(parameters.values()))
            stepper.step()
            stepper.zero_grad()
        losses.append(rounded(J.item()))
        # All parameters in a row, in the order of `first`.
        after.append(plain(torch.cat([value.detach().flatten() for value in parameters.values()])))
    return {"losses": losses, "after": after}


def in_two(**second):
    """The first layer as it is, the second with settings of its own."""

    def split(parameters):
        W1, b1, W2, b2 = parameters.values()
        return [{"params": [W1, b1]}, {"params": [W2, b2], **second}]

    return split


clip_norm, clip_value = torch.nn.utils.clip_grad_norm_, torch.nn.utils.clip_grad_value_
Adam, AdamW, SGD = torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD
Adamax, RAdam = torch.optim.Adamax, torch.optim.RAdam
Adagrad, Adadelta = torch.optim.Adagrad, torch.optim.Adadelta
RMSprop, Rprop, ASGD = torch.optim.RMSprop, torch.optim.Rprop, torch.optim.ASGD
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
    "adamax": run(Adamax, lr=0.05),
    "adamax with all": run(Adamax, lr=0.1, betas=(0.5, 0.8), eps=0.01, weight_decay=0.1),
    "radam": run(RAdam, lr=0.05),
    "radam with all": run(RAdam, lr=0.1, betas=(0.5, 0.9), eps=0.01, weight_decay=0.1),
    "adagrad": run(Adagrad, lr=0.1),
    "adagrad with all": run(
        Adagrad, lr=0.2, lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.5, eps=0.01
    ),
    "adadelta": run(Adadelta, lr=1.0),
    "adadelta with all": run(Adadelta, lr=2.0, rho=0.7, eps=0.01, weight_decay=0.1),
    "rmsprop": run(RMSprop, lr=0.02),
    "rmsprop with momentum": run(RMSprop, lr=0.01, momentum=0.5, alpha=0.9, weight_decay=0.1),
    "rmsprop centered": run(RMSprop, lr=0.01, centered=True, eps=0.01),
    "rmsprop with all": run(RMSprop, lr=0.01, centered=True, momentum=0.5, alpha=0.8, eps=0.1),
    "rprop": run(Rprop, lr=0.05),
    "rprop with all": run(Rprop, lr=0.1, etas=(0.4, 1.5), step_sizes=(0.03, 0.2)),
    "asgd": run(ASGD, lr=0.1),
    "asgd with all": run(ASGD, lr=0.1, lambd=0.1, alpha=0.5, t0=3, weight_decay=0.1),
    "sgd in groups": run(SGD, lr=0.1, momentum=0.5, split=in_two(lr=0.02, weight_decay=0.1)),
    "adam in groups": run(Adam, lr=0.05, split=in_two(betas=(0.5, 0.9), maximize=True)),
    "sgd clipped by norm": run(SGD, lr=0.1, before=lambda all: clip_norm(all, 0.5)),
    "adam clipped by norm": run(Adam, lr=0.05, eps=0.1, before=lambda all: clip_norm(all, 0.1)),
    "sgd clipped by value": run(SGD, lr=0.1, momentum=0.5, before=lambda all: clip_value(all, 0.2)),
    "sgd over three batches": run(SGD, lr=0.3, momentum=0.5, every=3),
    "adam over two batches": run(Adam, lr=0.05, every=2, before=lambda all: clip_norm(all, 0.3)),
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

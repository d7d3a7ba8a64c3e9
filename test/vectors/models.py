"""Writes models.json, what PyTorch gives in float64 for a few small networks: inputs, parameters,
the loss, its gradients for every parameter and floating-point input, and the losses and parameters
of three steps of gradient descent. Weights are [in, out], as in this package.

Run it with any Python that has PyTorch (made with Debian's PyTorch 1.13):
    python3 test/vectors/models.py
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
random = torch.Generator().manual_seed(13)
STEPS = 3


def draw(*shape, scale=1.0):
    return scale * torch.randn(*shape, generator=random)


def labels(count, classes):
    return torch.randint(classes, (count,), generator=random)


def mlp(x, y, W1, b1, W2, b2, W3, b3):
    hidden = torch.relu(torch.tanh(x @ W1 + b1) @ W2 + b2)
    return F.mse_loss(hidden @ W3 + b3, y)


def classifier(x, labels, W, b):
    return F.cross_entropy(x @ W + b, labels)


def convolution(x, labels, K, c, W, b):
    features = torch.relu(F.conv2d(x, K, c, stride=2, padding=1))
    return F.cross_entropy(features.flatten(1) @ W + b, labels)


def recurrence(x, y, h0, U, W, b, V, c):
    h, outputs = h0, []
    for element in x:
        h = torch.tanh(element @ U + h @ W + b)
        outputs.append(h @ V + c)
    return F.mse_loss(torch.stack(outputs), y)


def twice(x, W):
    # W maps there and back, x goes in and is what should come out.
    return F.mse_loss(torch.tanh(x @ W) @ W.T, x)


def thrice(x, w):
    a = x * w
    return (a * torch.exp(a) + torch.sin(a)).sum()


def circuit(x, y, z):
    return (x + y) * z


def vectors(model, inputs, parameters, learning_rate):
    """What the model gives at first, and what three steps of gradient descent make of it."""
    floating = {name: x for name, x in inputs.items() if x.is_floating_point()}
    sources = {**floating, **parameters}
    for source in sources.values():
        source.requires_grad_()
    J = model(**inputs, **parameters)
    gradients = dict(zip(sources, torch.autograd.grad(J, sources.values()), strict=True))
    # A gradient of zeros would be met by a model that forgets the value.
    assert all(gradient.abs().max() > 1e-3 for gradient in gradients.values())
    record = {
        "inputs": plain(inputs),
        "parameters": plain(parameters),
        "J": J.item(),
        "gradients": plain(gradients),
        "learningRate": learning_rate,
    }
    optimizer = torch.optim.SGD(parameters.values(), lr=learning_rate)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        J = model(**inputs, **parameters)
        J.backward()
        optimizer.step()
        losses.append(J.item())
    return {**record, "losses": losses, "after": plain(parameters)}


def plain(tensors):
    return {name: tensor.tolist() for name, tensor in tensors.items()}


models = {
    "mlp": vectors(
        mlp,
        {"x": draw(4, 3), "y": draw(4, 2)},
        {
            **{"W1": draw(3, 5), "b1": draw(5)},
            **{"W2": draw(5, 4), "b2": draw(4)},
            **{"W3": draw(4, 2), "b3": draw(2)},
        },
        learning_rate=0.1,
    ),
    "classifier": vectors(
        classifier,
        {"x": draw(6, 4), "labels": labels(6, 3)},
        {"W": draw(4, 3), "b": draw(3)},
        learning_rate=0.5,
    ),
    "convolution": vectors(
        convolution,
        {"x": draw(2, 2, 6, 5), "labels": labels(2, 3)},
        {"K": draw(3, 2, 3, 3, scale=0.5), "c": draw(3), "W": draw(27, 3, scale=0.5), "b": draw(3)},
        learning_rate=0.1,
    ),
    "recurrence": vectors(
        recurrence,
        {"x": draw(5, 2, 3), "y": draw(5, 2, 1)},
        {
            **{"h0": draw(2, 4), "U": draw(3, 4), "W": draw(4, 4, scale=0.5), "b": draw(4)},
            **{"V": draw(4, 1), "c": draw(1)},
        },
        learning_rate=0.2,
    ),
    "twice": vectors(twice, {"x": draw(4, 3)}, {"W": draw(3, 2)}, learning_rate=0.1),
    "thrice": vectors(thrice, {"x": draw(5)}, {"w": draw(5)}, learning_rate=0.01),
    "circuit": vectors(
        circuit,
        {},
        {"x": torch.tensor(-2.0), "y": torch.tensor(5.0), "z": torch.tensor(-4.0)},
        learning_rate=0.01,
    ),
}
rows = ",\n".join(f'  "{name}": {json.dumps(record)}' for name, record in models.items())
pathlib.Path(__file__).with_suffix(".json").write_text(f"{{\n{rows}\n}}\n")

"""Writes networks.json, what PyTorch gives in float64 for a small convolutional network and a small
transformer, made of torch.nn: parameters under the names of its state_dict, inputs, the loss, all
gradients, and the losses of some steps of Adam or AdamW.

Run it with any Python that has PyTorch (made with Debian's PyTorch 1.13):
    python3 test/vectors/networks.py
"""

import json
import pathlib

import torch
import torch.nn.functional as F
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(19)
STEPS = 5


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class CausalAttention(nn.MultiheadAttention):
    def forward(self, x):
        hidden = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
        return super().forward(x, x, x, attn_mask=hidden, need_weights=False)[0]


class Transformer(nn.Module):
    def __init__(self, vocabulary, context, width, heads, layers):
        super().__init__()
        self.places = nn.Parameter(torch.empty(context, width))
        self.tokens = nn.Embedding(vocabulary, width)

        def block():
            return nn.Sequential(
                Residual(nn.LayerNorm(width), CausalAttention(width, heads, batch_first=True)),
                Residual(
                    nn.LayerNorm(width),
                    nn.Linear(width, 4 * width),
                    nn.GELU(),
                    nn.Linear(4 * width, width),
                ),
            )

        self.decoder = nn.Sequential(
            *[block() for _ in range(layers)],
            nn.LayerNorm(width),
            nn.Linear(width, vocabulary, bias=False),
        )

    def forward(self, tokens):
        return self.decoder(self.tokens(tokens) + self.places).flatten(0, 1)


def cnn(size, channels, hidden, classes):
    first, second = channels
    return nn.Sequential(
        nn.Conv2d(1, first, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(first, second, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(second * (size // 4) ** 2, hidden),
        nn.ReLU(),
        nn.Linear(hidden, classes),
    )


def vectors(network, inputs, targets, optimizer):
    given, expected = [*inputs.values()][0], [*targets.values()][0]
    parameters = dict(network.named_parameters())
    for parameter in parameters.values():
        nn.init.normal_(parameter, std=0.5)
    record = {"inputs": plain({**inputs, **targets}), "parameters": plain(parameters)}
    stepper = optimizer(parameters.values())
    losses = []
    for step in range(STEPS):
        stepper.zero_grad()
        J = F.cross_entropy(network(given), expected.flatten())
        J.backward()
        if step == 0:
            gradients = {name: parameter.grad for name, parameter in parameters.items()}
            assert all(gradient.abs().max() > 1e-3 for gradient in gradients.values())
            record = {**record, "J": J.item(), "gradients": plain(gradients)}
        stepper.step()
        losses.append(J.item())
    return {**record, "losses": losses}


def plain(tensors):
    return {name: tensor.tolist() for name, tensor in tensors.items()}


networks = {
    "cnn": vectors(
        cnn(size=8, channels=(2, 3), hidden=5, classes=3),
        {"x": torch.randn(2, 1, 8, 8)},
        {"labels": torch.tensor([2, 0])},
        lambda parameters: torch.optim.Adam(parameters, lr=0.01),
    ),
    "transformer": vectors(
        Transformer(vocabulary=5, context=4, width=4, heads=2, layers=2),
        {"tokens": torch.tensor([[0, 3, 1, 4], [2, 2, 0, 1]])},
        {"targets": torch.tensor([[3, 1, 4, 2], [2, 0, 1, 0]])},
        lambda parameters: torch.optim.AdamW(parameters, lr=0.01),
    ),
}
rows = ",\n".join(f'  "{name}": {json.dumps(record)}' for name, record in networks.items())
pathlib.Path(__file__).with_suffix(".json").write_text(f"{{\n{rows}\n}}\n")

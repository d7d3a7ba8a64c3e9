"""Writes later-optimizers.json, as optimizers.py does, for what came after PyTorch 1.13: NAdam as it
was mended since, Adafactor and Muon of PyTorch 2.15, and Lion by its paper's formula. Muon's Newton-Schulz steps are made in float64,
where PyTorch rounds to bfloat16, and its matrices stand transposed, as torch.nn.Linear keeps them.

Run it with a Python that has PyTorch 2.9 or newer:
    python3 test/vectors/later-optimizers.py
"""

import json
import pathlib
import platform

import torch
import torch.nn.functional as F
import torch.optim._muon as muon_module

torch.set_default_dtype(torch.float64)
random = torch.Generator().manual_seed(17)
STEPS = 10


def rounded(number):
    return float(f"{number:.12g}")


def plain(tensor):
    return [plain(row) for row in tensor] if tensor.dim() > 0 else rounded(tensor.item())


def draw(*shape):
    return torch.round(torch.randn(*shape, generator=random) * 1000) / 1000


inputs = {"x": draw(5, 2), "y": draw(5, 1)}
first = {"W1": draw(2, 3), "b1": draw(3), "W2": draw(3, 1), "b2": draw(1)}


def newton_schulz(grad, coefficients, steps, eps):
    a, b, c = coefficients
    X = grad.T if grad.size(0) > grad.size(1) else grad
    X = X / X.norm().clamp(min=eps)
    for _ in range(steps):
        A = X @ X.T
        X = a * X + (b * A + c * A @ A) @ X
    return X.T if grad.size(0) > grad.size(1) else X


muon_module._zeropower_via_newtonschulz = newton_schulz


class Lion(torch.optim.Optimizer):
    """Algorithm 2 of Chen et al., "Symbolic discovery of optimization algorithms"."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for w in group["params"]:
                m = self.state[w].setdefault("m", torch.zeros_like(w))
                c = beta1 * m + (1 - beta1) * w.grad
                w -= group["lr"] * (torch.sign(c) + group["weight_decay"] * w)
                self.state[w]["m"] = beta2 * m + (1 - beta2) * w.grad


def run(optimizer, *, only=None, is_transposed=False, **options):
    """`only` names what moves; the other parameters stay as they are."""
    stored = {
        name: (value.T if is_transposed and value.dim() == 2 else value).clone().requires_grad_()
        for name, value in first.items()
    }
    moved = [value for name, value in stored.items() if only is None or name in only]
    stepper = optimizer(moved, **options)
    losses, after = [], []
    for _ in range(STEPS):
        W1, b1, W2, b2 = [
            value.T if is_transposed and value.dim() == 2 else value for value in stored.values()
        ]
        stepper.zero_grad()
        J = F.mse_loss(torch.tanh(inputs["x"] @ W1 + b1) @ W2 + b2, inputs["y"])
        J.backward()
        stepper.step()
        losses.append(rounded(J.item()))
        own = [value.T if is_transposed and value.dim() == 2 else value for value in stored.values()]
        after.append(plain(torch.cat([value.detach().flatten() for value in own])))
    return {"losses": losses, "after": after}


NAdam, Adafactor, Muon = torch.optim.NAdam, torch.optim.Adafactor, torch.optim.Muon
matrices = {"only": ["W1", "W2"], "is_transposed": True}
runs = {
    "nadam": run(NAdam, lr=0.05),
    "nadam with all": run(
        NAdam, lr=0.1, betas=(0.5, 0.8), eps=0.01, weight_decay=0.1, momentum_decay=0.3
    ),
    "lion": run(Lion, lr=0.03),
    "lion with all": run(Lion, lr=0.05, betas=(0.5, 0.8), weight_decay=0.2),
    "adafactor": run(Adafactor, lr=0.05),
    "adafactor with all": run(
        Adafactor, lr=0.4, beta2_decay=-0.5, eps=(0.01, 0.1), d=1.2, weight_decay=0.1
    ),
    "muon": run(Muon, lr=0.05, **matrices),
    "muon with all": run(
        Muon,
        lr=0.1,
        momentum=0.8,
        nesterov=False,
        weight_decay=0.3,
        ns_steps=3,
        eps=0.5,
        ns_coefficients=(3.0, -4.0, 2.0),
        adjust_lr_fn="match_rms_adamw",
        **matrices,
    ),
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

"""Exports small networks from PyTorch as ONNX, with inputs, outputs and gradients, into this folder.

Run with any Python that has PyTorch (made with 1.13): /usr/bin/python3 test/vectors/onnx/models.py
"""
import json
import pathlib
import sys
import warnings

import torch
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings("ignore")
torch.manual_seed(0)
FOLDER = pathlib.Path(__file__).parent


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 6, 3, stride=2, groups=2)
        self.bn2 = nn.BatchNorm2d(6)
        self.head = nn.Linear(6 * 2 * 2, 3)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.avg_pool2d(F.hardswish(self.bn2(self.conv2(x))), 2, stride=1, padding=1)
        return F.log_softmax(self.head(F.dropout(x[:, :, 1:, 1:].flatten(1), 0.3, self.training)), 1)


class ResidualNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.a = nn.Conv2d(4, 8, 3, stride=2, padding=1, bias=False)
        self.norm_a = nn.BatchNorm2d(8)
        self.b = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.norm_b = nn.BatchNorm2d(8)
        self.down = nn.Conv2d(4, 8, 1, stride=2, bias=False)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm(self.stem(x))), 3, 2, 1)
        y = self.norm_b(self.b(F.relu(self.norm_a(self.a(x)))))
        y = F.relu(y + self.down(x))
        return self.fc(F.adaptive_avg_pool2d(y, 1).view(y.size(0), -1))


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 5, num_layers=2, batch_first=True)
        self.fc = nn.Linear(5, 2)

    def forward(self, x):
        y, (h, c) = self.lstm(x)
        return self.fc(y[:, -1]), h, c


class Gru(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 4, bidirectional=True)
        self.rnn = nn.RNN(8, 3)

    def forward(self, x, h):
        y, last = self.gru(x, h)
        z, _ = self.rnn(y)
        return z, last


class Decoder(nn.Module):
    """Up again: transposed convolutions, interpolation of every kind, pixel shuffle, a skip."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1, output_padding=1)
        self.mix = nn.Conv2d(6, 8, 3, padding=2, dilation=2, padding_mode="reflect")
        self.act = nn.PReLU(8)

    def forward(self, x):
        a = self.up(x)
        b = F.interpolate(x[:, :3], scale_factor=2, mode="nearest")
        y = self.act(self.mix(torch.cat([a, b], 1)))
        y = F.pixel_shuffle(y, 2)
        y = F.interpolate(y, size=(7, 9), mode="bilinear", align_corners=False)
        z = F.interpolate(y, size=(5, 4), mode="bicubic", align_corners=True)
        return F.pad(F.gelu(z), (1, 2, 0, 1), value=0.5), torch.clamp(y, -0.2, 0.4)


class Attention(nn.Module):
    """Written out, as exporters of language models give it: shapes, masks and positions."""

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(11, 8)
        self.positions = nn.Embedding(16, 8)
        self.qkv = nn.Linear(8, 24)
        self.out = nn.Linear(8, 8)
        self.norm = nn.LayerNorm(8)

    def forward(self, ids):
        batch, steps = ids.shape
        x = self.tokens(ids) + self.positions(torch.arange(steps, device=ids.device))[None]
        q, k, v = self.qkv(self.norm(x)).view(batch, steps, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
        mask = torch.full((steps, steps), float("-inf")).triu(1)
        weights = torch.softmax(q @ k.transpose(-1, -2) / 2.0 + mask, -1)
        y = torch.einsum("bhqk,bhkd->bqhd", weights, v).reshape(batch, steps, -1)
        x = x + self.out(y)
        return x @ self.tokens.weight.t(), (ids != 0).sum(1), x.masked_fill(ids[..., None] == 0, -1.0)


class Loops(nn.Module):
    def forward(self, x):
        y = x
        for _ in range(3):
            y = torch.tanh(y) + x
        if bool(y.sum() > 0):
            y = y * 2
        else:
            y = y - 1
        return y


def sequential():
    return nn.Sequential(nn.Linear(4, 8), nn.SiLU(), nn.Linear(8, 8), nn.ELU(0.5), nn.Linear(8, 3))


def encoder():
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, activation="gelu", batch_first=True)
    return nn.TransformerEncoder(layer, 1)


def tensor_of(x):
    return {"shape": list(x.shape), "data": [float(f"{v:.7g}") for v in x.double().flatten().tolist()]}


def export(name, model, inputs, opset, axes=None, gradients=True):
    """`axes`: the dynamic ones of each input, {input: {axis: name}}."""
    with torch.no_grad():
        for key, value in model.state_dict().items():
            if key.endswith("running_mean"):
                value.copy_(torch.randn_like(value) * 0.3)
            if key.endswith("running_var"):
                value.copy_(torch.rand_like(value) + 0.5)
            if "norm" in key and key.endswith(("weight", "bias")):
                value.copy_(torch.randn_like(value))
    model.eval()
    for parameter in model.parameters():
        parameter.requires_grad_(True)
    names = list(inputs)
    outputs = model(*inputs.values())
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    example = torch.jit.script(model) if name == "loops" else model
    torch.onnx.export(
        example, tuple(inputs.values()), str(FOLDER / f"{name}.onnx"), opset_version=opset,
        input_names=names, output_names=[f"y{i}" for i in range(len(outputs))],
        dynamic_axes=axes, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=not gradients,  # which makes of weights what has no name
    )
    record = {
        "inputs": {key: tensor_of(x) for key, x in inputs.items()},
        "outputs": [tensor_of(y) for y in outputs],
    }
    if gradients:
        model.zero_grad()
        (outputs[0] ** 2).mean().backward()
        known = {key: p for key, p in model.named_parameters() if p.grad is not None and p.dim() < 3}
        record["gradients"] = {key: tensor_of(p.grad) for key, p in known.items()}
    return record


def main():
    records = {
        "mlp": export("mlp", sequential(), {"x": torch.randn(3, 4)}, 13, {"x": {0: "batch"}}),
        "cnn": export("cnn", Cnn(), {"image": torch.randn(2, 1, 10, 10)}, 14, {"image": {0: "n"}}),
        "residual": export("residual", ResidualNet(), {"x": torch.randn(1, 3, 16, 16)}, 15),
        "lstm": export(
            "lstm", Lstm(), {"x": torch.randn(2, 4, 3)}, 16, {"x": {0: "batch", 1: "steps"}}, False
        ),
        "gru": export(
            "gru", Gru(), {"x": torch.randn(5, 2, 3), "h": torch.randn(2, 2, 4)}, 13, None, False
        ),
        "decoder": export("decoder", Decoder(), {"x": torch.randn(1, 4, 4, 5)}, 16),
        "encoder": export(
            "encoder", encoder(), {"x": torch.randn(2, 5, 8)}, 17, {"x": {0: "batch"}}, False
        ),
        "attention": export(
            "attention", Attention(), {"ids": torch.tensor([[3, 7, 0, 1], [2, 0, 10, 5]])}, 14,
            {"ids": {0: "batch", 1: "steps"}},
        ),
        "loops": export("loops", Loops(), {"x": torch.randn(2, 3)}, 15, None, False),
    }
    made_with = {"torch": torch.__version__, "python": sys.version.split()[0]}
    text = json.dumps({"madeWith": made_with, "models": records}, separators=(",", ":"))
    (FOLDER / "models.json").write_text(text + "\n")


main()

"""Writes what PyTorch saves of small trained models, <name>.pt, and models.json with what they give.

Run it with any Python that has PyTorch (made with Debian's PyTorch 1.13):
    python3 test/vectors/pt/models.py

Each model takes a few steps of training first, so that running statistics are not what they begin
with. `values.pt` holds one tensor of every dtype and view, and plain data of every kind.
"""

import json
import pathlib
from collections import OrderedDict

import torch
from torch import nn

here = pathlib.Path(__file__).parent


class Recurrent(nn.Module):
    """An LSTM of two layers, both ways, and a head on its last step."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        output, _ = self.lstm(x)
        return self.head(output[:, -1])


def encoder_layer():
    return nn.TransformerEncoderLayer(
        8, 2, dim_feedforward=12, dropout=0.0, batch_first=True, activation="gelu"
    )


def build():
    """Each model, and the shape of what it is given."""
    return {
        "mlp": (nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3)), [5, 4]),
        "cnn": (
            nn.Sequential(
                nn.Conv2d(2, 4, 3, padding=1),
                nn.BatchNorm2d(4),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Conv2d(4, 3, 3, stride=2, padding=1, bias=False),
                nn.BatchNorm2d(3),
                nn.Flatten(),
                nn.Linear(12, 3),
            ),
            [3, 2, 8, 8],
        ),
        "lstm": (Recurrent(), [2, 5, 3]),
        "encoder": (nn.TransformerEncoder(encoder_layer(), 2, enable_nested_tensor=False), [2, 5, 8]),
    }


def train(model, shape):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    model.train()
    for _ in range(3):
        optimizer.zero_grad()
        model(torch.randn(shape)).square().mean().backward()
        optimizer.step()
    model.eval()
    return optimizer


def recorded(tensor):
    return {"shape": list(tensor.shape), "data": [float(number) for number in tensor.flatten()]}


def main():
    torch.manual_seed(0)
    record = {}
    for name, (model, shape) in build().items():
        optimizer = train(model, shape)
        x = torch.randn(shape)
        with torch.no_grad():
            record[name] = {"x": recorded(x), "y": recorded(model(x))}
        torch.save(model.state_dict(), here / f"{name}.pt")
        if name == "mlp":
            # What people save to go on training: dicts in dicts, the optimizer's numbers, a few facts.
            wrapped = OrderedDict((f"module.{key}", value) for key, value in model.state_dict().items())
            checkpoint = {
                "state_dict": wrapped,
                "optimizer": optimizer.state_dict(),
                "epoch": 3,
                "loss": 0.25,
                "classes": ["a", "b", "c"],
            }
            torch.save(checkpoint, here / "checkpoint.pt")
            torch.save(model, here / "whole.pt")
            torch.save(model.state_dict(), here / "old.pt", _use_new_zipfile_serialization=False)
            for protocol in (3, 4, 5):
                torch.save(model.state_dict(), here / f"protocol{protocol}.pt", pickle_protocol=protocol)
            torch.jit.save(torch.jit.script(model[:1]), here / "script.pt")

    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    half = [1, -2, 65504, 6e-8, float("inf"), -0.0]
    values = {
        "views": {
            "whole": base,
            "transposed": base.permute(2, 0, 1),
            "row": base[1, 2],
            "column": base[:, 1, ::2],
            "expanded": base[0, 0, :2].unsqueeze(1).expand(2, 3),
            "same": base,
            "scalar": base[1, 1, 1],
            "empty": base[:, :0],
        },
        "dtypes": {
            "f16": torch.tensor(half, dtype=torch.float16),
            "bf16": torch.tensor(half, dtype=torch.bfloat16),
            "f32": torch.tensor([1.5, 1.401298464324817e-45]),
            "f64": torch.tensor([0.1], dtype=torch.float64),
            "i8": torch.tensor([-128, 127], dtype=torch.int8),
            "i16": torch.tensor([-32768, 32767], dtype=torch.int16),
            "i32": torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
            "i64": torch.tensor([-(2**63), 2**63 - 1], dtype=torch.int64),
            "u8": torch.tensor([0, 255], dtype=torch.uint8),
            "bool": torch.tensor([True, False]),
        },
        "parameter": nn.Parameter(torch.tensor([[1.0, 2.0], [3.0, 4.0]])),
        "plain": {
            "none": None,
            "truth": True,
            "large": 2**70,
            "negative": -(2**40),
            "nan": float("nan"),
            "text": "µ",
            "list": [1, 2.5, "x", None, float("inf")],
            "tuple": (1, 2),
            "size": torch.Size([2, 3]),
            "device": torch.device("cpu"),
            "dtype": torch.float16,
            "set": {7},
            3: "a number as a key",
        },
        "list": [torch.ones(2), {"inner": torch.zeros(1)}],
    }
    torch.save(values, here / "values.pt")
    torch.save({"z": torch.ones(2, dtype=torch.complex64)}, here / "complex.pt")
    (here / "models.json").write_text(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()

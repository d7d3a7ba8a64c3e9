"""Loads safetensors into the models of models.py and writes what they give for models.json's inputs.

    python3 test/vectors/pt/load.py <folder with mlp.safetensors …>

It prints JSON, outputs by model. Files are read here, so that PyTorch alone is needed.
"""

import json
import pathlib
import struct
import sys

sys.dont_write_bytecode = True

import torch

from models import build, here

dtypes = {"F32": torch.float32, "I64": torch.int64}


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for key, entry in header.items():
        begin, end = entry["data_offsets"]
        elements = bytearray(data[8 + length + begin : 8 + length + end])
        tensors[key] = torch.frombuffer(elements, dtype=dtypes[entry["dtype"]]).reshape(entry["shape"])
    return tensors


folder = pathlib.Path(sys.argv[1])
record = json.loads((here / "models.json").read_text())
outputs = {}
for name, (model, _) in build().items():
    model.load_state_dict(read_safetensors(folder / f"{name}.safetensors"))  # strict
    model.eval()
    x = torch.tensor(record[name]["x"]["data"]).reshape(record[name]["x"]["shape"])
    with torch.no_grad():
        outputs[name] = model(x).flatten().tolist()
print(json.dumps(outputs))

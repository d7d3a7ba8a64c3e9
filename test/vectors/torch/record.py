"""What every script of this folder shares: it calls a function of PyTorch in float64 on recorded
inputs, pulls a random upstream gradient back through it, and writes inputs, outputs and gradients
as JSON. test/support/torch-vectors.ts says how they are compared.

Run a script with any Python that has PyTorch (made with Debian's PyTorch 1.13):
    python3 test/vectors/torch/activations.py
"""

import json
import math
import pathlib
import sys

import torch

torch.set_default_dtype(torch.float64)


class Recording:
    """The cases of one file, named after the script that makes it."""

    def __init__(self, script, seed=0):
        self.path = pathlib.Path(script).with_suffix(".json")
        self.cases = []
        torch.manual_seed(seed)

    def case(self, name, function, inputs, options=None, *, gradients=None):
        """Records function(**inputs): a tensor, or a tuple of them.

        `name` is the builder's in the test, `options` what the test hands to it besides.
        Gradients are recorded of all floating-point inputs, or of those named in `gradients`;
        [] where there are none.
        """
        if gradients is None:
            gradients = [key for key, value in inputs.items() if value.is_floating_point()]
        leaves = {
            key: value.detach().clone().requires_grad_(key in gradients)
            for key, value in inputs.items()
        }
        result = function(**leaves)
        outputs = list(result) if isinstance(result, (tuple, list)) else [result]
        upstreams = [
            numbers(*output.shape) if output.is_floating_point() else None for output in outputs
        ]
        record = {
            "name": name,
            "options": options or {},
            "inputs": {key: recorded(value) for key, value in inputs.items()},
            "outputs": [recorded(output) for output in outputs],
        }
        if gradients:
            total = sum((o * u).sum() for o, u in zip(outputs, upstreams) if u is not None)
            pulled = torch.autograd.grad(
                total, [leaves[key] for key in gradients], allow_unused=True
            )
            record["upstreams"] = [None if u is None else recorded(u) for u in upstreams]
            record["gradients"] = {
                key: recorded(torch.zeros_like(leaves[key]) if g is None else g)
                for key, g in zip(gradients, pulled)
            }
        self.cases.append(record)

    def write(self):
        """One case to a line, so that a change shows as what it is."""
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in self.cases)
        head = json.dumps({"torch": torch.__version__, "python": sys.version.split()[0]})
        self.path.write_text(f'{{"madeWith":{head},"cases":[\n{lines}\n]}}\n')


def numbers(*shape):
    """Normal random numbers of few digits, so that the file stays small."""
    return (torch.randn(shape) * 1e4).round() / 1e4


def recorded(value):
    """Shape, dtype and the flat elements of a tensor; what JSON cannot write as a word."""
    names = {torch.float64: "f64", torch.int64: "i32", torch.int32: "i32", torch.bool: "bool"}
    flat = value.detach().reshape(-1).tolist()
    return {
        "shape": list(value.shape),
        "dtype": names[value.dtype],
        "data": [written(element) for element in flat],
    }


def written(element):
    if isinstance(element, float) and not math.isfinite(element):
        return "NaN" if math.isnan(element) else ("Infinity" if element > 0 else "-Infinity")
    return element

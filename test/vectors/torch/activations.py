"""Writes activations.json: activations of torch.nn.functional on random numbers and on their edges."""

import torch
import torch.nn.functional as F
from record import Recording, numbers

recording = Recording(__file__)
x = numbers(3, 4)


def record(name, function, options=None):
    recording.case(name, function, {"x": x}, options)


record("relu", lambda x: F.relu(x))
record("leakyRelu", lambda x: F.leaky_relu(x, 0.2), {"slope": 0.2})
record("elu", lambda x: F.elu(x, 0.7), {"alpha": 0.7})
record("gelu", lambda x: F.gelu(x))
record("silu", lambda x: F.silu(x))
record("softplus", lambda x: F.softplus(x, beta=2, threshold=20), {"beta": 2})

record("mish", lambda x: F.mish(x))
record("selu", lambda x: F.selu(x))
# Of alpha, PyTorch takes 1 / alpha in f32, so it is one that f32 holds.
record("celu", lambda x: F.celu(x, 0.5), {"alpha": 0.5})
record("hardtanh", lambda x: F.hardtanh(x))
record("hardtanh", lambda x: F.hardtanh(x, -0.5, 2), {"min": -0.5, "max": 2})
record("relu6", lambda x: F.relu6(x))
# Not F.hardsigmoid, whose gradient has 1 / 6 in f32.
record("hardsigmoid", lambda x: F.relu6(x + 3) / 6)
record("hardswish", lambda x: F.hardswish(x))
record("softsign", lambda x: F.softsign(x))
record("tanhshrink", lambda x: F.tanhshrink(x))
record("softshrink", lambda x: F.softshrink(x, 0.3), {"lambda": 0.3})
record("hardshrink", lambda x: F.hardshrink(x, 0.3), {"lambda": 0.3})
record("threshold", lambda x: F.threshold(x, 0.1, 20), {"threshold": 0.1, "value": 20})
record("logSigmoid", lambda x: F.logsigmoid(x))
record("softmin", lambda x: F.softmin(x, 0), {"axis": 0})
record("glu", lambda x: F.glu(x, 1), {"axis": 1})
record("rrelu", lambda x: F.rrelu(x, 0.1, 0.3), {"lower": 0.1, "upper": 0.3})

# At the bends, and far away.
bends = torch.tensor([-60.0, -6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0, 60.0])
for name, function in [
    ("relu", F.relu),
    ("relu6", F.relu6),
    ("hardtanh", F.hardtanh),
    ("hardswish", F.hardswish),
    ("selu", F.selu),
    ("mish", F.mish),
    ("softsign", F.softsign),
    ("logSigmoid", F.logsigmoid),
]:
    recording.case(name, lambda x: function(x), {"x": bends})
recording.case("softshrink", lambda x: F.softshrink(x), {"x": bends}, {"lambda": 0.5})
recording.case("hardshrink", lambda x: F.hardshrink(x), {"x": bends}, {"lambda": 0.5})

recording.case("prelu", lambda x, weight: F.prelu(x, weight), {"x": x, "weight": torch.tensor([0.25])})
recording.case("prelu", lambda x, weight: F.prelu(x, weight), {"x": numbers(2, 3, 2), "weight": numbers(3)})
recording.case("softmax2d", lambda x: torch.nn.Softmax2d()(x), {"x": numbers(1, 3, 2, 2)})

recording.write()

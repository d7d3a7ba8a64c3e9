"""Writes elementwise.json: operations on single elements, on random numbers and on their edges."""

import torch
from record import Recording, numbers

recording = Recording(__file__)
inf, nan = float("inf"), float("nan")


def record(name, function, x, options=None):
    recording.case(name, lambda x: function(x), {"x": x}, options)


def unary(name, function, inside, edges):
    """Gradients inside, none at the edges, where they may be anything."""
    record(name, function, inside)
    recording.case(name, lambda x: function(x), {"x": torch.tensor(edges)}, gradients=[])


wide = numbers(9) * 3
unit = torch.tanh(numbers(9))
EDGES = [-inf, -0.0, 0.0, inf, nan]
HALVES = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, *EDGES]
for name in ["floor", "ceil", "trunc", "round", "frac"]:
    unary(name, getattr(torch, name), wide, HALVES)
record("roundDecimals", lambda x: torch.round(x, decimals=2), wide, {"decimals": 2})
record("roundDecimals", lambda x: torch.round(x, decimals=-1), wide * 20, {"decimals": -1})

SMALL = [1e-9, -1e-9, 1e-4, *EDGES]
for name in ["tan", "atan", "sinh", "cosh", "asinh", "square", "exp2", "sinc", "erfc"]:
    unary(name, getattr(torch, name), wide, SMALL)
record("erfc", torch.erfc, torch.tensor([-6.0, -1.0, -0.4765625, 0.4765625, 1.0, 5.0, 9.0, 20.0]))
record("atan", torch.atan, torch.tensor([-40.0, -2.4375, -1.0, -0.625, 0.625, 1.0, 2.4375, 40.0]))
for name in ["asin", "acos", "atanh"]:
    unary(name, getattr(torch, name), unit, [-2.0, -1.0, 1.0, 1.5, *SMALL])
unary("acosh", torch.acosh, 1 + wide.abs(), [1.0, 1 + 2**-23, 0.5, -1.0, -3.0, *EDGES])
for name in ["log2", "log10", "rsqrt"]:
    unary(name, getattr(torch, name), wide.abs() + 0.01, [1.0, 8.0, 1000.0, -1.0, *EDGES])
unary("reciprocal", torch.reciprocal, wide, EDGES)
unary("logit", torch.logit, unit.abs(), [0.5, 0.50001, 1e-6, 0.0, 1.0, -0.5, 1.5, nan])
record("logit", lambda x: torch.logit(x, eps=0.2), unit.abs(), {"epsilon": 0.2})

record("nanToNum", torch.nan_to_num, torch.tensor([1.5, -2.0, nan]))
replaced = {"nan": 1.5, "positiveInfinity": 20, "negativeInfinity": -30}
record("nanToNum", lambda x: torch.nan_to_num(x, 1.5, 20, -30), torch.tensor([1.5, nan, inf, -inf]), replaced)
for name, function in [("isNaN", torch.isnan), ("isFinite", torch.isfinite), ("isInf", torch.isinf)]:
    recording.case(name, lambda x: function(x), {"x": torch.tensor([1.5, *EDGES])}, gradients=[])


def binary(name, function, a, b, *, edges=None):
    recording.case(name, lambda a, b: function(a, b), {"a": a, "b": b})
    if edges:
        first, second = (torch.tensor(side) for side in zip(*edges))
        recording.case(name, lambda a, b: function(a, b), {"a": first, "b": second}, gradients=[])


PAIRS = [(0.0, 0.0), (0.0, -0.0), (-0.0, -0.0), (1.0, inf), (inf, inf), (-inf, inf), (nan, 1.0), (inf, nan)]
for name, function in [("atan2", torch.atan2), ("hypot", torch.hypot), ("logAddExp", torch.logaddexp)]:
    binary(name, function, numbers(3, 4), numbers(4), edges=PAIRS)
DIVISIONS = [(7.0, 2.0), (-7.0, 2.0), (7.0, -2.0), (-6.0, 3.0), (3.0, 0.0), (inf, 2.0), (2.0, inf), (-2.0, inf), (-0.0, 3.0)]
for name, function in [("remainder", torch.remainder), ("fmod", torch.fmod)]:
    binary(name, function, numbers(3, 4) * 9, numbers(4) + 2, edges=DIVISIONS)
    a, b = torch.tensor([-7, 7, -7, 7, 6]), torch.tensor([3, -3, -3, 3, 3])
    recording.case(name, lambda a, b: function(a, b), {"a": a, "b": b})
ends = {"start": numbers(3, 4), "end": numbers(4), "weight": numbers(3, 4)}
recording.case("lerp", lambda start, end, weight: torch.lerp(start, end, weight), ends)

recording.write()

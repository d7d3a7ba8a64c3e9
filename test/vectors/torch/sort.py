"""Writes sort.json: sorting, the first of an order, quantiles and searching in sorted sequences."""

import math

import torch
from record import Recording, numbers

recording = Recording(__file__)
nan = math.nan
cube = numbers(3, 5, 4)
ties = torch.tensor([[2.0, 1, 2, 1, 3, 2], [0, 0, -0.0, 5, 5, 0]])
special = torch.tensor([1.5, nan, -math.inf, 0, math.inf, -0.0, nan, -2])
long = numbers(2, 70)


def along(name, function, x, **options):
    recording.case(name, lambda x: function(x, **options), {"x": x}, options)


def in_order(x, axis, descending):
    return torch.sort(x, dim=axis, descending=descending, stable=True)


for x in (ties, special, long):
    along("sort", in_order, x, axis=-1, descending=False)
    along("sort", in_order, x, axis=-1, descending=True)
for axis in (0, 1, -1):
    along("sort", in_order, cube, axis=axis, descending=axis == 1)
whole = (numbers(2, 6) * 3).to(torch.int32)
along("sort", in_order, whole, axis=1, descending=True)
along("sort", in_order, whole > 0, axis=0, descending=False)


def places(x, axis, descending):
    return torch.argsort(x, dim=axis, descending=descending, stable=True)


recording.case(
    "argsort", lambda x: places(x, 1, True), {"x": ties}, {"axis": 1, "descending": True}, gradients=[]
)


def first(x, k, axis, largest):
    return torch.topk(x, k, dim=axis, largest=largest)


along("topk", first, cube, k=2, axis=1, largest=True)
along("topk", first, cube, k=3, axis=-1, largest=False)
along("topk", first, long, k=4, axis=-1, largest=True)
along("topk", first, long, k=3, axis=1, largest=False)
along("topk", first, long, k=40, axis=1, largest=True)


def kth(x, k, axis, keepDims):
    return torch.kthvalue(x, k, dim=axis, keepdim=keepDims)


along("kthvalue", kth, cube, k=2, axis=1, keepDims=False)
along("kthvalue", kth, cube, k=3, axis=0, keepDims=True)
along("kthvalue", kth, special[[0, 1, 2, 3, 4, 7]], k=6, axis=0, keepDims=False)


def middle(x, axis):
    return x.median() if axis is None else torch.median(x, dim=axis).values


for axis in (None, 0, 1, -1):
    along("median", middle, cube, axis=axis)
along("median", middle, long, axis=1)


def fraction(x, q, axis, keepDims=False, interpolation="linear"):
    at = torch.tensor(q)
    return torch.quantile(x, at, dim=axis, keepdim=keepDims, interpolation=interpolation)


along("quantile", fraction, cube, q=0.3, axis=None)
along("quantile", fraction, cube, q=0.9, axis=1, keepDims=True)
along("quantile", fraction, cube, q=[0.0, 0.25, 0.6, 1.0], axis=-1)
along("quantile", fraction, cube, q=[0.5], axis=0, keepDims=True)
for way in ("lower", "higher", "nearest", "midpoint"):
    along("quantile", fraction, cube, q=[0.1, 0.375, 0.5], axis=1, interpolation=way)
rows = torch.tensor([[1.0, nan, 2], [3, 2, 1]])
recording.case(
    "quantile", lambda x: fraction(x, 0.5, 1), {"x": rows}, {"q": 0.5, "axis": 1}, gradients=[]
)


def search(sequence, values, right):
    recording.case(
        "searchsorted",
        lambda sequence, values: torch.searchsorted(sequence, values, right=right),
        {"sequence": sequence, "values": values},
        {"right": right},
        gradients=[],
    )


steps = torch.tensor([-2.0, 0, 0, 1, 1, 1, 4])
for right in (False, True):
    search(steps, torch.tensor([[-3.0, -2, 0], [1, 4, 5], [0.5, math.inf, -math.inf]]), right)
    search(torch.sort(numbers(2, 3, 9)).values, numbers(2, 3, 4), right)
    search(steps[:1], torch.tensor([-3.0, -2, 0]), right)
    search(torch.arange(16), torch.tensor([0, 7, 15, 16]), right)

recording.write()

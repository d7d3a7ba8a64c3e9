"""Writes reductions.json: reductions and running reductions on random numbers and on their edges."""

import math

import torch
from record import Recording, numbers

recording = Recording(__file__, seed=1)
matrix = numbers(3, 4)
block = numbers(2, 3, 2)
words = {math.inf: "Infinity", -math.inf: "-Infinity"}


def spread(name, x, axis=None, correction=1, keep=False):
    options = {"axis": axis, "correction": correction, "keepDims": keep}
    function = getattr(torch, name)
    recording.case(
        name, lambda x: function(x, dim=axis, correction=correction, keepdim=keep), {"x": x}, options
    )


for name in ["var", "std"]:
    spread(name, matrix)
    spread(name, matrix, 0, 0)
    spread(name, block, [0, -1], 2, True)
    # Far from 0, of numbers that f32 holds.
    spread(name, (matrix * 64).round() / 64 + 1024, 1)
    # Of one element.
    spread(name, numbers(2, 1), 1)
# A row of equal elements: a spread of 0.
spread("std", torch.tensor([[2.0, 2.0, 2.0], [1.0, 2.0, 4.0]]), 1)


def norm(x, p, axis=None, keep=False):
    options = {"axis": axis, "keepDims": keep, "p": words.get(p, p)}
    recording.case(
        "norm", lambda x: torch.linalg.vector_norm(x, p, dim=axis, keepdim=keep), {"x": x}, options
    )


zeros = torch.tensor([[0.0, 0.0, 0.0], [1.5, 0.0, -2.0]])
ties = torch.tensor([[2.0, -2.0, 1.0], [0.5, 3.0, -0.5]])
for p in [2, 1, math.inf, -math.inf, 0, 3, 1.5, 0.5]:
    norm(matrix, p, 1)
    norm(zeros, p, -1, True)
norm(matrix, 2)
norm(block, 3, (0, 2))
norm(ties, math.inf, 1)
norm(ties, -math.inf, 1)

truths = torch.tensor([[True, False, False], [True, True, True], [False, False, False]])
counts = torch.tensor([[0, 3], [1, 2], [0, 0]], dtype=torch.int32)
for name in ["any", "all"]:
    function = getattr(torch, name)
    for x in [truths, counts, torch.tensor([[0.0, math.nan], [1.0, -math.inf]])]:
        recording.case(name, lambda x: function(x), {"x": x}, gradients=[])
        recording.case(
            name, lambda x: function(x, dim=1, keepdim=True), {"x": x}, {"axis": 1, "keepDims": True}, gradients=[]
        )

for x in [matrix, counts, torch.tensor([[1.0, -1.0, -1.0], [2.0, math.nan, -5.0]])]:
    recording.case("argmin", lambda x: torch.argmin(x), {"x": x}, gradients=[])
    recording.case("argmin", lambda x: torch.argmin(x, 1), {"x": x}, {"axis": 1}, gradients=[])

holes = torch.tensor([[1.0, math.nan, 2.5], [math.nan, math.nan, -4.0]])
recording.case("nansum", lambda x: torch.nansum(x), {"x": holes})
recording.case("nansum", lambda x: torch.nansum(x, 0), {"x": holes}, {"axis": 0})


def along(name, function, x, axis):
    recording.case(name, lambda x: function(x, axis), {"x": x}, {"axis": axis})


with_zeros = torch.tensor([[1.5, 0.0, 2.0, -3.0, 0.0, 2.0], [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]])
with_ties = torch.tensor([[1.0, 3.0, 3.0, 2.0, 5.0, 5.0], [4.0, 4.0, 1.0, 1.0, 0.0, 4.0]])
running = {
    "cumsum": torch.cumsum,
    "cumprod": torch.cumprod,
    "logCumSumExp": torch.logcumsumexp,
    "cummax": lambda x, axis: torch.cummax(x, axis).values,
    "cummin": lambda x, axis: torch.cummin(x, axis).values,
}
for name, function in running.items():
    along(name, function, matrix, 0)
    along(name, function, matrix, -1)
    along(name, function, block, 1)
    along(name, function, numbers(3, 1), 1)
for name in ["cumprod", "cumsum"]:
    along(name, running[name], with_zeros, 1)
for name in ["cummax", "cummin"]:
    along(name, running[name], with_ties, 1)
    along(name, running[name], torch.tensor([2.0, math.nan, 3.0, math.nan, 1.0]), 0)
# What grows by far more than an exponential holds, and what falls.
along("logCumSumExp", torch.logcumsumexp, torch.tensor([-900.0, -3.0, 2.0, 800.0, 799.0]), 0)
along("logCumSumExp", torch.logcumsumexp, torch.tensor([900.0, 3.0, -2.0, -800.0, 901.0]), 0)
for name in ["cumsum", "cumprod", "cummax", "cummin"]:
    function = running[name]
    recording.case(
        name,
        lambda x: function(x, 1).to(torch.int32),
        {"x": torch.tensor([[3, -1, 4], [1, 5, -9]], dtype=torch.int32)},
        {"axis": 1},
        gradients=[],
    )

recording.write()

"""Writes shapes.json: operations that move elements, copy them or take some of them."""

import torch
from record import Recording, numbers

recording = Recording(__file__, seed=2)
row = numbers(5)
matrix = numbers(3, 4)
block = numbers(2, 3, 4)
whole = torch.arange(6, dtype=torch.int32).reshape(2, 3)


def case(name, function, x, options=None):
    recording.case(name, function, {"x": x}, options)


for shifts, axis in [(2, None), (-7, None), ([1, -2], [0, 2]), (5, 1)]:
    case("roll", lambda x: torch.roll(x, shifts, axis), block, {"shifts": shifts, "axis": axis})
for repeats in [[2], [3, 1, 2], [2, 1, 1, 2]]:
    case("tile", lambda x: torch.tile(x, repeats), block, {"repeats": repeats})
case("tile", lambda x: torch.tile(x, [0, 2]), matrix, {"repeats": [0, 2]})
for repeats, axis in [(2, None), (3, 1), (1, -1), (0, 0), ([1, 0, 4], 1)]:
    counts = torch.tensor(repeats) if isinstance(repeats, list) else repeats
    case(
        "repeatInterleave",
        lambda x: torch.repeat_interleave(x, counts, axis),
        block,
        {"repeats": repeats, "axis": axis},
    )
thin = numbers(1, 3, 1, 2)
case("squeeze", lambda x: torch.squeeze(x), thin)
for axis in [0, 1, -2]:
    case("squeeze", lambda x: torch.squeeze(x, axis), thin, {"axis": axis})
for axis in [0, 1, -1]:
    case("unsqueeze", lambda x: torch.unsqueeze(x, axis), matrix, {"axis": axis})
for name, function in [("tril", torch.tril), ("triu", torch.triu)]:
    for diagonal in [0, 1, -2, 9]:
        case(name, lambda x: function(x, diagonal), block, {"diagonal": diagonal})
    case(name, lambda x: function(x), whole, {"diagonal": 0})
for offset, axis1, axis2 in [(0, 0, 1), (1, 1, 2), (-1, 2, 0), (2, -2, -1), (3, 0, 1)]:
    options = {"offset": offset, "axis1": axis1, "axis2": axis2}
    case("diagonal", lambda x: torch.diagonal(x, offset, axis1, axis2), block, options)
for offset, axis1, axis2 in [(0, -2, -1), (1, 0, 1), (-2, 2, 0)]:
    options = {"offset": offset, "axis1": axis1, "axis2": axis2}
    case("diagEmbed", lambda x: torch.diag_embed(x, offset, axis1, axis2), matrix, options)
for x in [row, matrix]:
    for diagonal in [0, 2, -1]:
        case("diag", lambda x: torch.diag(x, diagonal), x, {"diagonal": diagonal})
case("trace", lambda x: torch.trace(x), matrix)
case("swapAxes", lambda x: torch.swapaxes(x, 0, -1), block, {"axis1": 0, "axis2": -1})
for source, destination in [(0, 2), ([0, 2], [1, 0]), (-1, 0)]:
    options = {"source": source, "destination": destination}
    case("moveAxis", lambda x: torch.moveaxis(x, source, destination), block, options)
for axis, size, step in [(2, 2, 1), (1, 3, 1), (-1, 2, 2), (2, 1, 3)]:
    options = {"axis": axis, "size": size, "step": step}
    case("unfold", lambda x: x.unfold(axis, size, step), block, options)
case("unfold", lambda x: x.unfold(0, 3, 1), row, {"axis": 0, "size": 3, "step": 1})
for chunks, axis in [(3, 0), (4, 0), (2, -1)]:
    x = numbers(7, 3)
    case("chunk", lambda x: torch.chunk(x, chunks, axis), x, {"chunks": chunks, "axis": axis})
pair = {"a": numbers(3), "b": numbers(4)}
for indexing in ["ij", "xy"]:
    recording.case(
        "meshgrid",
        lambda a, b: torch.meshgrid(a, b, indexing=indexing),
        pair,
        {"indexing": indexing, "count": 2},
    )
    three = {**pair, "c": numbers(2)}
    recording.case(
        "meshgrid",
        lambda a, b, c: torch.meshgrid(a, b, c, indexing=indexing),
        three,
        {"indexing": indexing, "count": 3},
    )
recording.case(
    "broadcastTensors",
    lambda a, b, c: torch.broadcast_tensors(a, b, c),
    {"a": numbers(3, 1), "b": numbers(4), "c": numbers(2, 1, 1)},
)

recording.write()

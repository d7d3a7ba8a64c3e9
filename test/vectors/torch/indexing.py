"""Writes indexing.json: reading and writing at places that other elements name."""

import torch
from record import Recording, numbers

recording = Recording(__file__, seed=3)
matrix = numbers(4, 5)
block = numbers(2, 4, 3)


def places(length, *shape):
    return torch.randint(length, shape, dtype=torch.int32)


def distinct(length, *shape):
    """Places along the first axis that are not named twice."""
    columns = torch.stack([torch.randperm(length) for _ in range(shape[1])], 1)
    return columns[: shape[0]].to(torch.int32)


for axis, count in [(0, 6), (1, 2), (-1, 1), (0, 0)]:
    recording.case(
        "indexSelect",
        lambda x, index: torch.index_select(x, axis, index.long()),
        {"x": matrix, "index": places(4, count)},
        {"axis": axis},
    )
for axis, shape in [(1, (4, 2)), (0, (1, 5)), (1, (1, 3)), (-2, (2, 1))]:
    recording.case(
        "takeAlongAxis",
        lambda x, index: torch.take_along_dim(x, index.long(), axis),
        {"x": matrix, "index": places(4, *shape)},
        {"axis": axis},
    )
recording.case(
    "takeAlongAxis",
    lambda x, index: torch.take_along_dim(x, index.long()),
    {"x": matrix, "index": places(20, 3, 2)},
)
for axis, shape in [(0, (6, 5)), (1, (4, 7)), (1, (2, 1))]:
    index = places(4, *shape)
    recording.case(
        "gather",
        lambda x, index: torch.gather(x, axis, index.long()),
        {"x": matrix, "index": index},
        {"axis": axis},
    )
    # PyTorch does not say who stays where a place is named twice: those do not come here.
    recording.case(
        "scatterAdd",
        lambda x, index, source: torch.scatter_add(x, axis, index.long(), source),
        {"x": matrix, "index": index, "source": numbers(*shape)},
        {"axis": axis},
    )
for shape in [(3, 5), (4, 2), (0, 5)]:
    recording.case(
        "scatter",
        lambda x, index, source: torch.scatter(x, 0, index.long(), source),
        {"x": matrix, "index": distinct(4, *shape), "source": numbers(*shape)},
        {"axis": 0},
    )
recording.case(
    "scatter",
    lambda x, index, source: torch.scatter(x, 1, index.long(), source),
    {"x": block, "index": distinct(4, 3, 2).T.reshape(2, 3, 1).contiguous(), "source": numbers(2, 3, 1)},
    {"axis": 1},
)
recording.case(
    "scatter",
    lambda x, index, source: torch.scatter(x, 0, index.long(), source),
    {
        "x": torch.tensor([True, False, True, False]),
        "index": torch.tensor([1, 2], dtype=torch.int32),
        "source": torch.tensor([True, False]),
    },
    {"axis": 0},
    gradients=[],
)
for axis, count, alpha in [(0, 6, 1), (1, 3, -0.5), (2, 4, 2), (0, 0, 1)]:
    x = block if axis == 2 else matrix
    shape = list(x.shape)
    shape[axis] = count
    recording.case(
        "indexAdd",
        lambda x, index, source: torch.index_add(x, axis, index.long(), source, alpha=alpha),
        {"x": x, "index": places(x.shape[axis], count), "source": numbers(*shape)},
        {"axis": axis, "alpha": alpha},
    )
for mask in [torch.rand(4, 5) > 0.5, torch.rand(5) > 0.5, torch.rand(4, 1) > 0.5]:
    recording.case(
        "maskedFill", lambda x, mask: x.masked_fill(mask, -3.5), {"x": matrix, "mask": mask}, {"value": -3.5}
    )
recording.case(
    "maskedFill",
    lambda x, mask, value: x.masked_fill(mask, value),
    {"x": matrix, "mask": torch.rand(4, 5) > 0.5, "value": numbers()},
)

recording.write()

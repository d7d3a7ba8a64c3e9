"""Writes einsum.json: equations of all kinds, with outer and dot."""

import torch
from record import Recording, numbers

recording = Recording(__file__, seed=4)

equations = [
    ("ij->ji", (3, 4)),
    ("ij", (3, 4)),
    ("ba", (3, 4)),
    ("ij->", (3, 4)),
    ("ij->j", (3, 4)),
    ("ii", (3, 3)),
    ("ii->i", (3, 3)),
    ("iji->j", (3, 4, 3)),
    ("iiij->j", (2, 2, 2, 3)),
    ("i,i", (5,), (5,)),
    ("i,j->ij", (3,), (4,)),
    ("i,j->ji", (3,), (4,)),
    ("ij,jk->ik", (3, 4), (4, 2)),
    ("ij,jk", (3, 4), (4, 2)),
    ("ij,kj->ki", (3, 4), (2, 4)),
    ("ij,ij->ij", (3, 4), (3, 4)),
    ("ij,ij->", (3, 4), (3, 4)),
    ("ij,i->ij", (3, 4), (3,)),
    ("bij,bjk->bik", (2, 3, 4), (2, 4, 2)),
    ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 2, 4)),
    ("ijkl,jlm->ikm", (2, 3, 2, 2), (3, 2, 4)),
    ("ijk,jil->kl", (2, 3, 4), (3, 2, 2)),
    ("ij,jk,kl->il", (2, 5), (5, 3), (3, 4)),
    ("ij,jk,kl,lm,m->i", (2, 3), (3, 4), (4, 2), (2, 5), (5,)),
    ("i,i,i->", (4,), (4,), (4,)),
    ("ij,k,jl->ikl", (2, 3), (2,), (3, 2)),
    ("...ij,...jk->...ik", (2, 1, 3, 4), (3, 4, 2)),
    ("...ij->...ji", (2, 2, 3)),
    ("...i,...i", (2, 3, 4), (4,)),
    ("i...->...", (3, 2, 2)),
    ("i...,...j->ij...", (2, 3), (3, 4)),
    ("ij...,jk...->ik...", (2, 3, 4), (3, 2, 1)),
    ("...ii->...i", (2, 3, 3)),
    ("Ab,bA->A", (3, 2), (2, 3)),
    ("bA", (3, 2)),
    # An axis of length 1 is as long as the other operand's.
    ("ij,jk->ik", (3, 1), (4, 2)),
    ("bij,jk->bik", (1, 2, 3), (3, 1)),
    (" i j , j -> i ", (2, 3), (3,)),
    ("ij,jk->ik", (3, 0), (0, 2)),
    (",i->i", (), (3,)),
]
for equation, *shapes in equations:
    inputs = {f"x{index}": numbers(*shape) for index, shape in enumerate(shapes)}
    recording.case(
        "einsum",
        lambda **given: torch.einsum(equation, *given.values()),
        inputs,
        {"equation": equation, "count": len(shapes)},
    )
recording.case("outer", torch.outer, {"input": numbers(3), "vec2": numbers(4)})
recording.case("dot", torch.dot, {"input": numbers(6), "tensor": numbers(6)})

recording.write()

"""Writes linalg.json: torch.linalg on random, batched, wide and tall matrices; factors that are
determined up to signs by what does not depend on them."""

import torch
from record import Recording, numbers

recording = Recording(__file__)
linalg = torch.linalg


def upright(*shape):
    """Well-conditioned matrices."""
    return numbers(*shape) + 3 * torch.eye(shape[-1])


def positive(*shape):
    half = numbers(*shape)
    return ((half @ half.mT + 2 * torch.eye(shape[-1])) * 1e3).round() / 1e3


for upper in (False, True):
    recording.case("cholesky", lambda a: linalg.cholesky(a, upper=upper), {"a": positive(2, 4, 4)}, {"upper": upper})

for left, a, b in ((True, (4, 4), (4, 2)), (False, (2, 3, 3), (2, 2, 3)), (True, (2, 1, 3, 3), (3, 3, 1)), (True, (2, 3, 3), (2, 3))):
    recording.case("solve", lambda a, b: linalg.solve(a, b, left=left), {"a": upright(*a), "b": numbers(*b)}, {"left": left})

for upper in (False, True):
    for left in (False, True):
        for unitriangular in (False, True):
            options = {"upper": upper, "left": left, "unitriangular": unitriangular}
            recording.case(
                "triangularSolve",
                lambda a, b: linalg.solve_triangular(a, b, **options),
                {"a": upright(3, 3), "b": numbers(*((3, 2) if left else (2, 3)))},
                options,
            )

for a in (upright(2, 3, 3), numbers(1, 1), numbers(5, 5)):
    recording.case("inverse", lambda a: linalg.inv(a), {"a": a})
    recording.case("det", lambda a: linalg.det(a), {"a": a})
for a in (upright(2, 3, 3), numbers(4, 4)):
    recording.case("slogdet", lambda a: tuple(linalg.slogdet(a)), {"a": a})
    recording.case("lu", lambda a: tuple(linalg.lu(a)), {"a": a})

for a in (numbers(4, 4), numbers(2, 5, 3), numbers(3, 5)):
    recording.case("qr", lambda a: tuple(linalg.qr(a)), {"a": a})

# Of U f(S) Vᵀ and of singular values no sign is free.
for a in (numbers(3, 3), numbers(5, 3), numbers(2, 2, 4)):
    def invariants(a):
        u, s, vT = linalg.svd(a, full_matrices=False)
        return s, (u * torch.sin(s).unsqueeze(-2)) @ vT, u @ u.mT, vT.mT @ (vT * (s * s).unsqueeze(-1))

    recording.case("svd", invariants, {"a": a})


def spectral(a):
    values, vectors = linalg.eigh((a + a.mT) / 2)
    return values, (vectors * torch.exp(values).unsqueeze(-2)) @ vectors.mT, vectors * vectors


for a in (numbers(4, 4), numbers(2, 3, 3)):
    recording.case("eigh", spectral, {"a": a})

for a in (numbers(4, 2), numbers(2, 2, 3)):
    recording.case("pinv", lambda a: linalg.pinv(a), {"a": a})
recording.case("lstsq", lambda a, b: linalg.lstsq(a, b).solution, {"a": numbers(5, 3), "b": numbers(5, 2)})
recording.case("lstsq", lambda a, b: linalg.lstsq(a, b).solution, {"a": numbers(2, 2, 4), "b": numbers(2, 2, 1)})
for exponent in (-3, 0, 1, 6):
    recording.case("matrixPower", lambda a: linalg.matrix_power(a, exponent), {"a": upright(2, 3, 3) / 3}, {"exponent": exponent})
for scale in (0.1, 1, 8):
    recording.case("matrixExp", lambda a: linalg.matrix_exp(a), {"a": numbers(2, 3, 3) * scale})
for order in ("fro", "nuc", 1, -1, 2, -2, float("inf"), float("-inf")):
    recording.case(
        "matrixNorm",
        lambda a: linalg.matrix_norm(a, order, keepdim=order == 1),
        {"a": numbers(2, 3, 4)},
        {"order": str(order), "keepDims": order == 1},
    )

recording.write()

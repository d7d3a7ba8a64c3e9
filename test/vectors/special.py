"""Writes special.json, exact values of erf, erfc, erfInverse, sigmoid and softplus.

Run it with any Python that has mpmath (made with 1.3.0):  python3 test/vectors/special.py

Each function has one base64 text of records of 17 bytes, little-endian: x (f64), the f64 nearest
to the exact value (f64), and what that rounding left, exact minus nearest, in 1/256 ulp (i8).
"""

import base64
import json
import math
import pathlib
import random
import struct

from mpmath import erf, erfc, erfinv, exp, ldexp, log1p, mp, mpf, nint, pi, sqrt

mp.prec = 240
generator = random.Random(1969)


def linear(count, low, high):
    return [generator.uniform(low, high) for _ in range(count)]


def spread(count, low, high):
    """Positive numbers whose binary exponents are uniform in [low, high)."""
    exponent = generator.randrange
    return [math.ldexp(generator.uniform(1, 2), exponent(low, high)) for _ in range(count)]


def subnormal(count):
    return [math.ldexp(generator.getrandbits(52), -1074) for _ in range(count)]


def around(*seams):
    """Each seam between two methods, and its neighbours in f64."""
    ends = (-math.inf, math.inf)
    return [x for s in seams for x in (s, *(math.nextafter(s, end) for end in ends))]


def hard(*numbers):
    """The worst found in a search of 500,000 random numbers or more for each function."""
    return [float.fromhex(number) for number in numbers]


def inverse(x):
    x = mpf(x)
    if abs(x) < mpf(10) ** -14:  # the next term is x^7
        return sqrt(pi) / 2 * (x + pi / 12 * x**3 + 7 * pi**2 / 480 * x**5)
    return erfinv(x)


SEAMS = around(0.25, 0.5, 0.75, 0.84375, 1.25, 1 / 0.35, 6)
TINIEST = [5e-324, 2.0**-1022]
FUNCTIONS = {
    "erf": (
        erf,
        [
            *SEAMS, *TINIEST, *subnormal(20), *spread(60, -1022, -30), *spread(120, -30, 0),
            *linear(150, 0, 0.84375), *linear(150, -1.25, -0.84375), *linear(120, 1.25, 6.2),
            *hard("0x1.c04b42d740e68p-24", "0x1.a8a0581f58248p-10", "0x1.39f7d37eb6f67p-5"),
        ],
    ),
    "erfc": (
        erfc,
        [
            *SEAMS, *[-x for x in SEAMS], *TINIEST, *spread(50, -60, -2), *linear(60, -6.5, -0.75),
            *linear(60, -0.75, 0.25), *linear(100, 0.25, 0.75), *linear(120, 0.75, 1.25),
            *linear(200, 1.25, 1 / 0.35), *linear(120, 1 / 0.35, 26.54), *linear(60, 26.54, 27.3),
            *hard("0x1.6a11dca4b6912p-1", "0x1.32fde8c773706p+0", "0x1.5cd16b75560b6p+0"),
            *hard("0x1.58dbf75f1c6b6p+0", "0x1.38eba025722dfp+0", "0x1.86389af402315p+0"),
        ],
    ),
    "erfInverse": (
        inverse,
        [
            *around(0.5, 0.85, 0.99999999997), *TINIEST, *subnormal(20), *spread(40, -1022, -30),
            *spread(100, -30, -1), *linear(120, -0.5, 0), *linear(120, 0.5, 0.85),
            *linear(60, 0.85, 1), *[1 - x for x in spread(40, -52, -3)], 1 - 2.0**-53,
            *[x - 1 for x in spread(40, -52, -3)],
            *hard("0x1.1a09a6ede8ad6p-21", "0x1.0cb21ebad9f5ep-3", "-0x1.1a13aafdbc858p-2"),
        ],
    ),
    "sigmoid": (
        lambda x: 1 / (1 + exp(-mpf(x))),
        [
            *TINIEST, *linear(150, -5, 5), *linear(60, 5, 40), *linear(100, -708, -5),
            *linear(50, -746, -708), *hard("-0x1.0a04e2be72978p+2", "-0x1.f59068a6ced80p+4"),
        ],
    ),
    "softplus": (
        lambda x: log1p(exp(mpf(x))),
        [
            *TINIEST, *linear(150, -5, 5), *linear(60, 5, 40), *linear(100, -708, -5),
            *linear(50, -746, -708), *spread(30, 6, 1023), *hard("-0x1.4ba9050de33e4p+0"),
        ],
    ),
}


def record(function, x):
    exact = function(mpf(x))
    exponent = max(math.frexp(float(exact))[1] - 53, -1074)
    ulps = ldexp(exact, -exponent)
    nearest = int(nint(ulps))  # by hand: mpmath's float() does not round subnormals to nearest
    residual = min(round((ulps - nearest) * 256), 127)
    return struct.pack("<ddb", x, math.ldexp(nearest, exponent), residual)


vectors = {
    name: base64.b64encode(b"".join(record(function, x) for x in points)).decode()
    for name, (function, points) in FUNCTIONS.items()
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(vectors, indent=2) + "\n")

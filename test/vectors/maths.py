"""Writes maths.json, exact values of the vector functions of the wasm backend in f64.

Run it with any Python that has mpmath (made with 1.3.0):  python3 test/vectors/maths.py
With arguments FILE COUNT it writes COUNT random points a function to FILE instead: the points of
HARD are the worst of 60,000 and more.

Each function has one base64 text of records of 17 bytes, little-endian: x (f64), the f64 nearest
to the exact value (f64), and what that rounding left, exact minus nearest, in 1/256 ulp (i8).
Those of pow have 25 bytes, y behind x.
"""

import base64
import json
import math
import pathlib
import random
import struct
import sys

from mpmath import (
    atan, cos, erf, erfc, erfinv, exp, expm1, ldexp, log, log10, log1p, mp, mpf, nint, pi, sin, sqrt,
    tanh,
)

mp.prec = 240
generator = random.Random(1986)
TINIEST = [5e-324, 2.0**-1022, 2.0**-1022 - 5e-324]


def linear(count, low, high):
    return [generator.uniform(low, high) for _ in range(count)]


def spread(count, low, high):
    """Numbers of both signs whose binary exponents are uniform in [low, high)."""
    exponent = generator.randrange
    sign = generator.choice
    return [
        sign((-1, 1)) * math.ldexp(generator.uniform(1, 2), exponent(low, high))
        for _ in range(count)
    ]


def subnormal(count):
    return [math.ldexp(generator.getrandbits(52), -1074) for _ in range(count)]


def around(*seams):
    """Each seam between two methods, and its neighbours in f64."""
    ends = (-math.inf, math.inf)
    return [x for s in seams for x in (s, *(math.nextafter(s, end) for end in ends))]


def small(count):
    return [*TINIEST, *[-x for x in TINIEST], *subnormal(count // 20 + 1), *spread(count // 5, -1022, -5)]


def inverse(x):
    x = mpf(x)
    if abs(x) < mpf(10) ** -14:  # the next term is x^7
        return sqrt(pi) / 2 * (x + pi / 12 * x**3 + 7 * pi**2 / 480 * x**5)
    return erfinv(x)


def quarters(count):
    """The f64 nearest to multiples of π/2, where sine or cosine is near 0."""
    whole = [generator.randrange(1, 2**20) for _ in range(count // 2)]
    huge = [generator.randrange(2**20, 2 ** generator.randrange(21, 1020)) for _ in range(count // 2)]
    return [float(n * pi / 2) for n in [1, 2, 3, 4, *whole, *huge]]


# The double nearest to a multiple of π/2, 6381956970095103 · 2⁷⁹⁷: W. Kahan, 1983.
NEAREST_QUARTER = math.ldexp(6381956970095103, 797)


def angles(count):
    mp.prec = 1400
    return [
        *small(count), *linear(count // 4, -4, 4), *linear(count // 4, -1000, 1000),
        *spread(count // 4, 9, 20), *spread(count // 4, 20, 1023), *quarters(count // 4),
        *around(2.0**20, 2.0**30), NEAREST_QUARTER, 1.7976931348623157e308,
    ]


FUNCTIONS = {
    "exp": (exp, lambda n: [
        *small(n), *linear(n // 3, -1, 1), *linear(n // 3, -708, 709.78),
        *linear(n // 10, -745.5, -708), *around(-708.5, -745.13),
    ]),
    "log": (log, lambda n: [
        *map(abs, small(n)), *linear(n // 3, 0.5, 2), *linear(n // 10, 0.99, 1.01),
        *map(abs, spread(n // 3, -1022, 1023)), *around(2**0.5, 0.5**0.5), 1 + 2.0**-52, 1 - 2.0**-53,
    ]),
    "tanh": (tanh, lambda n: [
        *small(n), *linear(n // 2, -1.5, 1.5), *linear(n // 3, -20, 20), *around(0.625, -0.625, 19.0),
    ]),
    "sigmoid": (lambda x: 1 / (1 + exp(-x)), lambda n: [
        *small(n), *linear(n // 2, -5, 5), *linear(n // 5, -40, 40), *linear(n // 5, -708, -5),
        *linear(n // 10, -745, -708),
    ]),
    "erf": (erf, lambda n: [
        *small(n), *linear(n // 2, -1.2, 1.2), *linear(n // 3, -6, 6), *around(1.0, -1.0, 5.9),
    ]),
    "expm1": (expm1, lambda n: [
        *small(n), *linear(n // 2, -1.5, 1.5), *linear(n // 4, -40, 40), *linear(n // 5, 0, 709.78),
        *around(-0.5, 0.5, 709.7),
    ]),
    "log1p": (log1p, lambda n: [
        *small(n), *linear(n // 2, -0.99, 1.5), *linear(n // 5, 0, 30), *map(abs, spread(n // 4, 0, 1023)),
        *[x - 1 for x in map(abs, spread(n // 5, -52, -1))], *around(2**0.5 - 1, 0.5**0.5 - 1, 1.0),
    ]),
    "softplus": (lambda x: log1p(exp(x)), lambda n: [
        *TINIEST, *linear(n // 2, -5, 5), *linear(n // 5, -40, 40), *linear(n // 5, -708, -5),
        *linear(n // 10, -745, -708), *map(abs, spread(n // 10, 6, 1023)),
    ]),
    "erfInverse": (inverse, lambda n: [
        *small(n), *linear(n, -1, 1), *[1 - abs(x) for x in spread(n // 2, -52, -3)], 1 - 2.0**-53,
        *[abs(x) - 1 for x in spread(n // 4, -52, -3)], *around(0.9908, 0.99999994),
    ]),
    "sin": (sin, angles),
    "cos": (cos, angles),
}

# Behind the powers, so that the points of those before stay what they are.
LATER_FUNCTIONS = {
    "erfc": (erfc, lambda n: [
        *small(n), *linear(n // 2, -6, 6), *linear(n // 3, 0, 26.54),
        *linear(n // 10, 26.54, 27.3),
        *around(0.4765625, -0.4765625, 4.0, 26.5),
    ]),
    "atan": (atan, lambda n: [
        *small(n), *linear(n // 2, -3, 3), *linear(n // 5, 0.6, 0.7), *spread(n // 3, -5, 60),
        *spread(n // 10, 60, 1023), *around(0.625, 1.0, 2.4375, -0.625, -2.4375),
    ]),
    "exp2": (lambda x: mpf(2) ** x, lambda n: [
        *small(n), *linear(n // 3, -1, 1), *linear(n // 3, -1021, 1024), *linear(n // 10, -1076, -1021),
        *map(float, range(-4, 5)), *around(0.5, -0.5, 1.5),
    ]),
    "log2": (lambda x: log(x, 2), lambda n: [
        *map(abs, small(n)), *linear(n // 3, 0.5, 2), *linear(n // 10, 0.99, 1.01),
        *map(abs, spread(n // 3, -1022, 1023)), *[2.0**k for k in range(-40, 40, 7)],
        *around(2**0.5, 0.5**0.5), 1 + 2.0**-52, 1 - 2.0**-53,
    ]),
    "log10": (log10, lambda n: [
        *map(abs, small(n)), *linear(n // 3, 0.5, 2), *linear(n // 10, 0.99, 1.01),
        *map(abs, spread(n // 3, -1022, 1023)), *[10.0**k for k in range(23)],
        *around(2**0.5, 0.5**0.5), 1 + 2.0**-52, 1 - 2.0**-53,
    ]),
}

HARD_POWERS = [
    (0.7118110884531462, 626.8428972412852), (2.7015662364459803, -14.973742946136799),
    (3.316772645503762, 13.612546112246072), (1.0001470855828678, 506910.96154778637),
    (4.8284896732158085e-117, 0.8397934595794618), (981306272.1837246, -25.894938590473203),
]
# The worst that a search found, by the vector functions of the wasm backend.
HARD = {
    "exp": [0.3714337636799112, -0.9951087934704073, 302.5810825099775, 96.71174176358795],
    "log": [1.2807121554956271, 0.7033338401751034, 1.398920622255657],
    "tanh": [-0.6627811475825691, -0.6303756378514906, -0.6269634358245801],
    "sigmoid": [-31.504558778620275, -4.466267594227238, -4.432361320927418, -3.808728619827381],
    "erf": [0.967780078258369, 0.9911740984871236, 0.9698187234775182, 0.9418052742521186],
    "expm1": [0.3514957720252736, 0.39129765418451035, 0.3856174987259835, 0.37001278492084744],
    "log1p": [-0.36555676803244586, 0.6341936835302828, -0.36513222212095997, 0.5778476891644355],
    "softplus": [-4.1526320639585, -2.071593314428365, -0.5133247603765465],
    "erfInverse": [0.982108126001666, -0.9999999438106755, 0.9999999799044342, 0.986484624257638],
    "sin": [1501027.8371439744, 1368983.556320942, 130862.51937257746, -315984.0087779341],
    "erfc": [0.486584594282882, 4.004364023821289, 22.474927580151757],
    "atan": [0.6636645888111438, -1.4767133801369343],
    "exp2": [-344.44316671523995, 0.5559520429834226],
    "cos": [1207648.6363921647, 1083844.7530994983, 9341.650865092826, -132277.8186275428],
}


def record(function, x):
    exact = function(mpf(x))
    exponent = max(math.frexp(float(exact))[1] - 53, -1074)
    ulps = ldexp(exact, -exponent)
    nearest = int(nint(ulps))  # by hand: mpmath's float() does not round subnormals to nearest
    residual = max(min(round((ulps - nearest) * 256), 127), -128)
    return struct.pack("<ddb", x, math.ldexp(nearest, exponent), residual)


def powers(count):
    """Pairs whose power is an ordinary or a subnormal number of f64."""
    pairs = [
        *zip(linear(count, 0, 4), linear(count, -20, 20)),
        *zip(linear(count, 0.999, 1.001), linear(count, -700000, 700000)),
        *zip(map(abs, spread(count, -1022, 1023)), linear(count, -1.05, 1)),
        *zip(map(abs, spread(count, -40, 40)), linear(count, -26, 25)),
        *zip([-float(x) for x in range(2, 12)], map(float, range(-20, 20))),
        *zip(subnormal(count // 10), linear(count // 10, -0.9, 0.9)),
        *zip(linear(count // 5, 0, 1), linear(count // 5, 600, 740)),
    ]
    logs = [y * log(abs(mpf(x))) if x else mpf(0) for x, y in pairs]
    return [pair for pair, size in zip(pairs, logs) if -744.4 < size < 709.7]


def power_record(x, y):
    sign = -1 if x < 0 and int(y) % 2 else 1
    inner = record(lambda size: size ** mpf(y), abs(x))
    _, nearest, residual = struct.unpack("<ddb", inner)
    return struct.pack("<dddb", x, y, sign * nearest, sign * residual)


target = pathlib.Path(sys.argv[1] if sys.argv[1:] else __file__).with_suffix(".json")
count = int(sys.argv[2]) if sys.argv[2:] else 200
vectors = {}

def add(functions):
    for name, (function, points) in functions.items():
        mp.prec = 240
        xs = [*points(count), *HARD.get(name, [])]
        vectors[name] = base64.b64encode(b"".join(record(function, x) for x in xs)).decode()


add(FUNCTIONS)
mp.prec = 240
pairs = [*powers(count // 2), *HARD_POWERS]
vectors["pow"] = base64.b64encode(b"".join(power_record(*pair) for pair in pairs)).decode()
add(LATER_FUNCTIONS)
target.write_text(json.dumps(vectors, indent=2) + "\n")

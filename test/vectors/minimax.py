"""Prints the polynomials of src/backends/wasm/maths: minimax fits by Remez' exchange.

Run it with any Python that has mpmath (made with 1.3.0):  python3 test/vectors/minimax.py [name]

A fit has the least error in the worst case, weighted so that it counts as the error of the whole
function in ulp. Coefficients are rounded to the format one after the other, lowest power first, and
the rest fitted again, so that rounding one is made good by the next. What is printed: the
coefficients, lowest power first, and log2 of the weighted error.
"""

import math
import struct
import sys

from mpmath import (
    atan, atanh, cos, erf, erfc, erfinv, exp, log, lu_solve, matrix, mp, mpf, pi, sin, sqrt, tanh,
)

mp.prec = 160


def rounded(x, bits):
    if bits == 53:
        return mpf(float(x))
    return mpf(struct.unpack("<f", struct.pack("<f", float(x)))[0])


def grid(low, high, count):
    middle, half = (mpf(low) + high) / 2, (mpf(high) - low) / 2
    return [middle + half * cos(pi * (i + mpf(1) / 2) / count) for i in reversed(range(count))]


def extrema(errors, count):
    """The largest error of each run of one sign; of more than `count`, neighbours at the best end."""
    peaks = []
    for i, error in enumerate(errors):
        if peaks and (errors[peaks[-1]] > 0) == (error > 0):
            if abs(error) > abs(errors[peaks[-1]]):
                peaks[-1] = i
        else:
            peaks.append(i)
    while len(peaks) > count:
        first, last = abs(errors[peaks[0]]), abs(errors[peaks[-1]])
        peaks.pop(0 if first < last else -1)
    return peaks


def remez(values, weights, powers, start):
    """Coefficients c with max |weight (value − Σ cᵢ tⁱ)| least, and that error."""
    size = len(powers[0])
    points = len(values)
    reference = [round((points - 1) * (1 - math.cos(math.pi * i / size)) / 2) for i in range(size + 1)]
    for _ in range(40):
        system, right = matrix(size + 1), matrix(size + 1, 1)
        for row, at in enumerate(reference):
            for column in range(size):
                system[row, column] = powers[at][column]
            system[row, size] = (-1) ** row / weights[at]
            right[row] = values[at]
        solution = lu_solve(system, right)
        c = [solution[i] for i in range(size)]
        errors = [
            w * (v - sum(a * p for a, p in zip(c, ps))) for v, w, ps in zip(values, weights, powers)
        ]
        worst = max(abs(e) for e in errors)
        peaks = extrema(errors, size + 1)
        if len(peaks) < size + 1 or worst <= abs(solution[size]) * mpf("1.001"):
            return c, worst
        reference = peaks
    return c, worst


def fit(function, weight, low, high, size, bits, refits=None):
    points = grid(low, high, 24 * (size + 1))
    values = [function(t) for t in points]
    weights = [weight(t) for t in points]
    powers = [[t**i for i in range(size)] for t in points]
    done = []
    refits = size if refits is None else refits
    for k in range(size):
        rest = [v - sum(c * p for c, p in zip(done, ps)) for v, ps in zip(values, powers)]
        c, worst = remez(rest, weights, [ps[k:] for ps in powers], k)
        done.append(rounded(c[0], bits))
        if k == refits:
            done += [rounded(x, bits) for x in c[1:]]
            break
    errors = [w * (v - sum(c * p for c, p in zip(done, ps))) for v, w, ps in zip(values, weights, powers)]
    return done, max(abs(e) for e in errors)


def show(name, result):
    coefficients, worst = result
    print(f"{name}: error 2^{float(log(worst, 2)):.1f}")
    print("  " + ", ".join(repr(float(c)) for c in coefficients), flush=True)


LN2_HALF = log(2) / 2 * mpf("1.004")
SQRT_HALF_RATIO = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 * mpf("1.001")
QUARTER = (pi / 4 * mpf("1.0001")) ** 2


def exponential(size, bits):
    """(exp(r) − 1 − r − r²/2) / r³, as part of exp(r) − 1."""
    # No refits: r times a polynomial changes its sign at 0, which the exchange does not count.
    return fit(
        lambda r: (exp(r) - 1 - r - r**2 / 2) / r**3, lambda r: r**2, -LN2_HALF, LN2_HALF, size, bits, 0
    )


def power_of_two(size, bits):
    """(2⁻ᵍ − 1) / g for |g| ≤ ½ and a little more, as part of 2⁻ᵍ."""
    half = mpf("0.502")
    return fit(
        lambda g: (exp(-g * log(2)) - 1) / g, lambda g: abs(g) * exp(g * log(2)), -half, half, size, bits, 2
    )


def logarithm(size, bits):
    """(2 artanh(s) / s − 2) / z in z = s², as part of log((1 + s) / (1 − s)) ≈ 2 s."""
    return fit(
        lambda z: (2 * atanh(sqrt(z)) / sqrt(z) - 2) / z, lambda z: z / 2,
        0, SQRT_HALF_RATIO, size, bits, 3,
    )


def artanh(size, bits):
    """(artanh(s) / s − 1 − z / 3) / z² in z = s², to more digits than f64 has."""
    return fit(
        lambda z: (atanh(sqrt(z)) / sqrt(z) - 1 - z / 3) / z**2, lambda z: z**2,
        0, SQRT_HALF_RATIO, size, bits, 0,
    )


def sine(size, bits):
    """(sin(r) / r − 1) / z in z = r²."""
    return fit(lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z, 0, QUARTER, size, bits, 3)


def cosine(size, bits):
    """(cos(r) − 1 + z / 2) / z² in z = r²."""
    return fit(lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, lambda z: z**2, 0, QUARTER, size, bits, 3)


def hyperbolic_tangent(size, bits):
    """(tanh(x) / x − 1) / z in z = x², for |x| < 0.625."""
    return fit(
        lambda z: (tanh(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z * sqrt(z) / tanh(sqrt(z)),
        0, mpf("0.625") ** 2, size, bits, 3,
    )


def erf_centre(size, bits):
    """erf(x) / x − 1 in z = x², for |x| < 1."""
    return fit(
        lambda z: erf(sqrt(z)) / sqrt(z) - 1, lambda z: sqrt(z) / erf(sqrt(z)), 0, 1, size, bits, 3
    )


def erf_tail(size, bits, high):
    """−log(erfc(1 + t)), as part of 1 − exp of its negative."""
    return fit(
        lambda t: -log(erfc(1 + t)), lambda t: erfc(1 + t) / erf(1 + t), 0, high - 1, size, bits, 3
    )


def erf_inverse(low, high, size, bits):
    """erf⁻¹(x) / x − 1 in w = −log(1 − x²), low ≤ w < high."""
    return fit(lambda w: inverse_ratio(w) - 1, lambda w: 1 / inverse_ratio(w), low, high, size, bits, 2)


def erf_inverse_tail(low, high, size, bits):
    """erf⁻¹(x) / x − √w in √w − c for low ≤ √w < high, c the middle rounded to ½."""
    middle = mpf(round(low + high)) / 2
    # No refits: √w − c changes its sign.
    return fit(
        lambda t: inverse_ratio((middle + t) ** 2) - middle - t,
        lambda t: 1 / inverse_ratio((middle + t) ** 2), low - middle, high - middle, size, bits, 0,
    )


def arctangent(size, bits):
    """(atan(x) / x − 1) / z in z = x², for |x| < 0.625."""
    return fit(
        lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z * sqrt(z) / atan(sqrt(z)),
        0, mpf("0.625") ** 2, size, bits, 3,
    )


def erfc_factor(size):
    """(1 + 2x) exp(x²) erfc(x) − 1.125 in t = (x − 4) / (x + 4), for 0 ≤ x < 28."""
    def factor(t):
        x = 4 * (1 + t) / (1 - t)
        return (1 + 2 * x) * exp(x**2) * erfc(x)
    # No refits: it changes its sign.
    return fit(
        lambda t: factor(t) - mpf("1.125"), lambda t: 1 / factor(t), -1, mpf("0.7501"), size, 53, 0
    )


def inverse_ratio(w):
    x = sqrt(1 - exp(-w))
    return erfinv(x) / x


FITS = {
    "exponential32": lambda: exponential(5, 24),
    "exponential64": lambda: exponential(10, 53),
    "powerOfTwo32": lambda: power_of_two(5, 24),
    "logarithm32": lambda: logarithm(3, 24),
    "logarithm64": lambda: logarithm(7, 53),
    "artanh64": lambda: artanh(8, 53),
    "sine32": lambda: sine(3, 24),
    "sine64": lambda: sine(6, 53),
    "cosine32": lambda: cosine(3, 24),
    "cosine64": lambda: cosine(6, 53),
    "hyperbolicTangent32": lambda: hyperbolic_tangent(5, 24),
    "hyperbolicTangent64": lambda: hyperbolic_tangent(11, 53),
    "erfCentre32": lambda: erf_centre(7, 24),
    "erfCentre64": lambda: erf_centre(13, 53),
    "erfTail32": lambda: erf_tail(7, 24, mpf("3.95")),
    "erfInverseCentre": lambda: erf_inverse(mpf(0), mpf(4), 23, 53),
    "erfInverseTail": lambda: erf_inverse_tail(mpf(2), mpf(4), 28, 53),
    "erfInverseFar": lambda: erf_inverse_tail(mpf(4), mpf("6.07"), 18, 53),
    "arctangent32": lambda: arctangent(6, 24),
    "arctangent64": lambda: arctangent(14, 53),
    "erfcFactor": lambda: erfc_factor(24),
    "erfTail64": lambda: erf_tail(18, 53, mpf("5.95")),
}

for name in sys.argv[1:] or FITS:
    show(name, FITS[name]())

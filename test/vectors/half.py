"""Writes half.json, what NumPy and ml_dtypes give for f16 and bf16.

Run it with any Python that has NumPy and ml_dtypes, for example one with JAX (made with NumPy
2.4.6 and ml_dtypes 0.6.0):  python3 test/vectors/half.py
"""

import json
import pathlib

import ml_dtypes
import numpy as np

random = np.random.default_rng(16)


def spread(count, low, high):
    """Numbers of either sign whose binary exponents are uniform in [low, high)."""
    signs = random.choice([-1.0, 1.0], count)
    return signs * random.uniform(1, 2, count) * 2.0 ** random.integers(low, high, count)


def pairs(numbers, dtype):
    with np.errstate(over="ignore"):
        bits = numbers.astype(dtype).view(np.uint16)
    return [[float(number), int(word)] for number, word in zip(numbers, bits, strict=True)]


# NumPy rounds f64 to f16 in one step; ml_dtypes goes by f32, so bf16 starts from numbers of f32.
f16_numbers = spread(120, -28, 18)
bf16_numbers = spread(80, -136, 128).astype(np.float32).astype(np.float64)
patterns = random.choice(2**16, 60, replace=False).astype(np.uint16)


def decoded(dtype):
    with np.errstate(invalid="ignore"):
        numbers = patterns.view(dtype).astype(np.float64)
    finite = np.isfinite(numbers)
    kept = zip(patterns[finite], numbers[finite], strict=True)
    return [[int(word), float(number)] for word, number in kept]


vectors = {
    "f16FromNumber": pairs(f16_numbers, np.float16),
    "f16ToNumber": decoded(np.float16),
    "bf16FromNumber": pairs(bf16_numbers, ml_dtypes.bfloat16),
    "bf16ToNumber": decoded(ml_dtypes.bfloat16),
}
rows = ",\n".join(f'  "{name}": {json.dumps(value)}' for name, value in vectors.items())
pathlib.Path(__file__).with_suffix(".json").write_text(f"{{\n{rows}\n}}\n")

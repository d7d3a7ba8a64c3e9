"""Writes threefry.json, what JAX gives for keys, random bits and uniforms.

Run it with any Python that has JAX (made with 0.10.2):  python3 test/vectors/threefry.py
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.random import threefry2x32_p

jax.config.update("jax_platforms", "cpu")
assert jax.config.jax_threefry_partitionable

SEEDS = [0, 1, 42, 1701, 2**31 - 1, 2**31, 2**32 - 1]
DATA = [0, 1, 2, 1000, 2**31 - 1, 2**31, 2**32 - 1]


def words(array):
    return [int(word) for word in np.asarray(array).reshape(-1)]


def folded(seed, data):
    return words(jax.random.key_data(jax.random.fold_in(jax.random.key(seed), data)))


def far_bits(key, index):
    """What `jax.random.bits` would give at an index that no real array reaches."""
    k0, k1 = (jnp.uint32(word) for word in jax.random.key_data(key))
    high, low = threefry2x32_p.bind(
        k0, k1, jnp.uint32(index >> 32).reshape(1), jnp.uint32(index & 0xFFFFFFFF).reshape(1)
    )
    return words(high)[0] ^ words(low)[0]


def shuffled(length, key):
    """The order of our own shuffledIndices: inside-out Fisher-Yates over the bits of `key`."""
    bits = iter(words(jax.random.bits(key, (2 * length,), dtype=jnp.uint32)))
    order = []
    for choices in range(1, length + 1):
        limit = 2**32 // choices * choices
        place = 0 if choices == 1 else next(b for b in bits if b < limit) % choices
        order.append(choices - 1)
        order[-1], order[place] = order[place], order[-1]
    return order


key = jax.random.fold_in(jax.random.key(42), 7)
FAR = [2**32 - 2, 2**32 - 1, 2**32, 2**32 + 1, 2**40 + 3, 2**53 - 1]
vectors = {
    "jax": jax.__version__,
    "seeds": [{"seed": s, "key": words(jax.random.key_data(jax.random.key(s)))} for s in SEEDS],
    "folds": [{"seed": s, "data": d, "key": folded(s, d)} for s in SEEDS for d in DATA],
    "key": words(jax.random.key_data(key)),
    "bits": words(jax.random.bits(key, (257,), dtype=jnp.uint32)),
    "matrixBits": words(jax.random.bits(key, (5, 7), dtype=jnp.uint32)),
    "farBits": [{"index": index, "bits": far_bits(key, index)} for index in FAR],
    # f32 values are multiples of 2^-23, so the decimal form of their f64 equal is exact
    "uniforms": [float(u) for u in jax.random.uniform(key, (33,), dtype=jnp.float32)],
    "shuffled": shuffled(100, key),
}


def line(name, value):
    if isinstance(value, list) and isinstance(value[0], dict):
        rows = ",\n    ".join(json.dumps(row) for row in value)
        return f'  "{name}": [\n    {rows}\n  ]'
    return f'  "{name}": {json.dumps(value)}'


text = "{\n" + ",\n".join(line(name, value) for name, value in vectors.items()) + "\n}\n"
pathlib.Path(__file__).with_suffix(".json").write_text(text)

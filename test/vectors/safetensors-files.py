"""Writes safetensors-files.json: files that the reference implementation of the format makes, in base64.

Run it with any Python that has NumPy, ml_dtypes and safetensors (made with safetensors 0.8):
    python3 test/vectors/safetensors-files.py
"""

import base64
import json
import pathlib
import struct

import ml_dtypes
import numpy
from safetensors.numpy import save


def tensor(dtype, shape, data):
    return numpy.frombuffer(data, dtype=dtype).reshape(shape)


def pack(code, *numbers):
    return struct.pack(f"<{len(numbers)}{code}", *numbers)


# Every dtype that Sluice holds; the bits of f16 and bf16 are those of 1, -2 and of the largest number.
every = {
    "a bool": tensor("bool", [3], bytes([1, 0, 1])),
    "b u8": tensor("uint8", [2], bytes([0, 255])),
    "c i8": tensor("int8", [2], pack("b", -128, 127)),
    "d i16": tensor("int16", [2], pack("h", -32768, 32767)),
    "e u16": tensor("uint16", [1], pack("H", 65535)),
    "f f16": tensor("float16", [3], pack("H", 0x3C00, 0xC000, 0x7BFF)),
    "g bf16": tensor(ml_dtypes.bfloat16, [3], pack("H", 0x3F80, 0xC000, 0x7F7F)),
    "h i32": tensor("int32", [2], pack("i", -(2**31), 2**31 - 1)),
    "i u32": tensor("uint32", [1], pack("I", 2**32 - 1)),
    "j f32": tensor("float32", [2, 2], pack("f", 1.5, -0.0, float("inf"), 1e-45)),
    "k f64": tensor("float64", [1, 1, 1], pack("d", 0.1)),
    "l i64": tensor("int64", [2], pack("q", -(2**63), 2**63 - 1)),
    "m u64": tensor("uint64", [1], pack("Q", 2**64 - 1)),
    "n scalar": tensor("float32", [], pack("f", 7.0)),
    "o empty": tensor("float32", [0, 4], b""),
}
layer = {
    "0.weight": numpy.array([[1, 2, 3], [4, 5, 6]], dtype="float32"),
    "0.bias": numpy.array([-1, 0.5], dtype="float32"),
    "steps": numpy.array(3, dtype="int64"),
}
files = {
    "every dtype": save(every),
    "a layer, as PyTorch saves it": save(layer, {"format": "pt"}),
    "names that JSON escapes": save({'"ŷ"\n\\': layer["steps"]}, {"ключ": "\u0001 \U0001f600"}),
    "nothing": save({}),
}

target = pathlib.Path(__file__).with_suffix(".json")
encoded = {name: base64.b64encode(bytes_).decode() for name, bytes_ in files.items()}
target.write_text(json.dumps(encoded, indent=1, ensure_ascii=False) + "\n")

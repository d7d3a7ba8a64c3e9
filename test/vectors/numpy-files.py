"""Writes numpy-files.json: files that NumPy makes, in base64.

Run it with any Python that has NumPy 1.24 or newer (made with NumPy 1.24):
    python3 test/vectors/numpy-files.py
"""

import base64
import io
import json
import pathlib
import warnings

import numpy

warnings.simplefilter("ignore")  # of formats that older versions of NumPy cannot read


def saved(array, version=None):
    file = io.BytesIO()
    if version is None:
        numpy.save(file, array, allow_pickle=True)
    else:
        numpy.lib.format.write_array(file, array, version=version)
    return file.getvalue()


def archive(save, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


matrix = numpy.arange(6, dtype="<f4").reshape(2, 3) / 4
edges = {
    "|b1": [True, False],
    "|i1": [-128, 127],
    "|u1": [0, 255],
    "<i2": [-32768, 32767],
    "<u2": [0, 65535],
    "<i4": [-(2**31), 2**31 - 1],
    "<u4": [0, 2**32 - 1],
    "<i8": [-(2**63), 2**63 - 1],
    "<u8": [0, 2**64 - 1],
    "<f2": [65504, -0.0],
    "<f4": [1.401298464324817e-45, float("inf")],
    "<f8": [0.1, 5e-324],
}
files = {
    "a matrix": saved(matrix),
    "a number": saved(numpy.array(1.5)),
    "nothing": saved(numpy.zeros((0, 3), "<f4")),
    "ten axes": saved(numpy.ones([1] * 9 + [2], "|u1")),
    "version 2": saved(matrix, (2, 0)),
    "version 3": saved(matrix, (3, 0)),
    "big-endian": saved(matrix.astype(">f4")),
    "Fortran": saved(numpy.asfortranarray(matrix)),
    "big-endian Fortran": saved(numpy.asfortranarray(numpy.arange(24).reshape(2, 3, 4).astype(">i2"))),
    **{descr: saved(numpy.array(numbers, descr)) for descr, numbers in edges.items()},
    "objects": saved(numpy.array([{"a": 1}], dtype=object)),
    "complex": saved(numpy.ones(2, "<c8")),
    "texts": saved(numpy.array(["a", "bc"])),
    "dates": saved(numpy.array(["2020-01-01"], "<M8[D]")),
    "records": saved(numpy.zeros(2, [("a", "<i4"), ("b", "<f4")])),
    "an archive": archive(numpy.savez, W=matrix, b=numpy.arange(3)),
    "a deflated archive": archive(numpy.savez_compressed, W=matrix, zeros=numpy.zeros(1000, "<f8")),
}
encoded = {name: base64.b64encode(data).decode() for name, data in files.items()}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(encoded, indent=1) + "\n")

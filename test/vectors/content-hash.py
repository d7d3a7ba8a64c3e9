"""Prints the literal hashes in the tests of src/ir: content-hash, tensor-content and print.

A second version of the hash, written from its description: python3 test/vectors/content-hash.py
"""
import struct

MASK = 0xFFFFFFFF


def rotate(word, bits):
    return ((word << bits) | (word >> (32 - bits))) & MASK


def avalanche(word):
    mixed = (word ^ (word >> 16)) * 0x85EBCA6B & MASK
    mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35 & MASK
    return mixed ^ (mixed >> 16)


def digest(words):
    a, b = 0x9E3779B9, 0x7F4A7C15
    for word in words:
        mixed_a = rotate(word * 0xCC9E2D51 & MASK, 15) * 0x1B873593 & MASK
        mixed_b = rotate(word * 0x239B961B & MASK, 17) * 0xAB0E9789 & MASK
        a = ((rotate(a ^ mixed_a, 13) + b) * 5 + 0xE6546B64) & MASK
        b = ((rotate(b ^ mixed_b, 19) + a) * 5 + 0x561CCD1B) & MASK
    a, b = a ^ len(words), b ^ len(words)
    a = (a + b) & MASK
    b = (b + a) & MASK
    a, b = avalanche(a), avalanche(b)
    a = (a + b) & MASK
    b = (b + a) & MASK
    return f"{a:08x}{b:08x}"


def text(string):
    units = [unit for (unit,) in struct.iter_unpack("<H", string.encode("utf-16-le"))]
    pairs = zip(units[::2], (units + [0])[1::2])
    return [len(units)] + [first | second << 16 for first, second in pairs]


def number(value):
    return list(struct.unpack("<II", struct.pack("<d", value)))


def f32(value):
    return list(struct.unpack("<I", struct.pack("<f", value)))


print("nothing", digest([]))
print("1, 2, 0xffffffff", digest([1, 2, 0xFFFFFFFF]))
print("'graph ŷ'", digest(text("graph ŷ")))
print("-0.1", digest(number(-0.1)))
print("f32[2] [1.5, -0]", digest(text("f32") + [1] + number(2.0) + f32(1.5) + f32(-0.0)))
counting = [word for value in range(17) for word in f32(value)]
print("f32[17] [0, 1, …, 16]", digest(text("f32") + [1] + number(17.0) + counting))

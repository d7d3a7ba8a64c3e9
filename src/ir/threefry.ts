/**
 * Random bits as a pure function of a key and an index: Threefry-2x32 with 20 rounds, from
 * J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Keys and bits equal
 * those of JAX, whose default generator this is (with `jax_threefry_partitionable`). A key is two
 * u32 words; nothing here keeps state, so the same key and index always give the same bits.
 */
import { internalError, SluiceError } from '../errors.ts'

/**
 * Replaces the two-word counter in `block` at `offset` by its two words of random bits under `key`.
 * Throws: INTERNAL when `key` or `block` holds fewer than two words there.
 */
export function threefry2x32(key: Uint32Array, block: Uint32Array, offset = 0): void {
  const key0 = key[0]
  const key1 = key[1]
  const counter0 = block[offset]
  const counter1 = block[offset + 1]
  if (
    key0 === undefined ||
    key1 === undefined ||
    counter0 === undefined ||
    counter1 === undefined
  ) {
    throw internalError('threefry2x32: needs two words of key and of counter', `offset ${offset}`)
  }
  // The key schedule goes round three words; the constant keeps a key of zeros from being weak.
  let a = key0 | 0
  let b = key1 | 0
  let c = a ^ b ^ 0x1bd11bda
  let x0 = (counter0 + a) | 0
  let x1 = (counter1 + b) | 0
  for (let group = 1; group <= 5; group++) {
    const isOdd = group % 2 === 1
    x0 = (x0 + x1) | 0
    x1 = rotateLeft(x1, isOdd ? 13 : 17) ^ x0
    x0 = (x0 + x1) | 0
    x1 = rotateLeft(x1, isOdd ? 15 : 29) ^ x0
    x0 = (x0 + x1) | 0
    x1 = rotateLeft(x1, isOdd ? 26 : 16) ^ x0
    x0 = (x0 + x1) | 0
    x1 = rotateLeft(x1, isOdd ? 6 : 24) ^ x0
    const used = a
    a = b
    b = c
    c = used
    x0 = (x0 + a) | 0
    x1 = (x1 + b + group) | 0
  }
  block[offset] = x0
  block[offset + 1] = x1
}

/**
 * Sets `out[i]` to the 32 random bits of `key` at the index `firstIndex + i`: the exclusive or of
 * the two words that the 64-bit index gives. So a part of an array can be filled by itself.
 *
 * Source: `jax.random.bits(key, shape)`, i being the position in row-major order.
 */
export function fillRandomBits(key: Uint32Array, out: Uint32Array, firstIndex = 0): void {
  const block = new Uint32Array(2)
  for (let i = 0; i < out.length; i++) out[i] = randomBitsAt(key, firstIndex + i, block)
}

/**
 * The key of a seed, 0 ≤ seed < 2³².
 *
 * Throws: OPTION for any other seed.
 * Source: `jax.random.key(seed)`.
 */
export function keyFromSeed(seed: number): Uint32Array {
  checkWord('seed', seed)
  return Uint32Array.of(0, seed)
}

/**
 * A new key from `key` and a number, 0 ≤ data < 2³²: one key gives independent streams for a layer,
 * a step, an epoch.
 *
 * Throws: OPTION for any other data.
 * Source: `jax.random.fold_in(key, data)`.
 */
export function foldIn(key: Uint32Array, data: number): Uint32Array {
  checkWord('foldIn data', data)
  const block = Uint32Array.of(0, data)
  threefry2x32(key, block)
  return block
}

/**
 * 32 bits for a name, to be folded into a key: `foldIn(key, hashName('0.weight'))`.
 *
 * Source: FNV-1a over the bytes of the name in UTF-8 (G. Fowler, L. C. Noll, K.-P. Vo).
 */
export function hashName(name: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/**
 * A number in [0, 1) from 32 random bits: the upper 23, a multiple of 2⁻²³ and thus exact in f32.
 *
 * Source: `jax.random.uniform` for f32.
 */
export function uniform32(bits: number): number {
  return (bits >>> 9) * 2 ** -23
}

/**
 * The numbers 0 … length − 1 in the random order of `key`: the same key gives the same order.
 *
 * Fisher-Yates with rejection, so every order is equally likely as far as a key of 64 bits can say.
 * Throws: OPTION when `length` is no whole number in [0, 2³²).
 */
export function shuffledIndices(length: number, key: Uint32Array): Uint32Array {
  checkWord('shuffledIndices length', length)
  const indices = new Uint32Array(length)
  const block = new Uint32Array(2)
  let draws = 0
  for (let last = 1; last < length; last++) {
    const choices = last + 1
    // Bits past the last whole multiple of `choices` would favour small places: they are redrawn.
    const limit = 2 ** 32 - (2 ** 32 % choices)
    let bits = limit
    while (bits >= limit) bits = randomBitsAt(key, draws++, block)
    const place = bits % choices
    indices[last] = indices[place] ?? 0 // place ≤ last: always there
    indices[place] = last
  }
  return indices
}

function rotateLeft(word: number, distance: number): number {
  return (word << distance) | (word >>> (32 - distance))
}

/** The bits of `key` at `index`, below 2⁵³; `block` is scratch space of two words. */
function randomBitsAt(key: Uint32Array, index: number, block: Uint32Array): number {
  block[0] = index / 2 ** 32 // storing drops the fraction, and below takes the lower 32 bits
  block[1] = index
  threefry2x32(key, block)
  return (block[0] ^ block[1]) >>> 0
}

function checkWord(what: string, value: number): void {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return
  throw new SluiceError({
    code: 'OPTION',
    what: `${what}: not a 32-bit unsigned integer`,
    expected: 'a whole number from 0 to 4294967295',
    got: String(value),
    fix: 'pass a whole number in that range, for example 0',
  })
}

/** Damage of every kind, drawn from a seed. */
import type { Dice } from '../dice.ts'
import type { Seed } from './targets.ts'

/** Numbers at the ends of every width, and beyond what any file holds. */
const extremes = [
  0n,
  1n,
  127n,
  255n,
  2n ** 16n - 1n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 40n,
] as const
const furthest = [2n ** 53n, 2n ** 60n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n] as const
const numbers: readonly [bigint, ...bigint[]] = [...extremes, ...furthest]

/** What does most harm where it comes to stand by chance. */
const snippets = [
  'cos\nsystem\n(X\x06\x00\x00\x00echo x\x85R',
  'cbuiltins\neval\n',
  'c__builtin__\ngetattr\n',
  'ctorch._utils\n_rebuild_tensor_v2\n',
  'ccollections\nOrderedDict\n)R',
  '\x8c\x02os\x8c\x06system\x93',
  '((((((((((',
  'h\x00h\x00h\x00',
  'q\x00q\x01',
  '\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f',
  '"__proto__":',
  '{"constructor":{"prototype":{}}}',
  '[[[[[[[[[[[[[[[[',
  '-1',
  '1e308',
  'null',
  '"',
  '(1152921504606846976, 1152921504606846976)',
  "'|O'",
] as const

/** One damaged file: a part of it or the whole, changed one to four times. */
export function damagedFile(seed: Seed, others: readonly Seed[], dice: Dice): Uint8Array {
  const parts = { ...seed.parts }
  const isSmall = dice.chance(0.3)
  if (dice.chance(0.6)) {
    const name = dice.one(Object.keys(parts)) ?? ''
    const donor = dice.one(others)?.parts ?? {}
    const other = donor[dice.one(Object.keys(donor)) ?? ''] ?? new Uint8Array()
    parts[name] = changed(parts[name] ?? new Uint8Array(), other, dice)
    return seed.pack(parts, isSmall)
  }
  const donor = dice.one(others)
  const other = donor ? donor.pack(donor.parts, isSmall) : new Uint8Array()
  return changed(seed.pack(parts, isSmall), other, dice)
}

function changed(bytes: Uint8Array, other: Uint8Array, dice: Dice): Uint8Array {
  let made = bytes
  for (let count = dice.among([1, 1, 1, 2, 4] as const); count > 0; count--)
    made = changedOnce(made, other, dice)
  return made
}

function changedOnce(bytes: Uint8Array, other: Uint8Array, dice: Dice): Uint8Array {
  const at = dice.below(bytes.length + 1)
  const end = Math.min(bytes.length, at + dice.from(1, 40))
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(end)]
  switch (dice.below(10)) {
    case 0:
      return joined(before, Uint8Array.of(dice.below(256)), bytes.subarray(at + 1))
    case 1:
      return joined(
        before,
        Uint8Array.of((bytes[at] ?? 0) ^ (1 << dice.below(8))),
        bytes.subarray(at + 1),
      )
    case 2:
      return joined(before, after)
    case 3:
      return before
    case 4:
      return joined(
        before,
        ...Array.from({ length: 2 ** dice.below(8) }, () => bytes.subarray(at, end)),
        after,
      )
    case 5:
      return joined(before, other.subarray(dice.below(other.length + 1)))
    case 6:
      return withNumber(bytes, at, dice)
    case 7:
      return withDigits(bytes, dice)
    case 8:
      return joined(before, latin(dice.among(snippets)), bytes.subarray(at))
    default:
      return joined(
        before,
        latin(dice.among(['[', '(', '{"a":', ']', '}'] as const).repeat(2 ** dice.below(14))),
        bytes.subarray(at),
      )
  }
}

/** A number of 2, 4 or 8 bytes written over what is there, in either order. */
function withNumber(bytes: Uint8Array, at: number, dice: Dice): Uint8Array {
  const made = bytes.slice()
  const size = dice.among([2, 4, 8] as const)
  if (made.length < size) return made
  const place = Math.min(at, made.length - size)
  const view = new DataView(made.buffer)
  const number = dice.among(numbers)
  const isLittle = dice.chance(0.7)
  if (size === 8) view.setBigUint64(place, number, isLittle)
  else if (size === 4) view.setUint32(place, Number(number & 0xffffffffn), isLittle)
  else view.setUint16(place, Number(number & 0xffffn), isLittle)
  return made
}

/** A number that is spelled, as another one. */
function withDigits(bytes: Uint8Array, dice: Dice): Uint8Array {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  const found = dice.one([...text.matchAll(/\d+/g)])
  if (!found) return bytes
  const number = dice.chance(0.3) ? -dice.among(numbers) : dice.among(numbers)
  const after = text.slice(found.index + found[0].length)
  return latin(text.slice(0, found.index) + number + after)
}

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const made = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    made.set(part, at)
    at += part.length
  }
  return made
}

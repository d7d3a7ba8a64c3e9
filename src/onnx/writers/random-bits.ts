/** Threefry-2x32 in operators on u32, whose sums wrap around: the bits that every backend draws. */
import { internalError } from '../../errors.ts'
import type { Shape } from '../../ir/shape.ts'
import type { GraphWriter, Wire } from './graph-writer.ts'

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const

/**
 * The random bits of a key u32[2] at the indices 0 … count − 1. Source: `fillRandomBits`; the high
 * word of an index is 0, as no tensor here has 2³² elements.
 */
export function threefryBits(graph: GraphWriter, key: Wire, count: number): Wire {
  const words = new Words(graph)
  const [first, second] = [0, 1].map((start) =>
    graph.slice(key, [{ axis: 0, start, step: 1, count: 1 }]),
  )
  if (!first || !second) throw internalError('onnx: a key has two words')
  const mixed = words.xor(words.xor(first, second), graph.number(0x1bd11bda, 'u32'))
  let [a, b, c] = [first, second, mixed]
  let x0 = a
  let x1 = words.add(graph.range(count, 'u32'), b)
  for (let group = 1; group <= 5; group++) {
    for (const distance of rotations[(group + 1) % 2] ?? []) {
      x0 = words.add(x0, x1)
      x1 = words.xor(words.rotated(x1, distance), x0)
    }
    ;[a, b, c] = [b, c, a]
    x0 = words.add(x0, a)
    x1 = words.add(x1, words.add(b, graph.number(group, 'u32')))
  }
  return words.xor(x0, x1)
}

class Words {
  readonly #graph: GraphWriter

  constructor(graph: GraphWriter) {
    this.#graph = graph
  }

  add(a: Wire, b: Wire): Wire {
    return this.#graph.add('Add', [a, b], { shape: longer(a, b), dtype: 'u32' })
  }

  xor(a: Wire, b: Wire): Wire {
    return this.#graph.add('BitwiseXor', [a, b], { shape: longer(a, b), dtype: 'u32' })
  }

  /** The bits that leave on the left come back on the right, where none are: so a sum joins them. */
  rotated(word: Wire, distance: number): Wire {
    const shifted = (by: number, direction: string) =>
      this.#graph.add('BitShift', [word, this.#graph.number(by, 'u32')], word, {
        direction: { text: direction },
      })
    return this.add(shifted(distance, 'LEFT'), shifted(32 - distance, 'RIGHT'))
  }
}

/** Of one word and many, those of many; numbers have no axis. */
function longer(a: Wire, b: Wire): Shape {
  if (a.shape.length === 0 || a.shape[0] === 1) return b.shape.length === 0 ? a.shape : b.shape
  return a.shape
}

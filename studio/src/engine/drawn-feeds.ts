/** Numbers for inputs that nothing is fed to, so that a graph can be run and looked at. */
import type { Feeds, Graph, Tensor, Value } from 'sluice'

/** What is given, and for every other input numbers by the seed and its name. */
export function feedsFor(graph: Graph, given: Feeds, seed: number): Feeds {
  const drawn = graph.inputs.flatMap((input) => {
    const name = nameOf(input)
    const { shape, dtype } = input
    const isGiven = Object.hasOwn(given, name)
    return isGiven ? [] : [[name, drawnTensor({ name, shape, dtype }, seed)] as const]
  })
  return { ...given, ...Object.fromEntries(drawn) }
}

/** What an input is fed by. */
export function nameOf(input: Value): string {
  return String(input.attributes.name)
}

/** From 0 to 1 with two digits, to be checked by hand; whole numbers are 0, an index of anything. */
export function drawnTensor(
  { name, shape, dtype }: Pick<Value, 'shape' | 'dtype'> & { readonly name: string },
  seed: number,
): Tensor {
  const count = shape.reduce((product, size) => product * size, 1)
  if (dtype === 'f64') return { shape, dtype, data: Float64Array.from(numbers(name, seed, count)) }
  if (dtype === 'i32') return { shape, dtype, data: new Int32Array(count) }
  if (dtype === 'u32') return { shape, dtype, data: new Uint32Array(count) }
  if (dtype === 'bool') return { shape, dtype, data: new Uint8Array(count) }
  return { shape, dtype: 'f32', data: Float32Array.from(numbers(name, seed, count)) }
}

/** Source: Mulberry32 by Tommy Ettinger; FNV-1a brings in the name. */
function* numbers(name: string, seed: number, count: number): Generator<number> {
  let state = seed ^ 0x811c9dc5
  for (const letter of name) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  for (let index = 0; index < count; index++) {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    yield Math.round((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * 100) / 100
  }
}

/** Real ONNX files damaged at any place and in any way: what may come of it is a graph or an error of ours. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect } from 'vitest'
import { SluiceError } from '../../src/errors.ts'
import { encode } from '../../src/onnx/codec.ts'
import { readOnnx } from '../../src/onnx/index.ts'
import { modelSchema } from '../../src/onnx/schema.ts'
import { type NodeCase, readNodeCases } from './onnx-nodes.ts'

export const files: readonly Uint8Array[] = ['mlp', 'cnn', 'gru', 'loops', 'attention'].map(
  (name) => new Uint8Array(readFileSync(new URL(`../vectors/onnx/${name}.onnx`, import.meta.url))),
)
const cases = readNodeCases()
// Of one node each, where a mutation meets an operator's attributes and shapes more often.
export const nodes: readonly Uint8Array[] = cases.map(({ model }) => encode(modelSchema, model))

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('set', 'remove', 'insert', 'cut', 'copy'),
  byte: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 255 })),
  length: fc.integer({ min: 1, max: 40 }),
})
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

const extreme = fc.constantFrom(
  ...[0n, -1n, 2n, 3n, 100n, -100n, 2n ** 24n, 2n ** 31n, 2n ** 33n, 2n ** 53n, -(2n ** 63n)],
)

/** Bytes changed, left out, put in and repeated. */
export function checkDamage(sources: readonly Uint8Array[], numRuns: number): void {
  fc.assert(
    fc.property(fc.nat(), fc.array(change, { minLength: 1, maxLength: 4 }), (which, changes) => {
      const bytes = changes.reduce(changed, sources[which % sources.length] ?? new Uint8Array())
      expect(failure(bytes)).toBeUndefined()
    }),
    { numRuns },
  )
}

/** Whole files, with numbers of any size for shapes, places and attributes. */
export function checkNumbers(numRuns: number): void {
  fc.assert(
    fc.property(fc.nat(), fc.array(extreme, { minLength: 8, maxLength: 8 }), (which, numbers) => {
      const nodeCase = cases[which % cases.length]
      if (!nodeCase) return
      expect(failure(withNumbers(nodeCase, which, numbers))).toBeUndefined()
    }),
    { numRuns },
  )
}

/** A case whose integers are weights, with some of its numbers replaced. */
function withNumbers(
  { model, tensors }: NodeCase,
  which: number,
  numbers: readonly bigint[],
): Uint8Array {
  const { graph } = model
  if (!graph) return new Uint8Array()
  let turn = which
  const next = (number: bigint) => {
    turn = (turn * 5 + 1) % 4096
    return turn % 3 === 0 ? (numbers[turn % numbers.length] ?? number) : number
  }
  const node = graph.node.map((own) => ({
    ...own,
    attribute: own.attribute.map((attribute) => ({
      ...attribute,
      ints: attribute.ints.map(next),
      ...(attribute.i !== undefined && { i: next(attribute.i) }),
    })),
  }))
  const names = graph.input.map(({ name = '' }) => name)
  const isWeight = (name: string) => tensors[names.indexOf(name)]?.dataType === 7
  const initializer = names.filter(isWeight).flatMap((name) => {
    const tensor = tensors[names.indexOf(name)]
    if (!tensor?.rawData) return []
    const places = new BigInt64Array(tensor.rawData.slice().buffer).map(next)
    return [{ ...tensor, name, rawData: new Uint8Array(places.buffer) }]
  })
  const input = graph.input.filter(({ name = '' }) => !isWeight(name))
  return encode(modelSchema, { ...model, graph: { ...graph, node, input, initializer } })
}

function changed(bytes: Uint8Array, { at, kind, byte, length }: Change): Uint8Array {
  const place = Math.floor(at * bytes.length)
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)]
  switch (kind) {
    case 'set':
      return Uint8Array.from([...before, byte, ...after.subarray(1)])
    case 'remove':
      return Uint8Array.from([...before, ...after.subarray(length)])
    case 'insert':
      return Uint8Array.from([...before, byte, ...after])
    case 'cut':
      return before
    default:
      return Uint8Array.from([...before, ...after.subarray(0, length), ...after])
  }
}

/** What came of it that must not: an error that is not ours, or one of our own mistakes. */
export function failure(bytes: Uint8Array): unknown {
  try {
    const model = readOnnx(bytes, { maxBytes: 2 ** 24 })
    model.build(Object.fromEntries(model.axes.map((axis) => [axis, 2])))
    return undefined
  } catch (error) {
    const isOurs =
      error instanceof SluiceError && error.code !== 'INTERNAL' && error.got !== undefined
    return isOurs ? undefined : error
  }
}

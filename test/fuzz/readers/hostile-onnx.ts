/** ONNX files that were made to do harm: lengths, graphs within graphs. */
import type { HostileCase } from './hostile-case.ts'

export function onnxCases(): readonly HostileCase[] {
  const target = 'onnx'
  const varint = (value: bigint): readonly number[] =>
    value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)]
  const field = (number: number, content: readonly number[]): readonly number[] => [
    ...varint(BigInt(number * 8 + 2)),
    ...varint(BigInt(content.length)),
    ...content,
  ]
  const nested = (levels: number): readonly number[] => {
    // graph → node → attribute → graph …, each in the one around it.
    let content: readonly number[] = []
    for (let level = 0; level < levels; level++) content = field(1, field(5, field(6, content)))
    return content
  }
  const tensor = [8, ...varint(2n ** 60n), 16, 1, ...field(8, [0x77])]
  return [
    { title: 'a length of 2⁶⁰', target, make: () => Uint8Array.from([0x3a, ...varint(2n ** 60n)]) },
    {
      title: 'a weight of 2⁶⁰ elements',
      target,
      make: () => Uint8Array.from([8, 8, ...field(8, [16, 17]), ...field(7, field(5, tensor))]),
    },
    {
      title: 'graphs within graphs',
      target,
      make: () => Uint8Array.from([8, 8, ...field(8, [16, 17]), ...field(7, nested(400))]),
    },
    {
      title: '4 million empty nodes',
      isLong: true,
      target,
      make: () => {
        const nodes = new Uint8Array(8e6).map((_, i) => (i % 2 === 0 ? 10 : 0))
        const size = varint(BigInt(nodes.length))
        const made = new Uint8Array(1 + size.length + nodes.length)
        made.set([0x3a, ...size])
        made.set(nodes, 1 + size.length)
        return made
      },
    },
  ]
}

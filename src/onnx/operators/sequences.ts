/** Lists of tensors and what may be absent: their lengths are known, so they leave no trace. */
import * as gates from '../../gates/index.ts'
import { tensor } from '../../ir/tensor.ts'
import type { Node } from '../node.ts'
import {
  computed,
  given,
  type Operand,
  type SequenceOperand,
  type TensorOperand,
} from '../operand.ts'
import type { Family } from '../operator.ts'

const known = 'places that are known'

export const sequences: Family = {
  ConcatFromSequence: {
    make: (node) => {
      const values = node.sequence(0).items.map((item) => item.value())
      const axis = node.attributes.int('axis')
      const isNew = node.attributes.int('new_axis', 0) !== 0
      return isNew ? gates.stack(values, axis) : gates.concat(values, axis)
    },
  },
  Optional: { from: 15, make: (node) => node.operands[0] ?? { kind: 'absent' } },
  OptionalGetElement: {
    from: 15,
    make: (node) => {
      const operand = node.operands[0]
      if (operand && operand.kind !== 'absent') return operand
      throw node.mistake('what is optional is absent', 'something', 'nothing')
    },
  },
  OptionalHasElement: {
    from: 15,
    make: (node) => given(tensor(node.has(0), { dtype: 'bool' }), 'bool'),
  },
  SequenceAt: { make: (node) => itemAt(node), limits: known },
  SequenceConstruct: {
    make: (node) => sequence(node.operands.map((_, index) => node.operand(index))),
  },
  SequenceEmpty: { make: () => sequence([]) },
  SequenceErase: {
    make: (node) => {
      const { items } = node.sequence(0)
      return sequence(items.toSpliced(placeIn(node, 1, items.length - 1, items.length), 1))
    },
    limits: known,
  },
  SequenceInsert: {
    make: (node) => {
      const { items } = node.sequence(0)
      const place = placeIn(node, 2, items.length, items.length)
      return sequence(items.toSpliced(place, 0, node.operand(1)))
    },
    limits: known,
  },
  SequenceLength: {
    make: (node) => given(tensor(node.sequence(0).items.length, { dtype: 'i32' }), 'int64'),
  },
  SequenceMap: { from: 17, make: sequenceMap },
  SplitToSequence: { make: splitToSequence, limits: 'sizes that are known' },
}

function sequence(items: readonly TensorOperand[]): SequenceOperand {
  return { kind: 'sequence', items }
}

function itemAt(node: Node): TensorOperand {
  const { items } = node.sequence(0)
  const item = items[placeIn(node, 1, items.length - 1, items.length)]
  if (item) return item
  throw node.mistake('the sequence is empty', 'an item', 'none')
}

/** A place, counted from the end where it is negative; the last one where it is left out. */
function placeIn(node: Node, index: number, last: number, length: number): number {
  if (!node.has(index)) return last
  const place = node.number(index)
  const found = place < 0 ? place + length : place
  if (found >= 0 && found <= last) return found
  throw node.mistake('there is no such place', `${-length} to ${last}`, `${place}`)
}

function sequenceMap(node: Node): readonly Operand[] {
  const body = node.attributes.graph('body')
  const { length } = node.sequence(0).items
  const runs = Array.from({ length }, (_, at) => {
    const operands = node.operands.map((operand, index) =>
      operand?.kind === 'sequence' ? (operand.items[at] ?? operand) : node.operand(index),
    )
    return node.surroundings.run(body, operands)
  })
  return body.output.map((_, output) =>
    sequence(
      runs.map((run) => {
        const item = run[output]
        if (item?.kind === 'tensor') return item
        throw node.mistake('the body gives no tensor', 'a tensor', item?.kind ?? 'nothing')
      }),
    ),
  )
}

function splitToSequence(node: Node): SequenceOperand {
  const x = node.value(0)
  const axis = node.axis(node.attributes.int('axis', 0), x.shape.length)
  const size = x.shape[axis] ?? 0
  const given = node.has(1) ? node.known(1) : undefined
  const chunk = given ? Number(given.data[0]) : 1
  const count = node.count(Math.ceil(size / chunk), 'the number of parts')
  const even = Array.from({ length: count }, (_, part) => Math.min(chunk, size - part * chunk))
  const sizes = given && given.shape.length > 0 ? node.numbers(1) : even
  const isDropped = !node.has(1) && node.attributes.int('keepdims', 1) === 0
  const parts = gates.split(x, sizes, axis)
  return sequence(
    parts.map((part) => computed(isDropped ? gates.squeeze(part, axis) : part, node.type(0))),
  )
}

/** Elements at places that are given, and puts at places. */
import * as gates from '../../gates/index.ts'
import { type Shape, sizeOf, stridesOf } from '../../ir/shape.ts'
import { tensor, toNumbers } from '../../ir/tensor.ts'
import type { Value } from '../../ir/value.ts'
import type { Node } from '../node.ts'
import { given } from '../operand.ts'
import { type Family, type Output, type TypedValue, typed } from '../operator.ts'

const places = 'negative places only where they are known before it runs'

export const indexing: Family = {
  Compress: { make: compress, limits: 'a condition that is known' },
  Gather: { make: gather, limits: places },
  GatherElements: {
    make: (node) => {
      const x = node.value(0)
      const axis = node.axis(node.attributes.int('axis', 0), x.shape.length)
      return gates.gather(
        x,
        placesOf(node, 1, () => x.shape[axis] ?? 0),
        axis,
      )
    },
    limits: places,
  },
  GatherND: { make: gatherND, limits: places },
  NonZero: { make: nonZero, limits: 'an input that is known' },
  OneHot: { make: oneHot, limits: 'a depth that is known' },
  ReverseSequence: { make: reverseSequence },
  ScatterElements: { make: scatterElements, limits: `reduction none or add; ${places}` },
  ScatterND: { make: scatterND, limits: `reduction none or add; ${places}` },
  Unique: { make: unique, limits: 'an input that is known, without axis' },
}

/** Places as integers, negative ones counted from the end of an axis, whose size `sizeAt` gives. */
function placesOf(node: Node, index: number, sizeAt: (element: number) => number): Value {
  const { isConstant, host } = node.operand(index)
  const known = isConstant ? host() : undefined
  if (!known) {
    const value = node.value(index)
    return value.dtype === 'i32' || value.dtype === 'u32' ? value : gates.cast(value, 'i32')
  }
  const data = toNumbers(known).map((place, at) => (place < 0 ? place + sizeAt(at) : place))
  return gates.constant({ shape: known.shape, dtype: 'i32', data: Int32Array.from(data) })
}

function gather(node: Node): Value {
  const x = node.value(0)
  const axis = node.axis(node.attributes.int('axis', 0), x.shape.length)
  const size = x.shape[axis] ?? 0
  const { isConstant, host } = node.operand(1)
  const known = isConstant ? host() : undefined
  const isRow = known !== undefined && known.data.length === 1
  if (!isRow)
    return gates.take(
      x,
      placesOf(node, 1, () => size),
      axis,
    )
  // A single row is a slice of x.
  const [place = 0] = toNumbers(known)
  const from = place < 0 ? place + size : place
  if (from < 0 || from >= size) {
    throw node.mistake('there is no such place', `${-size} to ${size - 1}`, `${place}`)
  }
  const ranges = x.shape.map((_, at): [number?, number?] => (at === axis ? [from, from + 1] : []))
  const shape = [...x.shape.slice(0, axis), ...known.shape, ...x.shape.slice(axis + 1)]
  return gates.reshape(gates.slice(x, ranges), shape)
}

interface Rows {
  /** What the places name, as rows of equal length. */
  readonly table: Value
  /** For each row that is named, its place in the table. */
  readonly at: Value
  readonly rest: Shape
}

/** x and indices [..., k], of which each names a part of x by its first k places after the batch. */
function rowsOf(node: Node, batchAxes: number): Rows {
  const x = node.value(0)
  const [...lead] = node.value(1).shape
  const k = lead.pop() ?? 0
  const sizes = x.shape.slice(batchAxes, batchAxes + k)
  const rest = x.shape.slice(batchAxes + k)
  const batch = sizeOf(x.shape.slice(0, batchAxes))
  const indices = placesOf(node, 1, (element) => sizes[element % k] ?? 0)
  const flat = gates.reshape(indices, [batch, -1, k])
  const strides = gates.constant(tensor(stridesOf(sizes), { dtype: 'i32', shape: [k] }))
  const own = gates.sum(gates.multiply(gates.cast(flat, 'i32'), strides), -1)
  const count = sizeOf(sizes)
  const offsets = gates.multiply(gates.iota([batch, 1], 0), count)
  const at = gates.reshape(batch === 1 ? own : gates.add(own, offsets), [-1])
  return { table: gates.reshape(x, [batch * count, sizeOf(rest)]), at, rest }
}

function gatherND(node: Node): Value {
  const { table, at, rest } = rowsOf(node, node.attributes.int('batch_dims', 0))
  return gates.reshape(gates.take(table, at), [...node.value(1).shape.slice(0, -1), ...rest])
}

function scatterND(node: Node): Value {
  const x = node.value(0)
  const { table, at, rest } = rowsOf(node, 0)
  const [count = 0] = at.shape
  const source = gates.reshape(node.value(2), [count, sizeOf(rest)])
  const index = gates.broadcastTo(gates.reshape(at, [count, 1]), source.shape)
  return gates.reshape(scattered(node, { x: table, index, source, axis: 0 }), x.shape)
}

function scatterElements(node: Node): Value {
  const x = node.value(0)
  const axis = node.axis(node.attributes.int('axis', 0), x.shape.length)
  const index = placesOf(node, 1, () => x.shape[axis] ?? 0)
  return scattered(node, { x, index, source: node.value(2), axis })
}

interface Scattering {
  readonly x: Value
  readonly index: Value
  readonly source: Value
  readonly axis: number
}

function scattered(node: Node, { x, index, source, axis }: Scattering): Value {
  const reduction = node.attributes.string('reduction', 'none')
  if (reduction === 'none') return gates.scatter(x, index, source, axis)
  if (reduction === 'add') return gates.scatterAdd(x, index, source, axis)
  throw node.mistake('the reduction has no place here', 'none or add', reduction)
}

function oneHot(node: Node): TypedValue {
  const depth = node.count(node.number(1), 'depth')
  const labels = node.value(0)
  const whole = labels.dtype === 'i32' ? labels : gates.cast(labels, 'i32')
  const rank = labels.shape.length + 1
  const axis = node.axis(node.attributes.int('axis', -1), rank)
  const shape = labels.shape.toSpliced(axis, 0, depth)
  const column = gates.reshape(whole, labels.shape.toSpliced(axis, 0, 1))
  // Labels from −depth on count from the end; others are none of the classes.
  const counted = gates.where(gates.less(column, 0), gates.add(column, depth), column)
  const isHot = gates.equal(gates.iota(shape, axis), counted)
  const [off, on] = [0, 1].map((at) =>
    gates.reshape(gates.slice(node.value(2), [[at, at + 1]]), []),
  )
  if (!off || !on) throw node.mistake('values are no pair', 'off and on', '')
  if (off.dtype !== 'bool') return typed(gates.where(isHot, on, off), node.type(2))
  const numbers = gates.where(isHot, gates.cast(on, 'i32'), gates.cast(off, 'i32'))
  return typed(gates.notEqual(numbers, 0), node.type(2))
}

function reverseSequence(node: Node): Value {
  const x = node.value(0)
  const time = node.attributes.int('time_axis', 0)
  const batch = node.attributes.int('batch_axis', 1)
  const lengths = gates.reshape(
    node.value(1),
    x.shape.map((size, axis) => (axis === batch ? size : 1)),
  )
  const step = gates.iota(x.shape, time)
  const fromEnd = gates.subtract(gates.subtract(lengths, 1), step)
  return gates.gather(x, gates.where(gates.less(step, lengths), fromEnd, step), time)
}

function compress(node: Node): Value {
  const isKept = node.numbers(1)
  const x = node.value(0)
  const at = isKept.flatMap((kept, place) => (kept === 0 ? [] : [place]))
  const index = gates.constant(tensor(at, { dtype: 'i32', shape: [at.length] }))
  if (!node.attributes.has('axis')) return gates.take(gates.reshape(x, [-1]), index)
  return gates.take(x, index, node.axis(node.attributes.int('axis'), x.shape.length))
}

function nonZero(node: Node): Output {
  const known = node.known(0)
  const strides = stridesOf(known.shape)
  const at = toNumbers(known).flatMap((element, place) => (element === 0 ? [] : [place]))
  const rows = known.shape.flatMap((size, axis) =>
    at.map((place) => Math.floor(place / (strides[axis] ?? 1)) % size),
  )
  const shape = [known.shape.length, at.length]
  return given({ shape, dtype: 'i32', data: Int32Array.from(rows) }, 'int64')
}

function unique(node: Node): readonly Output[] {
  if (node.attributes.has('axis')) throw node.mistake('axis', 'no axis', 'an axis')
  const known = node.known(0)
  const numbers = toNumbers(known)
  const first = new Map<number, number>()
  numbers.forEach((number, at) => {
    if (!first.has(number)) first.set(number, at)
  })
  const isSorted = node.attributes.int('sorted', 1) !== 0
  const values = isSorted ? [...first.keys()].toSorted((a, b) => a - b) : [...first.keys()]
  const list = (data: readonly number[]) =>
    given(tensor([...data], { dtype: 'i32', shape: [data.length] }), 'int64')
  const rank = new Map(values.map((value, at) => [value, at]))
  const counts = values.map(() => 0)
  for (const number of numbers) {
    const at = rank.get(number) ?? 0
    counts[at] = (counts[at] ?? 0) + 1
  }
  return [
    given(tensor(values, { dtype: known.dtype, shape: [values.length] }), node.type(0)),
    list(values.map((value) => first.get(value) ?? 0)),
    list(numbers.map((number) => rank.get(number) ?? 0)),
    list(counts),
  ]
}

/** Branches and loops. */
import { SluiceError } from '../../errors.ts'
import * as gates from '../../gates/index.ts'
import { tensor } from '../../ir/tensor.ts'
import { formatType, isSameType, type Value } from '../../ir/value.ts'
import type { Node } from '../node.ts'
import { computed, given, type Operand, type TensorOperand } from '../operand.ts'
import type { Family } from '../operator.ts'
import type { GraphMessage } from '../schema.ts'

/** A loop that is no scan is written out, up to so many turns. */
const mostTurns = 1024

export const control: Family = {
  If: {
    make: branch,
    limits: 'where the condition is not known, both branches are computed, and must be of one type',
  },
  Loop: {
    make: loop,
    limits: `a number of turns that is known; turns that do not fit a scan are written out, up to ${mostTurns}; a condition that is known`,
  },
  Scan: { make: scan, limits: 'no scan_output_directions other than forward for all' },
}

function branch(node: Node): readonly Operand[] {
  const { run } = node.surroundings
  const [yes, no] = [node.attributes.graph('then_branch'), node.attributes.graph('else_branch')]
  const known = node.operand(0).host()
  if (known) return run(Number(known.data[0]) === 0 ? no : yes, [])
  const condition = gates.reshape(node.value(0), [])
  const [whether, otherwise] = [run(yes, []), run(no, [])]
  return whether.map((a, output) => {
    const b = otherwise[output]
    if (a.kind !== 'tensor' || b?.kind !== 'tensor' || !isSameType(a.value(), b.value())) {
      throw node.mistake(
        'the condition is not known, and the branches differ in type',
        a.kind === 'tensor' ? formatType(a.value()) : 'a tensor',
        b?.kind === 'tensor' ? formatType(b.value()) : 'no tensor',
      )
    }
    return computed(chosen(condition, a.value(), b.value()), a.type)
  })
}

function chosen(condition: Value, a: Value, b: Value): Value {
  if (a.dtype !== 'bool') return gates.where(condition, a, b)
  const numbers = gates.where(condition, gates.cast(a, 'i32'), gates.cast(b, 'i32'))
  return gates.notEqual(numbers, 0)
}

interface Loop {
  readonly node: Node
  readonly body: GraphMessage
  readonly turns: number
  readonly first: readonly Operand[]
}

/** Inputs: how often, whether to begin, what the first turn gets. */
function loop(node: Node): readonly Operand[] {
  const body = node.attributes.graph('body')
  const first = node.operands.slice(2).map((operand): Operand => operand ?? { kind: 'absent' })
  const begins = !node.has(1) || node.number(1) !== 0
  const turns = begins ? (node.has(0) ? node.number(0) : Number.POSITIVE_INFINITY) : 0
  const own: Loop = { node, body, turns, first }
  if (turns > mostTurns || turns < 2) return turns < 2 ? writtenOut(own) : asScan(own)
  try {
    return asScan(own)
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code === 'INTERNAL') throw error
    return writtenOut(own)
  }
}

function truth(value: boolean): TensorOperand {
  return given(tensor(value, { dtype: 'bool' }), 'bool')
}

/** As one scan: every turn of one type, and none that ends the loop. */
function asScan({ node, body, turns, first }: Loop): readonly Operand[] {
  const operands = first.map((operand) => {
    if (operand.kind === 'tensor') return operand
    throw node.mistake('what is carried is no tensor', 'a tensor', operand.kind)
  })
  const types: TensorOperand['type'][] = []
  const { carry, outputs } = gates.scan(
    (carried: readonly Value[], [turn]: readonly Value[]) => {
      if (!turn) throw node.mistake('the turn has no number', 'a number', 'none')
      const states = carried.map((value, at) => computed(value, operands[at]?.type))
      const results = node.surroundings.run(body, [computed(turn, 'int64'), truth(true), ...states])
      const [goesOn, ...given] = results.map((result) => tensorOf(node, result))
      if (Number(goesOn?.host()?.data[0] ?? 0) === 0) {
        throw node.mistake('the loop may end before its last turn', 'a condition that is true', '')
      }
      types.splice(0, types.length, ...given.map(({ type }) => type))
      const values = given.map(({ value }) => value())
      return { carry: values.slice(0, carried.length), outputs: values.slice(carried.length) }
    },
    { carry: operands.map((operand) => operand.value()), sequences: [gates.iota([turns])] },
  )
  return [...carry, ...outputs].map((value, at) => computed(value, types[at]))
}

function tensorOf(node: Node, operand: Operand): TensorOperand {
  if (operand.kind === 'tensor') return operand
  throw node.mistake('what is carried is no tensor', 'a tensor', operand.kind)
}

/** Turn after turn, each with what is known of it: its number, shapes that grow, a condition. */
function writtenOut({ node, body, turns, first }: Loop): readonly Operand[] {
  let carried = first
  const collected: TensorOperand[][] = []
  for (let turn = 0; turn < turns; turn++) {
    if (turn === mostTurns) {
      throw node.mistake('the loop is too long to be written out', `${mostTurns} turns`, 'more')
    }
    const number = given(tensor(turn, { dtype: 'i32' }), 'int64')
    const [goesOn, ...results] = node.surroundings.run(body, [number, truth(true), ...carried])
    carried = results.slice(0, carried.length)
    results.slice(carried.length).forEach((result, output) => {
      collected[output] = [...(collected[output] ?? []), tensorOf(node, result)]
    })
    const condition = goesOn?.kind === 'tensor' ? goesOn.host() : undefined
    if (!condition) {
      throw node.mistake('whether the loop goes on is not known', 'a known condition', 'none')
    }
    if (Number(condition.data[0]) === 0) break
  }
  const stacked = collected.map((items) => {
    const [item] = items
    return computed(gates.stack(items.map(({ value }) => value())), item?.type)
  })
  return [...carried, ...stacked]
}

/** The first inputs are carried, the others are walked along an axis each. */
function scan(node: Node): readonly Operand[] {
  const { attributes } = node
  const body = attributes.graph('body')
  const walked = attributes.int('num_scan_inputs')
  if (!(walked >= 0 && walked <= node.inputCount)) {
    throw node.mistake('num_scan_inputs', `0 to ${node.inputCount}`, `${walked}`)
  }
  const carryCount = node.inputCount - walked
  const zeros = Array.from({ length: Math.max(walked, node.outputCount) }, () => 0)
  const axes = attributes.ints('scan_input_axes', zeros)
  const ways = attributes.ints('scan_input_directions', zeros)
  if (attributes.ints('scan_output_directions', zeros).some((way) => way !== 0)) {
    throw node.mistake('scan_output_directions', 'forward', 'reverse')
  }
  const sequences = Array.from({ length: walked }, (_, at) => {
    const x = node.value(carryCount + at)
    const moved = gates.moveAxis(x, node.axis(axes[at] ?? 0, x.shape.length), 0)
    return ways[at] ? gates.flip(moved, 0) : moved
  })
  const types: TensorOperand['type'][] = []
  const { carry, outputs } = gates.scan(
    (carried: readonly Value[], elements: readonly Value[]) => {
      const operands = [...carried, ...elements].map((value, at) => computed(value, node.type(at)))
      const given = node.surroundings.run(body, operands).map((result) => tensorOf(node, result))
      types.splice(0, types.length, ...given.map(({ type }) => type))
      const values = given.map(({ value }) => value())
      return { carry: values.slice(0, carryCount), outputs: values.slice(carryCount) }
    },
    { carry: Array.from({ length: carryCount }, (_, at) => node.value(at)), sequences },
  )
  const outputAxes = attributes.ints('scan_output_axes', zeros)
  const moved = outputs.map((value, at) =>
    gates.moveAxis(value, 0, node.axis(outputAxes[at] ?? 0, value.shape.length)),
  )
  return [...carry, ...moved].map((value, at) => computed(value, types[at]))
}

/** What a gate turns away: each constraint broken once, and each operand given a wrong dtype. */
import { SluiceError } from '../../src/errors.ts'
import { input } from '../../src/gates/index.ts'
import { type Domain, type DType, domains, dtypes, parseDType } from '../../src/ir/dtype.ts'
import type { AnyFunction, Gate } from '../../src/ir/gate.ts'
import { Value } from '../../src/ir/value.ts'
import { callGate, callsOf } from './calls.ts'

/** Every constraint's `broken` call must end in its error. */
export function constraintFailures(gate: Gate<AnyFunction>): readonly string[] {
  const { name, operands, constraints } = gate.definition
  return Object.entries(constraints).flatMap(([id, { broken, code, rule }]) => {
    const args = operands.map((operand) => {
      const given = broken[operand.replace(/^\.\.\./, '')]
      return Array.isArray(given) ? given.map(inputOf) : inputOf(given, operand)
    })
    const error = errorOf(() => callGate(gate, [...args, ...(broken.with ?? [])]))
    if (!(error instanceof SluiceError)) return [`${id}: broken gives ${error}, not its error`]
    const failures: string[] = []
    if (error.code !== code) failures.push(`code ${error.code}, not ${code}`)
    if (!error.what.startsWith(`${name}: `))
      failures.push(`what does not name ${name}: ${error.what}`)
    if (error.expected !== rule)
      failures.push(`expected "${error.expected}", not the rule "${rule}"`)
    if (!error.fix) failures.push('no fix')
    if (!error.got) failures.push('nothing got')
    return failures.map((failure) => `${id}: ${failure}`)
  })
}

/** Every operand in a dtype outside its domain must end in a DTYPE error that names a cast. */
export function domainFailures(gate: Gate<AnyFunction>): readonly string[] {
  const { name, operands, takes } = gate.definition
  const [call] = callsOf(gate, 'f32')
  if (!call || call.label.startsWith('block')) return []
  return operands.flatMap((operand, index) => {
    const key = operand.replace(/^\.\.\./, '')
    const domain = takes[key] ?? 'floating'
    const wrong = outside[domain]
    if (!wrong) return []
    const retyped = (value: unknown) =>
      value instanceof Value ? input(String(value.name), value.shape, { dtype: wrong }) : value
    const given = call.args[index]
    const operandGiven = Array.isArray(given) ? given.map(retyped) : retyped(given)
    const error = errorOf(() => callGate(gate, call.args.with(index, operandGiven)))
    if (!(error instanceof SluiceError)) return [`${key} as ${wrong} gives ${error}, not an error`]
    const target = /cast\([^,]+, '(\w+)'\)/.exec(error.fix ?? '')?.[1]
    const failures: string[] = []
    if (error.code !== 'DTYPE') failures.push(`code ${error.code}`)
    if (!error.what.startsWith(`${name}: `))
      failures.push(`what does not name ${name}: ${error.what}`)
    if (!error.what.includes(wrong)) failures.push(`what does not name ${wrong}: ${error.what}`)
    if (!target) failures.push(`fix names no cast: ${error.fix}`)
    else if (!domains[domain].holds(parseDType(target)))
      failures.push(`casting to ${target} is no fix`)
    return failures.map((failure) => `${key} as ${wrong}: ${failure}`)
  })
}

/** A dtype that an operand of the domain cannot be; every dtype can be stored. */
const outside: Readonly<Record<Domain, DType | undefined>> = {
  floating: 'i32',
  signed: 'u32',
  numeric: 'bool',
  integer: 'f32',
  u32: 'i32',
  bool: 'f32',
  any: 'f16',
  stored: undefined,
}

/** A value of a type such as `f32[2, 3]`; a number stays what it is. */
function inputOf(type: unknown, operand: string | number): unknown {
  if (typeof type !== 'string') return type
  const [, dtype = '', sizes = ''] = /^(\w+)\[(.*)\]$/.exec(type) ?? []
  const shape = sizes === '' ? [] : sizes.split(',').map(Number)
  if (!Object.hasOwn(dtypes, dtype)) throw new RangeError(`"${type}" is no type of a value`)
  return input(`${operand}`, shape, { dtype: parseDType(dtype) })
}

function errorOf(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

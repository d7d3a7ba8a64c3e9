/**
 * Puts the methods on values and gates; imported for what it does, as only `draw/notebook.ts` is
 * besides. Every gate whose first operand is a value becomes a method of that name; those that draw
 * from a random key stay functions.
 */
import { backwardAlone, forwardAlone } from './autodiff/alone.ts'
import * as gates from './gates/index.ts'
import { type AnyFunction, type Gate, gatePrototype, isGate } from './ir/gate.ts'
import { formatTensor, isTensor, type TensorLike } from './ir/tensor.ts'
import { formatType, Value } from './ir/value.ts'
import { type ReadOptions, readValue } from './read.ts'
import type { Feeds } from './runtime/feeds.ts'
import { handleOf } from './runtime/handle.ts'

const notMethods = new Set(['alias'])
/** What a gate begins with when nobody would write it as a method: `key.normal(shape)`. */
const notFluent = new Set(['key'])

for (const gate of Object.values(gates).filter((entry) => isGate(entry))) {
  const { name, operands } = gate.definition
  const [first] = operands
  const isMethod = first !== undefined && !first.startsWith('...') && !notFluent.has(first)
  if (!isMethod || notMethods.has(name)) continue
  define(name, function method(this: Value, ...args: unknown[]) {
    return call(gate, [this, ...args])
  })
}

define('named', function named(this: Value, name: string) {
  return this.name === undefined ? this.labelled({ name }) : gates.alias(this).labelled({ name })
})

for (const read of ['data', 'array', 'item'] as const) {
  define(read, async function readNow(this: Value, feeds?: Feeds, options?: ReadOptions) {
    return handleOf(readValue(this, feeds, options))[read]()
  })
}

/** What Node's REPL shows. */
define(Symbol.for('nodejs.util.inspect.custom'), function inspect(this: Value) {
  const name = this.name === undefined ? '' : `"${this.name}" `
  return `Value ${name}${formatType(this.type)} = ${this.gate.name}${operandsText(this)}`
})

function operandsText({ inputs, attributes }: Value): string {
  if (inputs.length > 0) {
    return `(${inputs.map((input) => input.name ?? input.gate.name).join(', ')})`
  }
  const { value } = attributes
  if (typeof value === 'number') return ` ${value}`
  return isTensor(value) ? ` ${formatTensor(value)}` : ''
}

Object.assign(gatePrototype, {
  forward(this: Gate<AnyFunction>, operands: Operands, ...more: unknown[]) {
    return forwardAlone(this, operands, more)
  },
  backward(this: Gate<AnyFunction>, operands: Operands, upstream?: TensorLike, ...more: unknown[]) {
    return backwardAlone(this, operands, upstream, more)
  },
})

type Operands = Readonly<Record<string, TensorLike>>

function call(gate: Gate<AnyFunction>, args: readonly unknown[]): unknown {
  return gate(...(args as never[])) // the gate checks its own arguments
}

function define(name: string | symbol, method: (this: Value, ...args: never[]) => unknown): void {
  Object.defineProperty(Value.prototype, name, {
    value: method,
    writable: true,
    configurable: true,
  })
}

/** `defineGate`, for gates of the package and of its users alike. */
import { SluiceError } from '../errors.ts'
import { applyGate, describeCall, noAttributes } from '../ir/apply-gate.ts'
import { createGate } from '../ir/create-gate.ts'
import { type DType, domains } from '../ir/dtype.ts'
import type { IfDType, MeetDType } from '../ir/dtype-type.ts'
import type { AnyFunction, Attributes, Gate, GateDefinition } from '../ir/gate.ts'
import type { GateSpec } from '../ir/gate-spec.ts'
import type { Broadcastable } from '../ir/operand-type.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast, IfBroadcast } from '../ir/shape-type.ts'
import { Value } from '../ir/value.ts'
import { broadcastOperands, type Operand } from './broadcast.ts'
import type * as gates from './index.ts'

/** What rules receive as `gates`: every gate of the package. */
export type Gates = typeof gates

/** A gate of one operand that keeps shape and dtype. */
export interface Unary {
  <S extends Shape, D extends DType>(x: Value<S, D>): Value<S, D>
  (x: number): Value<[], 'f32'>
}

/** A gate that asks something of each element. */
export interface Test {
  <S extends Shape, D extends DType>(x: Value<S, D>): Value<S, 'bool'>
  (x: number): Value<[], 'bool'>
}

/** An elementwise gate of two operands, which broadcast. */
export interface Binary<Name extends string> {
  <T extends Shape, D extends DType>(a: number, b: Value<T, D>): Value<T, D>
  <S extends Shape, D extends DType, T extends Shape = [], E extends DType = D>(
    a: Value<S, D>,
    b: number | Broadcastable<Name, S, D, T, E>,
  ): Value<Broadcast<S, T>, MeetDType<D, E>>
}

/** The method of an elementwise gate of two operands. */
export interface BinaryMethod<Name extends string> {
  <V extends Value, const T extends Shape = [], E extends DType = V['dtype']>(
    this: V,
    b: number | Broadcastable<Name, V['shape'], V['dtype'], T, E>,
  ): Value<Broadcast<V['shape'], T>, MeetDType<V['dtype'], E>>
}

/** A comparison: operands broadcast, the output is bool. */
export interface Compare<Name extends string> {
  <T extends Shape, D extends DType>(a: number, b: Value<T, D>): Value<T, 'bool'>
  <S extends Shape, D extends DType, T extends Shape = [], E extends DType = D>(
    a: Value<S, D>,
    b: number | Broadcastable<Name, S, D, T, E>,
  ): Value<Broadcast<S, T>, 'bool'>
}

/** The method of a comparison. */
export interface CompareMethod<Name extends string> {
  <V extends Value, const T extends Shape = [], E extends DType = V['dtype']>(
    this: V,
    b: number | Broadcastable<Name, V['shape'], V['dtype'], T, E>,
  ): Value<Broadcast<V['shape'], T>, 'bool'>
}

/** A gate of two bool operands, which broadcast. */
export interface Logical<Name extends string> {
  <T extends Shape, E extends DType>(
    a: boolean,
    b: IfDType<`${Name}: b`, E, 'bool', Value<T, E>>,
  ): Value<T, 'bool'>
  <S extends Shape, D extends DType, T extends Shape = [], E extends DType = 'bool'>(
    a: IfDType<`${Name}: a`, D, 'bool', Value<S, D>>,
    b: boolean | IfDType<`${Name}: b`, E, 'bool', IfBroadcast<Name, S, T, Value<T, E>>>,
  ): Value<Broadcast<S, T>, 'bool'>
}

/** A gate of two u32 operands, which broadcast. */
export interface Bitwise<Name extends string> {
  <T extends Shape, E extends DType>(
    a: number,
    b: IfDType<`${Name}: b`, E, 'u32', Value<T, E>>,
  ): Value<T, 'u32'>
  <S extends Shape, D extends DType, T extends Shape = [], E extends DType = 'u32'>(
    a: IfDType<`${Name}: a`, D, 'u32', Value<S, D>>,
    b: number | IfDType<`${Name}: b`, E, 'u32', IfBroadcast<Name, S, T, Value<T, E>>>,
  ): Value<Broadcast<S, T>, 'u32'>
}

/** How the arguments of the public function become inputs and attributes. */
export type CallRule<F extends AnyFunction, A extends Attributes> = (...args: Parameters<F>) => {
  readonly inputs: readonly Value[]
  readonly attributes: A
}

/**
 * Makes a gate: a function that builds values, with everything the package needs to type, run,
 * differentiate, explain and draw it.
 *
 * `element` (a scalar expression) or `expand` (other gates) says what it computes. Without `call`
 * the operands are the arguments; those of an `element` gate broadcast, and number literals take
 * the dtype of the other operands. `call` is for gates with attributes. A gate with `outputTypes`
 * gives a list of values.
 */
export function defineGate<
  F extends AnyFunction,
  const N extends readonly string[],
  A extends Attributes = Record<never, never>,
>(
  spec: GateSpec<N, A, Gates> & {
    readonly call?: (...args: never[]) => {
      readonly inputs: readonly Operand[]
      readonly attributes: A
    }
  },
): Gate<F> {
  const { call } = spec
  const build = (definition: GateDefinition) => {
    const isPlain = isPlainGate(spec)
    // What the gate was last applied in, without inputs, so that it keeps nobody's graph alive.
    let pattern: Value | undefined
    const applyPlain = (inputs: readonly [Value, ...Value[]]) => {
      const [first, second, third] = inputs
      if (third) return Value.of(definition, inputs, noAttributes, first.type)
      if (pattern?.type !== first.type) {
        pattern = Value.of(definition, [], noAttributes, first.type)
      }
      return Value.like(pattern, first, second)
    }
    return (...args: never[]) => {
      if (isPlain && isAccepted(definition, args)) return applyPlain(args)
      if (call) checkFirstOperand(definition, args[0])
      const { inputs, attributes } = call
        ? call(...args)
        : { inputs: args as readonly Operand[], attributes: noAttributes }
      const values = broadcastOperands(definition, inputs)
      if (isPlain && isAccepted(definition, values)) return applyPlain(values)
      const application = applyGate(definition, values, attributes)
      if (spec.outputTypes === undefined) return application
      return application.outputTypes.map((_, index) => application.output(index))
    }
  }
  // F is the public signature that the author annotates; `call` and the operands implement it.
  return createGate<F, N, A, Gates>(spec, (definition) => build(definition) as unknown as F)
}

/** Whether all that can be wrong with a call are dtypes and shapes that differ. */
function isPlainGate(spec: {
  readonly call?: unknown
  readonly element?: unknown
  readonly constraints?: unknown
  readonly shape?: unknown
  readonly dtype?: unknown
  readonly outputTypes?: unknown
}): boolean {
  const { call, element, constraints, shape, dtype, outputTypes } = spec
  return element !== undefined && !(call || constraints || shape || dtype || outputTypes)
}

/**
 * The usual call of an elementwise gate, told in a few comparisons: values of one type, of a dtype
 * that the gate takes. Any other call goes through all the rules, which say what is wrong with it.
 */
function isAccepted(
  { operands, takes }: GateDefinition,
  args: readonly unknown[],
): args is readonly [Value, ...Value[]] {
  const [first] = args
  if (!(first instanceof Value) || args.length !== operands.length) return false
  const { type } = first
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]
    if (!(arg instanceof Value) || arg.type !== type) return false
    const domain = takes[operands[index] ?? '']
    if (domain === undefined || !domains[domain].holds(type.dtype)) return false
  }
  return true
}

/** A call rule reads the shape of its first operand, so it has to be a value. */
function checkFirstOperand(gate: GateDefinition, first: unknown): void {
  const [name] = gate.operands
  if (name === undefined || name.startsWith('...') || first instanceof Value) return
  throw new SluiceError({
    code: 'DTYPE',
    what: `${gate.name}: ${name} is not a value`,
    where: describeCall(gate, []),
    expected: 'a Value, made by a gate, input, parameter or constant',
    got: first === null ? 'null' : Array.isArray(first) ? 'an array' : typeof first,
    fix: Array.isArray(first) ? 'wrap it: constant([…])' : `wrap it: constant(${String(first)})`,
  })
}

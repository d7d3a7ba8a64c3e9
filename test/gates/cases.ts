/**
 * Cases: single applications of a gate with the numbers that reach it, made from its samples. A
 * check builds each anew from a definition, so that it can be given a broken copy of one.
 */
import { input } from '../../src/gates/index.ts'
import { evaluate } from '../../src/interpret/interpret.ts'
import { applyGate } from '../../src/ir/apply-gate.ts'
import { isFloating } from '../../src/ir/dtype.ts'
import type { AnyFunction, Attributes, Gate, GateDefinition } from '../../src/ir/gate.ts'
import { graph } from '../../src/ir/graph.ts'
import { operandName } from '../../src/ir/operands.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import type { Value } from '../../src/ir/value.ts'
import { callsOf } from './calls.ts'

export interface GateCase {
  readonly label: string
  /** What each input of the application holds, floating-point ones in f64. */
  readonly operands: readonly Tensor[]
  readonly attributes: Attributes
}

/** A function of `inputs`, as graph: an application, or the gradients of one. */
export interface Mapping {
  /** Inputs of the graph, each with its name. */
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
}

/** Every application of the gate in the calls of its samples, where it has elements at all. */
export function casesOf(gate: Gate<AnyFunction>): readonly GateCase[] {
  return callsOf(gate, 'f64').flatMap(({ label, feeds, outputs }) => {
    const applications = graph(outputs).applications.filter(
      (application) => application.gate === gate.definition,
    )
    return applications.map((application) => {
      const operands = valuesOf(application.inputs, feeds)
      return { label, operands, attributes: application.attributes }
    })
  })
}

/** The case as an application of `definition` to inputs. */
export function applied(definition: GateDefinition, { operands, attributes }: GateCase): Mapping {
  const inputs = operands.map(({ shape, dtype }, index) =>
    input(operandName(definition, index), shape, { dtype }),
  )
  const application = applyGate(definition, inputs, attributes)
  return { inputs, outputs: application.outputTypes.map((_, index) => application.output(index)) }
}

/** The values' numbers, f32 computed in f64. */
function valuesOf(
  values: readonly Value[],
  feeds: Readonly<Record<string, Tensor>>,
): readonly Tensor[] {
  if (values.length === 0) return []
  return Object.values(evaluate(graph(values), { feeds, precision: 'f64' }).outputs)
}

/** Evaluates the same values at many points. */
export function evaluator(
  inputs: readonly Value[],
  outputs: readonly Value[],
): (point: readonly Tensor[]) => readonly Tensor[] {
  const whole = graph(outputs)
  const names = inputs.map((value) => String(value.name))
  return (point) => {
    const feeds = Object.fromEntries(names.map((name, index) => [name, itemAt(point, index)]))
    return Object.values(evaluate(whole, { feeds, precision: 'f64' }).outputs)
  }
}

/** The item at `index`, which must be there. */
export function itemAt<T>(list: readonly T[], index: number): T {
  if (index < 0 || index >= list.length) throw new RangeError(`no item ${index} of ${list.length}`)
  return list[index] as T // just proven, and lists here hold no undefined
}

/** The positions of what a derivative can be taken with respect to. */
export function floatingAt(values: readonly Value[]): readonly number[] {
  return values.flatMap(({ dtype }, index) => (isFloating(dtype) ? [index] : []))
}

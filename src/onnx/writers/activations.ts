/** Functions of one number that ONNX has an operator for. */
import * as functional from '../../functional/index.ts'
import * as gates from '../../gates/index.ts'
import type { Attributes, GateDefinition } from '../../ir/gate.ts'
import type { Value } from '../../ir/value.ts'
import { type Call, outputType, type Write } from './call.ts'
import type { Settings } from './graph-writer.ts'

interface Activation {
  readonly operator: string
  /** Numbers of the operator by name, all of them floating. */
  readonly settings?: (attributes: Attributes) => Readonly<Record<string, unknown>>
  /** Whether onnxruntime has kernels for f32 alone: in f64 it is computed by other operators. */
  readonly isSingle?: boolean
}

/** selu's two numbers. Source: Klambauer et al., "Self-normalizing neural networks". */
const seluNumbers = { alpha: 1.6732632423543772, gamma: 1.0507009873554805 }

const alpha = (attributes: Attributes) => ({ alpha: attributes.alpha })

const activations: ReadonlyMap<GateDefinition, Activation> = new Map(
  (
    [
      [gates.relu, { operator: 'Relu' }],
      [gates.reciprocal, { operator: 'Reciprocal' }],
      [gates.isNaN, { operator: 'IsNaN' }],
      [gates.leakyRelu, { operator: 'LeakyRelu', settings: leakiness }],
      [gates.elu, { operator: 'Elu', settings: alpha }],
      [functional.celu, { operator: 'Celu', settings: alpha, isSingle: true }],
      [functional.selu, { operator: 'Selu', settings: () => seluNumbers }],
      [
        functional.hardsigmoid,
        { operator: 'HardSigmoid', settings: () => ({ alpha: 1 / 6, beta: 0.5 }) },
      ],
      [functional.hardswish, { operator: 'HardSwish' }],
      [functional.mish, { operator: 'Mish' }],
      [functional.softsign, { operator: 'Softsign' }],
      [gates.tan, { operator: 'Tan', isSingle: true }],
      [gates.asin, { operator: 'Asin', isSingle: true }],
      [gates.acos, { operator: 'Acos', isSingle: true }],
      [gates.sinh, { operator: 'Sinh', isSingle: true }],
      [gates.cosh, { operator: 'Cosh', isSingle: true }],
      [gates.asinh, { operator: 'Asinh', isSingle: true }],
      [gates.acosh, { operator: 'Acosh', isSingle: true }],
      [gates.atanh, { operator: 'Atanh', isSingle: true }],
    ] as const
  ).map(([{ definition }, activation]) => [definition, activation]),
)

function leakiness({ negativeSlope }: Attributes) {
  return { alpha: negativeSlope }
}

/** How an activation is written; undefined for any other gate. */
export function activationFor({ gate, dtype, inputs }: Value): Write | undefined {
  const activation = activations.get(gate)
  const isFloat = inputs[0]?.dtype === 'f32' || inputs[0]?.dtype === 'f64'
  if (!activation || !isFloat || (activation.isSingle && dtype !== 'f32')) return undefined
  const { operator, settings } = activation
  return (call) => {
    const numbers = Object.entries(settings?.(call.application.attributes) ?? {})
    const given: Settings = Object.fromEntries(
      numbers.map(([name, value]) => [name, { float: Number(value) }]),
    )
    return [call.graph.add(operator, [call.loose(0)], looseType(call), given)]
  }
}

/** What broadcasts stays as it is: each element is computed once. */
function looseType(call: Call) {
  return { shape: call.loose(0).shape, dtype: outputType(call).dtype }
}

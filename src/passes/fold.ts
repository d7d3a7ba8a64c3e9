import { constant } from '../gates/constant.ts'
import { applyPrimitive } from '../interpret/apply.ts'
import type { ComputeDType } from '../ir/dtype.ts'
import { dtypes } from '../ir/dtype.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { defineRulePass, type RulePass } from './rules.ts'

/**
 * Computes what depends on constants alone. Never enlarges: a constant that would be bigger than
 * what it comes from stays a gate. What is tagged as computed again is left alone.
 */
export const fold: RulePass = defineRulePass({
  name: 'fold',
  before: `graph {
  x: f32[2] = input {name: "x"}
  %1: f32[] = constant {value: 2, dtype: "f32"}
  %2: f32[] = constant {value: 3, dtype: "f32"}
  %3: f32[] = multiply(%1, %2)
  %4: f32[2] = broadcastTo(%3) {shape: [2]}
  %5: f32[2] = add(x, %4)
  output y = %5
}
`,
  after: `graph {
  x: f32[2] = input {name: "x"}
  %1: f32[] = constant {value: 6, dtype: "f32"}
  %2: f32[2] = broadcastTo(%1) {shape: [2]}
  %3: f32[2] = add(x, %2)
  output y = %3
}
`,
  rules: { element: [computed], move: [computed], reduce: [computed] },
})

/** The constant that an application of constants is. */
function computed(application: Value, inputs: readonly Value[]): Value | undefined {
  if (!isFoldable(application, inputs)) return undefined
  return asConstant(applyPrimitive(application, inputs.map(contentsOf), 'declared'))
}

function isFoldable(application: Value, inputs: readonly Value[]): boolean {
  // The usual case first, as every application of a graph comes by.
  if (!inputs.every(isConstant) || inputs.length === 0) return false
  if (application.tag !== undefined) return false
  if (dtypes[application.dtype].use !== 'compute') return false
  const given = inputs.reduce((total, { shape }) => total + sizeOf(shape), 0)
  return sizeOf(application.shape) <= given
}

function isConstant({ gate: { meaning } }: Value): boolean {
  return meaning.kind === 'generate' && meaning.form === 'constant'
}

function contentsOf(value: Value): Tensor {
  return applyPrimitive(value, [], 'declared')
}

function asConstant(result: Tensor): Value {
  const dtype = result.dtype as ComputeDType // isFoldable lets no other dtype through
  if (result.shape.length === 0) return constant(Number(result.data[0]), { dtype })
  return constant(result)
}

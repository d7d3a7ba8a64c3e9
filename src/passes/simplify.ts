import { defineRulePass, type RulePass } from './rules.ts'
import { arithmetic } from './simplify-arithmetic.ts'
import { broadcasts } from './simplify-broadcasts.ts'
import { casts } from './simplify-casts.ts'
import { moves } from './simplify-moves.ts'
import { reductions } from './simplify-reductions.ts'

/**
 * Replaces gates by simpler ones that give the same numbers, bit for bit: neutral elements, two
 * moves in a row, elementwise work on repeated elements, casts and reductions that do nothing.
 * What is tagged as computed again stays apart: what it becomes bears the tag.
 */
export const simplify: RulePass = defineRulePass({
  name: 'simplify',
  before: `graph {
  x: f32[8, 3] = input {name: "x"}
  b: f32[3] = input {name: "b"}
  %2: f32[] = constant {value: 1, dtype: "f32"}
  %3: f32[8, 3] = broadcastTo(%2) {shape: [8, 3]}
  %4: f32[8, 3] = multiply(x, %3)
  %5: f32[3, 8] = transpose(%4) {axes: [1, 0]}
  %6: f32[8, 3] = transpose(%5) {axes: [1, 0]}
  %7: f32[8, 3] = broadcastTo(b) {shape: [8, 3]}
  %8: f32[8, 3] = exp(%7)
  %9: f32[8, 3] = add(%6, %8)
  %10: f32[] = constant {value: 8, dtype: "f32"}
  %11: f32[8, 3] = broadcastTo(%10) {shape: [8, 3]}
  %12: f32[8, 3] = divide(%9, %11)
  output y = %12
}
`,
  after: `graph {
  x: f32[8, 3] = input {name: "x"}
  b: f32[3] = input {name: "b"}
  %2: f32[3] = exp(b)
  %3: f32[8, 3] = broadcastTo(%2) {shape: [8, 3]}
  %4: f32[8, 3] = add(x, %3)
  %5: f32[] = constant {value: 0.125, dtype: "f32"}
  %6: f32[8, 3] = broadcastTo(%5) {shape: [8, 3]}
  %7: f32[8, 3] = multiply(%4, %6)
  output y = %7
}
`,
  rules: {
    element: [arithmetic, casts, broadcasts],
    move: [moves],
    reduce: [reductions],
  },
})

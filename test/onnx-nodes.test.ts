/**
 * ONNX's own tests of operators, which test/vectors/onnx/nodes.py took from onnx 1.17: models of one
 * node, what is fed and what must come out.
 */
import { evaluate, graph } from 'sluice'
import { describe, expect, test } from 'vitest'
import { SluiceError } from '../src/errors.ts'
import { numberAt, type Tensor } from '../src/ir/tensor.ts'
import { type NodeCase, prepare, readNodeCases } from './support/onnx-nodes.ts'

/** What limits of docs/onnx.md turn away, and where it says so. */
const refused: Readonly<Record<string, string>> = {
  gather_elements_negative_indices: 'index -1 is out of range',
  gather_negative_indices: 'index -9 is out of range',
  optional_get_element_optional_tensor: 'is no tensor of numbers',
  optional_has_element_optional_input: 'is no tensor of numbers',
  optional_has_element_tensor_input: 'is no tensor of numbers',
  scatter_elements_with_negative_indices: 'index -3 is out of range',
  scatter_elements_with_reduction_max: 'the reduction has no place here',
  scatter_elements_with_reduction_min: 'the reduction has no place here',
  scatternd_max: 'the reduction has no place here',
  scatternd_min: 'the reduction has no place here',
  scatternd_multiply: 'the reduction has no place here',
  training_dropout: 'training_mode is on',
  training_dropout_default: 'training_mode is on',
  unique_sorted_with_axis: 'Unique: axis',
  unique_sorted_with_axis_3d: 'Unique: axis',
  unique_sorted_with_negative_axis: 'Unique: axis',
}

/** What the cases record and the operators' definitions do not say. */
const mistaken: Readonly<Record<string, string>> = {
  qlinearmatmul_2D_int8_float16: 'wraps where y is to be saturated',
  qlinearmatmul_2D_int8_float32: 'wraps where y is to be saturated',
  qlinearmatmul_3D_int8_float16: 'wraps where y is to be saturated',
  // onnxruntime and PyTorch take the length that there is, as the text says; the case a fraction.
  resize_downsample_scales_linear_align_corners: 'takes 2.4 for the resized length',
}

const cases = readNodeCases()

describe('ONNX gives the same for', () => {
  const known = cases.filter(({ name }) => !(name in refused || name in mistaken))
  test.each(known)('$name', (nodeCase) => {
    expect(differences(nodeCase)).toEqual([])
  })
})

test.each(Object.entries(refused))('%s is refused: %s', (name, what) => {
  const nodeCase = caseNamed(name)
  expect(() => run(nodeCase)).toThrow(SluiceError)
  expect(() => run(nodeCase)).toThrow(what)
})

test.each(Object.entries(mistaken))('%s differs: it %s', (name) => {
  expect(differences(caseNamed(name))).not.toEqual([])
})

function caseNamed(name: string): NodeCase {
  const found = cases.find((nodeCase) => nodeCase.name === name)
  if (!found) throw new Error(`there is no case ${name}`)
  return found
}

function run(nodeCase: NodeCase): {
  readonly own: readonly Tensor[]
  readonly wanted: readonly Tensor[]
} {
  const { built, feeds, expected } = prepare(nodeCase)
  return { own: Object.values(evaluate(graph(built.outputs), { feeds }).outputs), wanted: expected }
}

function differences(nodeCase: NodeCase): readonly string[] {
  const { own, wanted } = run(nodeCase)
  return wanted.flatMap((tensor, output) => {
    const mine = own[output]
    if (mine?.dtype !== tensor.dtype || String(mine.shape) !== String(tensor.shape)) {
      return [
        `output ${output}: ${mine?.dtype}[${mine?.shape}], not ${tensor.dtype}[${tensor.shape}]`,
      ]
    }
    const wrong = [...tensor.data.keys()].find((at) => !isNear(mine, tensor, at))
    if (wrong === undefined) return []
    return [
      `output ${output}, element ${wrong}: ${numberAt(mine, wrong)}, not ${numberAt(tensor, wrong)}`,
    ]
  })
}

/** The cases were computed in f32, or f16, in another order: 1e-5 of numbers above 1. */
function isNear(a: Tensor, b: Tensor, at: number): boolean {
  const [own, wanted] = [numberAt(a, at), numberAt(b, at)]
  return (
    Object.is(own, wanted) ||
    own === wanted ||
    Math.abs(own - wanted) <= 1e-5 * Math.max(1, Math.abs(wanted))
  )
}

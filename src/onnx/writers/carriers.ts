/**
 * Where onnxruntime (1.24 to 1.32, its processor kernels) has no kernel of an operator for a dtype:
 * the dtype that carries the numbers instead. f64 holds every u32; what goes through f32 has its
 * precision.
 */
import type { DType } from '../../ir/dtype.ts'

type Carried = { readonly [D in DType]?: DType }

const wholeOnly: Carried = { u32: 'f64' }
const singleOnly: Carried = { f64: 'f32' }

export const carriers: { readonly [operator: string]: Carried | undefined } = {
  ArgMax: wholeOnly,
  ArgMin: wholeOnly,
  Atan: singleOnly,
  AveragePool: singleOnly,
  Conv: singleOnly,
  ConvTranspose: singleOnly,
  Erf: singleOnly,
  Expand: { bf16: 'f32' },
  Pad: { bf16: 'f32', i16: 'i32', u16: 'u32' },
  ReduceMax: wholeOnly,
  ReduceMin: wholeOnly,
  TopK: wholeOnly,
  Where: wholeOnly,
}

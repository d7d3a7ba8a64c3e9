/** Contractions: matrix product and convolution, summed in f64 and rounded once. */
import { type ComputeDType, dtypes } from '../ir/dtype.ts'
import { type Shape, sizeOf } from '../ir/shape.ts'
import type { WorkingArray } from './element.ts'

export interface ContractOperand {
  readonly data: WorkingArray
  readonly shape: Shape
}

/** a [..., m, k] · b [..., k, n], batch axes equal. */
export function multiplyMatrices(
  a: ContractOperand,
  b: ContractOperand,
  dtype: ComputeDType,
): WorkingArray {
  const m = a.shape.at(-2) ?? 1
  const k = a.shape.at(-1) ?? 1
  const n = b.shape.at(-1) ?? 1
  const batch = sizeOf(a.shape.slice(0, -2))
  const out = dtypes[dtype].allocate(batch * m * n) as WorkingArray // no BigInt compute dtype
  const product = dtype === 'i32' || dtype === 'u32' ? Math.imul : (x: number, y: number) => x * y
  const row = new Float64Array(n)
  for (let at = 0; at < batch * m; at++) {
    const bStart = Math.floor(at / m) * k * n
    row.fill(0)
    for (let c = 0; c < k; c++) {
      const x = a.data[at * k + c] as number
      for (let j = 0; j < n; j++)
        row[j] = (row[j] as number) + product(x, b.data[bStart + c * n + j] as number)
    }
    out.set(row, at * n)
  }
  return out
}

/** StableHLO's convolution parameters, one entry for each spatial axis. */
export interface ConvolutionParameters {
  readonly strides: readonly number[]
  readonly paddingLow: readonly number[]
  readonly inputDilation: readonly number[]
  readonly kernelDilation: readonly number[]
  readonly groups: number
}

/** x [n, groups·c, ...spatial] with kernel [o, c, ...window] → `shape` [n, o, ...out]. */
export function convolve(
  x: ContractOperand,
  kernel: ContractOperand,
  parameters: ConvolutionParameters,
  shape: Shape,
  dtype: ComputeDType,
): WorkingArray {
  const out = dtypes[dtype].allocate(sizeOf(shape)) as WorkingArray // no BigInt compute dtype
  const [batch = 0, features = 0, ...spatial] = shape
  const [, channels = 0, ...window] = kernel.shape
  const [, allChannels = 0, ...extent] = x.shape
  const sources = windowSources(spatial, window, extent, parameters)
  const points = sizeOf(spatial)
  const taps = sizeOf(window)
  const area = sizeOf(extent)
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < features; o++) {
      const firstChannel = Math.floor(o / (features / parameters.groups)) * channels
      for (let p = 0; p < points; p++) {
        let total = 0
        for (let c = 0; c < channels; c++) {
          const xStart = (n * allChannels + firstChannel + c) * area
          const kStart = (o * channels + c) * taps
          for (let t = 0; t < taps; t++) {
            const source = sources[p * taps + t] as number
            // A zero that was put there is an element like others: times infinity it is NaN.
            const element = source >= 0 ? (x.data[xStart + source] as number) : 0
            total += element * (kernel.data[kStart + t] as number)
          }
        }
        out[(n * features + o) * points + p] = total
      }
    }
  }
  return out
}

/** For every output point and tap the offset it reads in one channel, or -1 for a zero. */
function windowSources(
  spatial: Shape,
  window: Shape,
  extent: Shape,
  { strides, paddingLow, inputDilation, kernelDilation }: ConvolutionParameters,
): Int32Array {
  const points = sizeOf(spatial)
  const taps = sizeOf(window)
  const sources = new Int32Array(points * taps)
  for (let p = 0; p < points; p++) {
    for (let t = 0; t < taps; t++) {
      let offset = 0
      let pRest = p
      let tRest = t
      let scale = 1
      for (let axis = spatial.length - 1; axis >= 0; axis--) {
        const length = extent[axis] ?? 1
        const point = pRest % (spatial[axis] ?? 1)
        const tap = tRest % (window[axis] ?? 1)
        pRest = Math.floor(pRest / (spatial[axis] ?? 1))
        tRest = Math.floor(tRest / (window[axis] ?? 1))
        const spread = inputDilation[axis] ?? 1
        const at =
          point * (strides[axis] ?? 1) + tap * (kernelDilation[axis] ?? 1) - (paddingLow[axis] ?? 0)
        const index = at / spread
        if (at < 0 || !Number.isInteger(index) || index >= length) {
          offset = -1
          break
        }
        offset += index * scale
        scale *= length
      }
      sources[p * taps + t] = offset
    }
  }
  return sources
}

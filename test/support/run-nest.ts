/** Runs a kernel compiled and by the plain evaluator, over the same buffers. */
import type { EmittedKernel, KernelContext } from '../../src/backends/wasm/kernel-context.ts'
import { type DType, dtypes, type TypedArray } from '../../src/ir/dtype.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import type { Buffer, Kernel } from '../../src/kernel/routine.ts'
import { routine } from './hand-routine.ts'
import { runRoutine } from './run-routine.ts'
import { runKernel } from './wasm-kernel.ts'

export interface Given {
  readonly dtype: DType
  readonly data: TypedArray
  readonly isScratch?: boolean
}

export interface Outcome {
  readonly buffers: readonly TypedArray[]
  readonly fault: string
}

const faultNames = ['none', 'index', 'nonFinite']

/** What the plain evaluator leaves in the buffers. */
export function interpreted(kernel: Kernel, given: readonly Given[]): Outcome {
  const buffers = given.map(({ dtype, data, isScratch }, index): Buffer => {
    const name = `b${index}`
    const role = isScratch
      ? ({ kind: 'scratch' } as const)
      : ({ kind: 'state', key: name } as const)
    return { role, dtype, length: data.length, name }
  })
  const states = new Map<string, Tensor>()
  for (const [index, { dtype, data, isScratch }] of given.entries()) {
    if (!isScratch) states.set(`b${index}`, { dtype, data, shape: [data.length] })
  }
  const result = runRoutine(routine({ buffers, kernels: [kernel] }), {}, states)
  const after = given.map(({ data }, index) => result.states.get(`b${index}`) ?? data)
  return { buffers: after, fault: result.fault }
}

/** What the compiled kernel leaves in them. */
export function compiled(
  emit: (context: KernelContext) => EmittedKernel,
  given: readonly Given[],
  options: {
    readonly isApart?: boolean
    readonly isRelaxed?: boolean
    readonly thread?: number
    readonly turns?: readonly number[]
  } = {},
): Outcome & { readonly emitted: EmittedKernel } {
  const scratch = [...given.keys()].filter((index) => given[index]?.isScratch)
  const { buffers, fault, emitted } = runKernel(emit, { buffers: given, scratch, ...options })
  return { buffers, fault: faultNames[fault] ?? '', emitted }
}

/** Zeros of a dtype. */
export function blank(dtype: DType, length: number): Given {
  return { dtype, data: dtypes[dtype].allocate(length) }
}

/** Where the numbers of two arrays differ by more than `ulps` · 2⁻²³ of their size; −1: nowhere. */
export function firstDifference(got: TypedArray, want: TypedArray, tolerance: number): number {
  return [...want].findIndex((x, index) => {
    const [a, b] = [Number(got[index]), Number(x)]
    return !(Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1e-30, Math.abs(b)))
  })
}

/** onnxruntime itself, as WebAssembly on one thread: what our files are run with. */
import * as ort from 'onnxruntime-web/wasm'
import { dtypes, type TypedArray } from '../../src/ir/dtype.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import type { Named } from './recorded.ts'

ort.env.wasm.numThreads = 1

const typeNames = {
  f32: 'float32',
  f64: 'float64',
  i32: 'int32',
  u32: 'uint32',
  bool: 'bool',
  f16: 'float16',
  i8: 'int8',
  i16: 'int16',
  i64: 'int64',
  u8: 'uint8',
  u16: 'uint16',
  u64: 'uint64',
} as const
type Run = keyof typeof typeNames
const dtypesByName = new Map(Object.entries(typeNames).map(([dtype, name]) => [name, dtype as Run]))

/** A model that onnxruntime has loaded. */
export interface Loaded {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly run: (feeds: Named<Tensor>) => Promise<Named<Tensor>>
  readonly release: () => Promise<void>
}

export async function loadOnnx(bytes: Uint8Array): Promise<Loaded> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 })
  const run = async (feeds: Named<Tensor>): Promise<Named<Tensor>> => {
    const given = Object.entries(feeds).map(([name, one]) => [name, toTheirs(one)] as const)
    const results = await session.run(Object.fromEntries(given))
    return Object.fromEntries(Object.entries(results).map(([name, one]) => [name, toOurs(one)]))
  }
  const { inputNames: inputs, outputNames: outputs } = session
  return { inputs, outputs, run, release: () => session.release() }
}

/** One run of a model that is not needed again. */
export async function runOnnx(bytes: Uint8Array, feeds: Named<Tensor>): Promise<Named<Tensor>> {
  const { run, release } = await loadOnnx(bytes)
  try {
    return await run(feeds)
  } finally {
    await release()
  }
}

function toTheirs({ dtype, data, shape }: Tensor): ort.Tensor {
  const type = typeNames[dtype as Run] // a test that feeds bf16 fails here
  return new ort.Tensor(type, data as never, [...shape]) // the array that the type has
}

function toOurs({ type, data, dims }: ort.Tensor): Tensor {
  const dtype = dtypesByName.get(type as 'float32')
  if (!dtype) throw new Error(`onnxruntime gave ${type}`)
  const { buffer, byteOffset, length } = data as TypedArray // not a list of strings
  // Bits of f16 come as numbers in a newer Node.
  const isHalf = dtype === 'f16'
  const own = isHalf ? new Uint16Array(buffer, byteOffset, length) : (data as TypedArray)
  return {
    shape: dims,
    dtype,
    data: dtypes[dtype].kind === 'bool' ? Uint8Array.from(own, Number) : own,
  }
}

/**
 * Holds builders of graph against what PyTorch gave in f64 for the same inputs, outputs and
 * gradients: on the interpreter and compiled in f64, compiled in f32. The recordings are made by
 * the scripts of test/vectors/torch.
 */
import { compile, evaluate, type Graph, gradients, graph, input, type Value } from 'sluice'
import { describe, expect, test } from 'vitest'
import { type Tensor, tensor, toNumbers } from '../../src/ir/tensor.ts'
import { mapValues, type Named, there } from './recorded.ts'

/** A tensor as record.py writes it: what JSON cannot write stands as a word. */
interface Recorded {
  readonly shape: readonly number[]
  readonly dtype: string
  readonly data: readonly (number | boolean | string)[]
}

/** Options of a case, as the script gave them. */
// biome-ignore lint/suspicious/noExplicitAny: JSON, whose shape only script and builder know
export type Options = any

export interface RecordedCase {
  readonly name: string
  readonly options: Options
  readonly inputs: Named<Recorded>
  readonly outputs: readonly Recorded[]
  readonly upstreams?: readonly (Recorded | null)[]
  readonly gradients?: Named<Recorded>
}

export interface Recording {
  readonly madeWith: { readonly torch: string; readonly python: string }
  readonly cases: readonly RecordedCase[]
}

/** Makes what a case of its name records, of the case's inputs. */
export type Build = (given: (name: string) => Value, options: Options) => Value | readonly Value[]

export interface Tolerance {
  /** Relative to the largest element of its tensor, with 1 at least. Default 1e-9. */
  readonly f64?: number
  /** Default 1e-5. */
  readonly f32?: number
}

/**
 * A test for each case. A case without a builder and a builder without a case are mistakes of the
 * test, and said to be.
 */
export function testRecording(
  recording: Named<unknown> | Recording,
  builders: Named<Build>,
  tolerance: Tolerance = {},
): void {
  const { cases } = recording as Recording // JSON types its shapes case by case
  const { f64 = 1e-9, f32 = 1e-5 } = tolerance

  test('every builder has a case, and every case a builder', () => {
    const recorded = new Set(cases.map(({ name }) => name))
    expect([...recorded].toSorted()).toEqual(Object.keys(builders).toSorted())
  })

  const numbered = cases.map((entry, index) => ({ ...entry, index }))
  describe.each(numbered)('$name, case $index $options', (entry) => {
    test('PyTorch gives the same outputs and gradients', async () => {
      const own = graphOf(entry, there(builders[entry.name]), 'f64')
      const feeds = feedsOf(entry, 'f64')
      expect(differences(entry, evaluate(own, { feeds }).outputs, f64)).toEqual([])
      expect(differences(entry, await computed(own, feeds), f64)).toEqual([])

      const single = graphOf(entry, there(builders[entry.name]), 'f32')
      expect(differences(entry, await computed(single, feedsOf(entry, 'f32')), f32)).toEqual([])
    })
  })
}

/** Outputs `y0`, `y1` …, and `d<input>` for every recorded gradient. */
function graphOf(entry: RecordedCase, build: Build, floating: 'f32' | 'f64'): Graph {
  const inputs = mapValues(entry.inputs, ({ shape, dtype }, name) =>
    input(name, shape, { dtype: dtypeOf(dtype, floating) }),
  )
  const made = build((name) => there(inputs[name]), entry.options)
  const outputs = [made].flat() as readonly Value[] // flat forgets that arrays are read-only
  const named = Object.fromEntries(outputs.map((value, index) => [`y${index}`, value]))
  if (!entry.gradients) return graph(named)
  const upstreams = entry.upstreams ?? []
  const weighted = outputs.flatMap((value, index) => {
    const upstream = upstreams[index]
    if (!upstream) return []
    const weights = input(`up${index}`, upstream.shape, {
      dtype: dtypeOf(upstream.dtype, floating),
    })
    return [value.multiply(weights).sum()]
  })
  const J = weighted.reduce((a, b) => a.add(b))
  const names = Object.keys(entry.gradients)
  const found = gradients(
    J,
    names.map((name) => there(inputs[name])),
  )
  return graph({
    ...named,
    ...Object.fromEntries(names.map((name, index) => [`d${name}`, there(found[index])])),
  })
}

function feedsOf(entry: RecordedCase, floating: 'f32' | 'f64'): Named<Tensor> {
  const upstreams = (entry.gradients ? (entry.upstreams ?? []) : []).flatMap((upstream, index) =>
    upstream ? [[`up${index}`, tensorOf(upstream, floating)] as const] : [],
  )
  return {
    ...mapValues(entry.inputs, (recorded) => tensorOf(recorded, floating)),
    ...Object.fromEntries(upstreams),
  }
}

async function computed(own: Graph, feeds: Named<Tensor>): Promise<Named<Tensor>> {
  const program = await compile(own.outputs, { threads: 1 })
  const handles = program.run(unusedLeftOut(own, feeds))
  return mapValues(handles, (handle) => tensor(handle.dataSync(), { shape: handle.shape }))
}

/** A graph may need no number of an input: the gradient of a sum does not. */
function unusedLeftOut(own: Graph, feeds: Named<Tensor>): Named<Tensor> {
  const used = new Set(own.inputs.map(({ attributes }) => String(attributes.name)))
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => used.has(name)))
}

/** What is off, in words; shapes first. */
function differences(
  entry: RecordedCase,
  got: Named<Tensor>,
  tolerance: number,
): readonly string[] {
  const expected = {
    ...Object.fromEntries(entry.outputs.map((recorded, index) => [`y${index}`, recorded])),
    ...Object.fromEntries(
      Object.entries(entry.gradients ?? {}).map(([name, recorded]) => [`d${name}`, recorded]),
    ),
  }
  return Object.entries(expected).flatMap(([name, recorded]) => {
    const own = there(got[name])
    if (String(own.shape) !== String(recorded.shape)) {
      return [`${name}: shape [${own.shape}], expected [${recorded.shape}]`]
    }
    const numbers = toNumbers(own)
    const wanted = recorded.data.map(Number)
    const finite = wanted.filter(Number.isFinite).map(Math.abs)
    const scale = Math.max(1, ...finite)
    return wanted.flatMap((number, index) => {
      const mine = numbers[index] ?? Number.NaN
      const isNear = Object.is(mine, number) || Math.abs(mine - number) <= tolerance * scale
      return isNear || mine === number ? [] : [`${name}[${index}]: ${mine}, expected ${number}`]
    })
  })
}

function tensorOf({ shape, dtype, data }: Recorded, floating: 'f32' | 'f64'): Tensor {
  return tensor(Float64Array.from(data, Number), { shape, dtype: dtypeOf(dtype, floating) })
}

function dtypeOf(recorded: string, floating: 'f32' | 'f64'): 'f32' | 'f64' | 'i32' | 'bool' {
  if (recorded === 'i32' || recorded === 'bool') return recorded
  return floating
}

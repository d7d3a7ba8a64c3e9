/** Whether numbers of a program agree with those of the interpreter. */
import { isFloating } from '../../src/ir/dtype.ts'
import type { Graph } from '../../src/ir/graph.ts'
import type { StateContents } from '../../src/ir/state.ts'
import { type Tensor, toNumbers } from '../../src/ir/tensor.ts'
import { type DisturbedRun, disturbedRun, type Ending } from './disturbed.ts'

/** What one step gave. */
export interface StepResult {
  readonly ending: Ending
  readonly outputs: Readonly<Record<string, Tensor>>
  readonly states: ReadonlyMap<string, Tensor>
}

export interface Circumstances {
  readonly graph: Graph
  readonly feeds: Readonly<Record<string, Tensor>>
  readonly states: StateContents
}

/**
 * A few dozen roundings of the largest number of the tensor: what graphs without cancellation keep.
 * Elements beyond it are held against disturbed runs.
 */
const tolerances = { f32: 1e-5, f64: 1e-13 } as const

/**
 * The smallest normal numbers. Where what a gate is made of is below them on the way, as sigmoid in
 * the far tail of gelu, the rest may be lost; the conformance suite holds single gates to more.
 */
const smallest = { f32: 2 ** -126, f64: 2 ** -1022 } as const

/** So many runs show where the numbers of a graph may lie; the rest are tried before one is blamed. */
const fewRuns = 12
const manyRuns = 80

/** What `got` gives that no right evaluation would; nothing where they agree. */
export function differences(
  got: StepResult,
  want: StepResult,
  circumstances: Circumstances,
): readonly string[] {
  const suspects = [...suspectsOf(got, want)]
  if (suspects.length === 0) return []
  const runs: DisturbedRun[] = []
  let open = suspects
  for (const count of [fewRuns, manyRuns]) {
    while (runs.length < count) {
      const { graph, feeds, states } = circumstances
      runs.push(disturbedRun(graph, { feeds, states }, runs.length + 1))
    }
    open = open.filter((suspect) => !isExplained(suspect, runs))
    if (open.length === 0) return []
  }
  return open.map(({ message }) => message)
}

/** A number, or an ending, that is not what was wanted. */
interface Suspect {
  readonly message: string
  readonly got: number
  readonly want: number
  readonly dtype: Tensor['dtype']
  readonly read: (run: DisturbedRun) => number | undefined
}

function* suspectsOf(got: StepResult, want: StepResult): Generator<Suspect> {
  if (got.ending !== want.ending) {
    yield {
      message: `ended with ${got.ending}, not ${want.ending}`,
      got: endings.indexOf(got.ending),
      want: endings.indexOf(want.ending),
      dtype: 'i32',
      read: (run) => endings.indexOf(run.ending),
    }
    return
  }
  if (want.ending !== 'none') return
  for (const [name, expected] of Object.entries(want.outputs)) {
    const actual = got.outputs[name]
    yield* suspectElements(`output ${name}`, expected, actual, (run) => run.outputs[name])
  }
  for (const [key, expected] of want.states) {
    const actual = got.states.get(key)
    yield* suspectElements(`state ${key}`, expected, actual, (run) => run.states.get(key))
  }
}

const endings: readonly Ending[] = ['none', 'INDEX', 'NONFINITE']

/** The first few elements that are not near. */
function* suspectElements(
  name: string,
  expected: Tensor,
  actual: Tensor | undefined,
  find: (run: DisturbedRun) => Tensor | undefined,
): Generator<Suspect> {
  const want = toNumbers(expected)
  const got = actual ? toNumbers(actual) : []
  const { dtype } = expected
  if (got.length !== want.length || actual?.dtype !== dtype) {
    const message = `${name} is ${actual?.dtype} of ${got.length} elements, not ${dtype} of ${want.length}`
    yield { message, got: 0, want: 0, dtype, read: () => undefined }
    return
  }
  const size = want.reduce(
    (most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most),
    0,
  )
  const precision = dtype === 'f64' ? 'f64' : isFloating(dtype) ? 'f32' : undefined
  const tolerance = precision ? tolerances[precision] : 0
  const least = precision ? smallest[precision] : 0
  let found = 0
  for (let at = 0; at < want.length && found < 8; at++) {
    const [x = 0, y = 0] = [got[at], want[at]]
    if (Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance * size) continue
    if (Math.abs(x) < least && Math.abs(y) < least) continue
    found++
    const message = `${name}[${at}] is ${x}, not ${y}`
    const read = (run: DisturbedRun) => {
      const tensor = find(run)
      return tensor && Number(tensor.data[at])
    }
    yield { message, got: x, want: y, dtype, read }
  }
}

/** Whether some right evaluation may give this number. */
function isExplained({ got, want, dtype, read }: Suspect, runs: readonly DisturbedRun[]): boolean {
  const values = runs.map(read)
  if (values.some((value) => value === undefined))
    return runs.some(({ ending }) => ending !== 'none')
  const numbers = [...values.flatMap((value) => value ?? []), want]
  const isSettled = numbers.every((value) => Object.is(value, numbers[0]))
  if (isSettled) return false
  // What rounding turns into another whole number, NaN or infinity is not to be foreseen.
  if (!isFloating(dtype)) return true
  if (numbers.some((value) => !Number.isFinite(value))) return true
  const low = Math.min(...numbers)
  const high = Math.max(...numbers)
  const margin = 2 * (high - low)
  return got >= low - margin && got <= high + margin
}

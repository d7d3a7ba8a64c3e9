/**
 * A plain and slow evaluator of routines, to hold lowering, passes on kernels and code generators
 * against. Numbers are those of the interpreter: every operation is rounded to its dtype, sums and
 * products of many elements are kept in f64 and rounded once.
 */
import { internalError } from '../../src/errors.ts'
import { castTo } from '../../src/interpret/element.ts'
import { runningSteps } from '../../src/interpret/running.ts'
import { scalarFunctions } from '../../src/interpret/scalar.ts'
import { placesInOrder } from '../../src/interpret/sort.ts'
import { type DType, isFloating, type TypedArray } from '../../src/ir/dtype.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import { threefry2x32 } from '../../src/ir/threefry.ts'
import type { MemoryPlan } from '../../src/kernel/memory-plan.ts'
import type {
  Access,
  Contract,
  Kernel,
  LoadOperation,
  Nest,
  Operation,
  Repeat,
  Routine,
  Running,
  Scatter,
  Sort,
  Stage,
} from '../../src/kernel/routine.ts'
import { combine, round } from './combine.ts'
import { forEachIndex, placeOf, placesOf } from './indices.ts'
import { RoutineMemory } from './routine-memory.ts'

export interface RoutineResult {
  /** The elements of each output; empty where the step failed. */
  readonly outputs: Readonly<Record<string, TypedArray>>
  /** The elements of every state by key, after the commits if the step has not failed. */
  readonly states: ReadonlyMap<string, TypedArray>
  /** Why the step failed: what was found first. */
  readonly fault: 'none' | 'index' | 'nonFinite'
}

/**
 * Runs one step: kernels, checks and, where nothing failed, commits.
 *
 * An index out of range loads 0 and adds nothing. Throws: INTERNAL where the routine is at fault:
 * it reads what nothing has stored (scratch: in this point), leaves a buffer, or stores an element
 * that another point of the kernel, or another turn of the stage's loop, loads or stores. With a
 * plan temporaries lie where it says, and reading what another was stored over throws as well.
 */
export function runRoutine(
  routine: Routine,
  feeds: Readonly<Record<string, Tensor>>,
  states: ReadonlyMap<string, Tensor>,
  plan?: MemoryPlan,
): RoutineResult {
  const run = new Run(new RoutineMemory(routine, feeds, states, plan))
  for (const kernel of routine.kernels) run.kernel(kernel)
  for (const kernel of routine.checks) run.kernel(kernel)
  if (run.fault === 'none') for (const kernel of routine.commits) run.kernel(kernel)
  const contents = (buffer: number, what: string): TypedArray => {
    const data = run.memory.contents(buffer)
    if (!data) throw internalError(`run-routine: not all of ${what} was stored`)
    return data
  }
  const names = run.fault === 'none' ? Object.entries(routine.outputs) : []
  return {
    outputs: Object.fromEntries(names.map(([name, at]) => [name, contents(at, `output ${name}`)])),
    states: new Map(
      routine.buffers.flatMap(({ role }, at) =>
        role.kind === 'state' ? [[role.key, contents(at, `state ${role.key}`)] as const] : [],
      ),
    ),
    fault: run.fault,
  }
}

/** Where a body runs: its index over all axes, and what its operations have given so far. */
interface Point {
  readonly index: readonly number[]
  readonly values: Map<number, number>
  readonly product?: number
}

class Run {
  readonly memory: RoutineMemory
  fault: RoutineResult['fault'] = 'none'
  /** The counters of the repeats around the kernel, outermost first. */
  readonly #turns: number[] = []

  constructor(memory: RoutineMemory) {
    this.memory = memory
  }

  kernel(kernel: Kernel): void {
    if (kernel.kind !== 'repeat') this.memory.beginKernel()
    switch (kernel.kind) {
      case 'nest':
        this.#nest(kernel)
        break
      case 'contract':
        this.#contract(kernel)
        break
      case 'scatter':
        this.#scatter(kernel)
        break
      case 'running':
        this.#running(kernel)
        break
      case 'sort':
        this.#sort(kernel)
        break
      case 'repeat':
        this.#repeat(kernel)
    }
  }

  #repeat({ count, isReversed, body }: Repeat): void {
    for (let turn = 0; turn < count; turn++) {
      this.#turns.push(isReversed ? count - 1 - turn : turn)
      for (const kernel of body) this.kernel(kernel)
      this.#turns.pop()
    }
  }

  #nest({ points, stages }: Nest): void {
    forEachIndex(points, (point) => {
      this.memory.beginPoint()
      const values = new Map<number, number>()
      for (const stage of stages) this.#stage(stage, point, values)
    })
  }

  #stage({ extents, body }: Stage, point: readonly number[], values: Map<number, number>): void {
    this.memory.beginStage()
    const gathered = new Map<number, number[]>()
    for (const operation of body) if (operation.op === 'reduce') gathered.set(operation.id, [])
    forEachIndex(extents, (inner) => {
      this.memory.beginTurn()
      const at = { index: [...point, ...inner], values }
      for (const operation of body) {
        if (operation.op !== 'reduce') this.#operation(operation, at)
        else gathered.get(operation.id)?.push(known(at, operation.x))
      }
    })
    // Nothing but reductions outlives a loop.
    for (const operation of body) {
      if (operation.op === 'reduce') {
        const { id, dtype } = operation
        const combined = combine(operation.combine, gathered.get(id) ?? [], dtype)
        values.set(id, round(dtype, combined))
      } else if (extents.length > 0 && 'id' in operation) values.delete(operation.id)
    }
  }

  #contract({ dtype, batch, rows, columns, depth, a, b, epilogue }: Contract): void {
    const multiply = isFloating(dtype) ? (x: number, y: number) => x * y : Math.imul
    // Operands are loaded at the points of all elements: none may be stored over them.
    const left = this.#loadAll(a, dtype, [...batch, ...rows, ...depth])
    const right = this.#loadAll(b, dtype, [...batch, ...depth, ...columns])
    const first = depth.map(() => 0)
    const aDepth = placesOf(a.strides.slice(batch.length + rows.length), depth)
    const bDepth = placesOf(b.strides.slice(batch.length, batch.length + depth.length), depth)
    forEachIndex([...batch, ...rows, ...columns], (index) => {
      const inBatch = index.slice(0, batch.length)
      const row = index.slice(batch.length, batch.length + rows.length)
      const column = index.slice(batch.length + rows.length)
      const aStart = this.#place(a, [...inBatch, ...row, ...first])
      const bStart = this.#place(b, [...inBatch, ...first, ...column])
      let sum = 0
      for (let k = 0; k < aDepth.length; k++) {
        sum += multiply(left(aStart + (aDepth[k] ?? 0)), right(bStart + (bDepth[k] ?? 0)))
      }
      this.memory.beginPoint()
      const at = { index, values: new Map<number, number>(), product: round(dtype, sum) }
      for (const operation of epilogue) this.#operation(operation, at)
    })
  }

  #scatter({ dtype, combine, extents, index, source, target, stride, length }: Scatter): void {
    const indices = this.#loadAll(index, this.memory.bufferAt(index.buffer).dtype, extents)
    const sources = this.#loadAll(source, dtype, extents)
    const totals = new Map<number, number>()
    forEachIndex(extents, (at) => {
      const picked = indices(this.#place(index, at))
      if (picked < 0 || picked >= length) return this.#fail('index')
      const place = this.#place(target, at) + picked * stride
      const before = totals.get(place) ?? this.memory.load(target.buffer, dtype, place)
      const added = sources(this.#place(source, at))
      totals.set(place, combine === 'add' ? before + added : added)
    })
    for (const [place, total] of totals) {
      this.memory.store(target.buffer, dtype, place, round(dtype, total))
    }
  }

  #running({ dtype, combine, points, length, source, factor, target }: Running): void {
    const extents = [...points, length]
    const sources = this.#loadAll(source, dtype, extents)
    const factors = factor && this.#loadAll(factor, dtype, extents)
    const step = runningSteps(dtype)[combine]
    forEachIndex(points, (point) => {
      this.memory.beginPoint()
      let before = 0
      for (let k = 0; k < length; k++) {
        const at = [...point, k]
        const x = sources(this.#place(source, at))
        const by = factor && factors ? factors(this.#place(factor, at)) : 1
        before = k === 0 ? x : step(before, x, by)
        this.memory.store(target.buffer, dtype, this.#place(target, at), round(dtype, before))
      }
    })
  }

  #sort({ dtype, isDescending, points, length, count, source, values, indices }: Sort): void {
    const sources = this.#loadAll(source, dtype, [...points, length])
    forEachIndex(points, (point) => {
      this.memory.beginPoint()
      const row = Array.from({ length }, (_, k) => sources(this.#place(source, [...point, k])))
      for (const [k, from] of placesInOrder(row, isDescending).slice(0, count).entries()) {
        const at = [...point, k]
        const x = row[from] as number // a place in the row
        if (values) this.memory.store(values.buffer, dtype, this.#place(values, at), x)
        if (indices) this.memory.store(indices.buffer, 'i32', this.#place(indices, at), from)
      }
    })
  }

  #operation(operation: Operation, at: Point): void {
    const { memory } = this
    if (operation.op === 'store') {
      const { access, stored, x } = operation
      memory.store(access.buffer, stored, this.#place(access, at.index), known(at, x))
    } else if (operation.op === 'checkFinite') {
      if (!Number.isFinite(known(at, operation.x))) this.#fail('nonFinite')
    } else {
      at.values.set(operation.id, round(operation.dtype, this.#evaluate(operation, at)))
    }
  }

  #evaluate(operation: Exclude<Operation, { op: 'store' | 'checkFinite' }>, at: Point): number {
    const value = (id: number): number => known(at, id)
    switch (operation.op) {
      case 'load':
        return this.#load(operation, at)
      case 'literal':
        return operation.value
      case 'position':
        return placeOf(operation.strides, at.index, operation.offset)
      case 'unary':
        return scalarFunctions(operation.dtype)[operation.operation](value(operation.x), 0, 0)
      case 'binary': {
        const apply = scalarFunctions(operation.dtype)[operation.operation]
        return apply(value(operation.a), value(operation.b), 0)
      }
      case 'compare':
        return scalarFunctions('f64')[operation.operation](
          value(operation.a),
          value(operation.b),
          0,
        )
      case 'select':
        return value(operation.condition) === 0 ? value(operation.b) : value(operation.a)
      case 'cast':
        return castTo(operation.dtype)(value(operation.x))
      case 'randomBits': {
        const block = Uint32Array.of(0, value(operation.position))
        threefry2x32(Uint32Array.of(value(operation.a), value(operation.b)), block)
        return (block[0] ?? 0) ^ (block[1] ?? 0)
      }
      case 'reduce':
        throw internalError('run-routine: a reduction in an epilogue')
      case 'product':
        if (at.product === undefined) throw internalError('run-routine: a product in no epilogue')
        return at.product
    }
  }

  #load({ access, stored, at: by }: LoadOperation, point: Point): number {
    const place = this.#place(access, point.index)
    if (!by) return this.memory.load(access.buffer, stored, place)
    const index = known(point, by.index)
    if (index >= 0 && index < by.length) {
      return this.memory.load(access.buffer, stored, place + index * by.stride)
    }
    this.#fail('index')
    return 0
  }

  /** Loads every element of an access, all in the current turn; gives the elements by place. */
  #loadAll(access: Access, dtype: DType, extents: readonly number[]) {
    const loaded = new Float64Array(this.memory.bufferAt(access.buffer).length).fill(Number.NaN)
    forEachIndex(extents, (index) => {
      const place = this.#place(access, index)
      loaded[place] = this.memory.load(access.buffer, dtype, place)
    })
    return (place: number): number => loaded[place] ?? Number.NaN
  }

  #place({ offset, strides, turns }: Access, index: readonly number[]): number {
    return placeOf(turns, this.#turns, placeOf(strides, index, offset))
  }

  #fail(fault: 'index' | 'nonFinite'): void {
    if (this.fault === 'none') this.fault = fault
  }
}

function known({ values }: Point, id: number): number {
  const value = values.get(id)
  if (value === undefined) throw internalError(`run-routine: %${id} is used where it is not known`)
  return value
}

/** Walking and rebuilding the operations of bodies. */
import type { Access, Kernel, Operation, Ref } from './routine.ts'

/** What an operation takes, in order. */
export function refsOf(operation: Operation): readonly Ref[] {
  switch (operation.op) {
    case 'load':
      return operation.at ? [operation.at.index] : []
    case 'literal':
    case 'position':
    case 'product':
      return []
    case 'unary':
    case 'cast':
    case 'reduce':
    case 'store':
    case 'checkFinite':
      return [operation.x]
    case 'binary':
    case 'compare':
      return [operation.a, operation.b]
    case 'select':
      return [operation.condition, operation.a, operation.b]
    case 'randomBits':
      return [operation.a, operation.b, operation.position]
  }
}

/** The operation with other refs in the place of those it takes and gives. */
export function withRefs(operation: Operation, rename: (ref: Ref) => Ref): Operation {
  const own = 'id' in operation ? { id: rename(operation.id) } : {}
  switch (operation.op) {
    case 'load': {
      const { at } = operation
      return { ...operation, ...own, ...(at && { at: { ...at, index: rename(at.index) } }) }
    }
    case 'literal':
    case 'position':
    case 'product':
      return { ...operation, ...own }
    case 'unary':
    case 'cast':
    case 'reduce':
    case 'store':
    case 'checkFinite':
      return { ...operation, ...own, x: rename(operation.x) }
    case 'binary':
    case 'compare':
      return { ...operation, ...own, a: rename(operation.a), b: rename(operation.b) }
    case 'select': {
      const { condition, a, b } = operation
      return { ...operation, ...own, condition: rename(condition), a: rename(a), b: rename(b) }
    }
    case 'randomBits': {
      const { a, b, position } = operation
      return { ...operation, ...own, a: rename(a), b: rename(b), position: rename(position) }
    }
  }
}

/** The operation on other loops: its strides, and the offset that goes with them, as `change` says. */
export function withStrides(operation: Operation, change: (form: Affine) => Affine): Operation {
  if (operation.op === 'load' || operation.op === 'store') {
    const { offset, strides } = change(operation.access)
    return { ...operation, access: { ...operation.access, offset, strides } }
  }
  if (operation.op === 'position') {
    const { offset, strides } = change(operation)
    return { ...operation, offset, strides }
  }
  return operation
}

/** offset + Σ index · stride. */
export interface Affine {
  readonly offset: number
  readonly strides: readonly number[]
}

/** The first number that no operation of the kernel's bodies has. */
export function nextRef(bodies: Iterable<readonly Operation[]>): Ref {
  let next = 0
  for (const body of bodies) {
    for (const operation of body) if ('id' in operation) next = Math.max(next, operation.id + 1)
  }
  return next
}

/** All bodies of a kernel; of a loop none. */
export function bodiesOf(kernel: Kernel): readonly (readonly Operation[])[] {
  if (kernel.kind === 'nest') return kernel.stages.map(({ body }) => body)
  return kernel.kind === 'contract' ? [kernel.epilogue] : []
}

/** How many operations a kernel has; of a loop none are counted. */
export function sizeOfBodies(kernel: Kernel): number {
  return bodiesOf(kernel).reduce((total, body) => total + body.length, 0)
}

// Kernels do not change once made, and passes ask again and again.
const loads = new WeakMap<Kernel, readonly Access[]>()
const stores = new WeakMap<Kernel, readonly Access[]>()

/** Everything that a kernel reads, loops within included. */
export function loadsOf(kernel: Kernel): readonly Access[] {
  const known = loads.get(kernel)
  if (known) return known
  const found = findLoads(kernel)
  loads.set(kernel, found)
  return found
}

/** Everything that a kernel writes, loops within included. */
export function storesOf(kernel: Kernel): readonly Access[] {
  const known = stores.get(kernel)
  if (known) return known
  const found = findStores(kernel)
  stores.set(kernel, found)
  return found
}

function findLoads(kernel: Kernel): readonly Access[] {
  switch (kernel.kind) {
    case 'nest':
      return accessesIn(bodiesOf(kernel), 'load')
    case 'contract':
      return [kernel.a, kernel.b, ...accessesIn([kernel.epilogue], 'load')]
    case 'scatter':
      return [kernel.index, kernel.source, kernel.target]
    case 'running':
      return kernel.factor ? [kernel.source, kernel.factor] : [kernel.source]
    case 'sort':
      return [kernel.source]
    case 'repeat':
      return kernel.body.flatMap(loadsOf)
  }
}

function findStores(kernel: Kernel): readonly Access[] {
  switch (kernel.kind) {
    case 'nest':
    case 'contract':
      return accessesIn(bodiesOf(kernel), 'store')
    case 'scatter':
    case 'running':
      return [kernel.target]
    case 'sort':
      return [kernel.values, kernel.indices].filter((one) => one !== undefined)
    case 'repeat':
      return kernel.body.flatMap(storesOf)
  }
}

function accessesIn(bodies: readonly (readonly Operation[])[], op: 'load' | 'store'): Access[] {
  const found: Access[] = []
  for (const body of bodies) {
    for (const operation of body) if (operation.op === op) found.push(operation.access)
  }
  return found
}

/** The kernel over other buffers; it asks for them in the order in which it names them. */
export function withBuffers(kernel: Kernel, rename: (buffer: number) => number): Kernel {
  const access = (one: Access): Access => ({ ...one, buffer: rename(one.buffer) })
  const body = (operations: readonly Operation[]) =>
    operations.map((one) =>
      one.op === 'load' || one.op === 'store' ? { ...one, access: access(one.access) } : one,
    )
  switch (kernel.kind) {
    case 'nest':
      return {
        ...kernel,
        stages: kernel.stages.map((stage) => ({ ...stage, body: body(stage.body) })),
      }
    case 'contract':
      return {
        ...kernel,
        a: access(kernel.a),
        b: access(kernel.b),
        epilogue: body(kernel.epilogue),
      }
    case 'scatter':
      return {
        ...kernel,
        index: access(kernel.index),
        source: access(kernel.source),
        target: access(kernel.target),
      }
    case 'running':
      return {
        ...kernel,
        source: access(kernel.source),
        factor: kernel.factor && access(kernel.factor),
        target: access(kernel.target),
      }
    case 'sort':
      return {
        ...kernel,
        source: access(kernel.source),
        values: kernel.values && access(kernel.values),
        indices: kernel.indices && access(kernel.indices),
      }
    case 'repeat':
      return { ...kernel, body: kernel.body.map((inner) => withBuffers(inner, rename)) }
  }
}

export function isSameAccess(a: Access, b: Access): boolean {
  return (
    a.buffer === b.buffer &&
    a.offset === b.offset &&
    isSameList(a.strides, b.strides) &&
    isSameList(a.turns, b.turns)
  )
}

export function isSameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}

/** The operations without those whose result nothing takes. */
export function withoutUnused(
  bodies: readonly (readonly Operation[])[],
): readonly (readonly Operation[])[] {
  const used = new Set<Ref>()
  const kept: (readonly Operation[])[] = []
  for (let b = bodies.length - 1; b >= 0; b--) {
    const body = bodies[b] ?? []
    const own: Operation[] = []
    for (let i = body.length - 1; i >= 0; i--) {
      const operation = body[i] as Operation // i is inside
      if ('id' in operation && !used.has(operation.id)) continue
      for (const ref of refsOf(operation)) used.add(ref)
      own.push(operation)
    }
    kept.unshift(own.reverse())
  }
  return kept
}

/** Computing once what a body computes twice. */
import { refsOf, withRefs } from '../kernel/operations.ts'
import type { Kernel, Operation, Ref, Stage } from '../kernel/routine.ts'

/** The kernel without loads and operations that repeat others in scope. */
export function shareOperations(kernel: Kernel): Kernel {
  switch (kernel.kind) {
    case 'nest':
      return { ...kernel, stages: shareInStages(kernel.stages) }
    case 'contract':
      return { ...kernel, epilogue: shareInBody(kernel.epilogue, new Map(), new Map()) }
    case 'repeat':
      return { ...kernel, body: kernel.body.map(shareOperations) }
    case 'scatter':
    case 'running':
    case 'sort':
      return kernel
  }
}

function shareInStages(stages: readonly Stage[]): readonly Stage[] {
  // Points' operations stay in scope; those of a walked stage end with it, but for its reductions.
  const atPoint = new Map<string, Ref>()
  const renamed = new Map<Ref, Ref>()
  return stages.map(({ extents, body }) => {
    const scope = extents.length === 0 ? atPoint : new Map<string, Ref>()
    return { extents, body: shareInBody(body, scope, renamed) }
  })
}

function shareInBody(
  body: readonly Operation[],
  known: Map<string, Ref>,
  renamed: Map<Ref, Ref>,
): readonly Operation[] {
  const kept: Operation[] = []
  for (const operation of body) {
    const made = withRefs(operation, (ref) => renamed.get(ref) ?? ref)
    if (made.op === 'store') {
      // What was loaded before from there may have changed.
      const prefix = `load ${made.access.buffer} `
      for (const key of known.keys()) if (key.startsWith(prefix)) known.delete(key)
    }
    if (!('id' in made)) {
      kept.push(made)
      continue
    }
    const key = keyOf(made)
    const before = known.get(key)
    if (before !== undefined) {
      renamed.set(made.id, before)
      continue
    }
    known.set(key, made.id)
    kept.push(made)
  }
  return kept
}

function keyOf(operation: Extract<Operation, { readonly id: Ref }>): string {
  const refs = refsOf(operation).join()
  switch (operation.op) {
    case 'load': {
      const { buffer, offset, strides, turns } = operation.access
      const { stride = 0, length = 0 } = operation.at ?? {}
      const place = `${offset} ${strides.join()} ${turns.join()} ${stride} ${length}`
      return `load ${buffer} ${operation.stored} ${place} ${refs}`
    }
    case 'literal':
      return `literal ${operation.dtype} ${Object.is(operation.value, -0) ? '-0' : operation.value}`
    case 'position':
      return `position ${operation.dtype} ${operation.offset} ${operation.strides.join()}`
    case 'reduce':
      return `reduce ${operation.dtype} ${operation.combine} ${refs}`
    case 'unary':
    case 'binary':
    case 'compare':
      return `${operation.op} ${operation.dtype} ${operation.operation} ${refs}`
    case 'select':
    case 'cast':
    case 'randomBits':
    case 'product':
      return `${operation.op} ${operation.dtype} ${refs}`
  }
}

/** What must hold before a step changes anything. */
import { isFloating } from '../ir/dtype.ts'
import { isMap } from '../kernel/align-nests.ts'
import { withoutStores } from '../kernel/merge-nests.ts'
import { storesOf, withoutUnused } from '../kernel/operations.ts'
import type { Buffer, Kernel, Nest, Operation, Routine } from '../kernel/routine.ts'

/**
 * Adds, for each commit that stores what is trained, a check that computes the same and stores
 * nothing: so no parameter changes in a step that would make any of them NaN or infinite.
 */
export function addChecks(given: Routine): Routine {
  const routine = withoutSharing(given)
  const made = routine.commits.flatMap((commit) => checkOf(commit, routine.buffers) ?? [])
  return { ...routine, checks: [...routine.checks, ...made] }
}

/**
 * What one commit makes for others is made before the checks, which run before any commit: a kernel
 * of its own stores it, and the commit computes it once more.
 */
function withoutSharing(routine: Routine): Routine {
  const { buffers } = routine
  const kernels = [...routine.kernels]
  const commits = routine.commits.flatMap((commit) => {
    const stored = storesOf(commit).map(({ buffer }) => buffer)
    const shared = new Set(stored.filter((one) => buffers[one]?.role.kind === 'temporary'))
    if (shared.size === 0 || commit.kind !== 'nest') return [commit]
    const own = new Set(stored.filter((one) => !shared.has(one)))
    kernels.push(withoutStores(commit, own))
    return own.size > 0 ? [withoutStores(commit, shared)] : []
  })
  return { ...routine, kernels, commits }
}

function checkOf(commit: Kernel, buffers: readonly Buffer[]): Nest | undefined {
  if (commit.kind !== 'nest' || !isMap(commit)) return undefined
  const checked = commit.stages.flatMap(({ body }) => body.flatMap((one) => checksOf(one, buffers)))
  if (checked.every(({ op }) => op !== 'checkFinite')) return undefined
  const [body = []] = withoutUnused([checked])
  return { ...commit, stages: [{ extents: [], body }], gates: [] }
}

/** A store into what is trained becomes a check, another store nothing. */
function checksOf(operation: Operation, buffers: readonly Buffer[]): readonly Operation[] {
  if (operation.op !== 'store') return [operation]
  const role = buffers[operation.access.buffer]?.role
  const isChecked = role?.kind === 'state' && role.isTrainable && isFloating(operation.stored)
  return isChecked ? [{ op: 'checkFinite', x: operation.x }] : []
}

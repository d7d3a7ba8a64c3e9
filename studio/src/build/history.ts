/** What was before, and what was undone: documents never change, so they are kept as they are. */
export interface History<T> {
  readonly past: readonly T[]
  readonly present: T
  readonly future: readonly T[]
}

/** So many changes can be undone. */
const longest = 200

export function beginHistory<T>(present: T): History<T> {
  return { past: [], present, future: [] }
}

/** What is undone is gone once something else is done; nothing done is nothing to undo. */
export function advance<T>(history: History<T>, next: T): History<T> {
  const { past, present } = history
  if (JSON.stringify(next) === JSON.stringify(present)) return history
  return { past: [...past, present].slice(-longest), present: next, future: [] }
}

export function undo<T>(history: History<T>): History<T> {
  const { past, present, future } = history
  const before = past.at(-1)
  if (before === undefined) return history
  return { past: past.slice(0, -1), present: before, future: [present, ...future] }
}

export function redo<T>(history: History<T>): History<T> {
  const { past, present, future } = history
  const [next, ...later] = future
  if (next === undefined) return history
  return { past: [...past, present], present: next, future: later }
}

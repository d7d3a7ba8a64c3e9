/** What only one point of one nest stores and reads needs no more room than one point. */
import { sizeOf, stridesOf } from '../ir/shape.ts'
import { loadsOf, storesOf } from '../kernel/operations.ts'
import type { Access, Nest, Operation } from '../kernel/routine.ts'
import type { Schedule } from '../kernel/schedule.ts'

/** Rows of at most this many elements: what is to stay in a near cache. */
const largestRow = 65536

/** Gives each thread a row of its own for what a nest stores in one stage and loads in another. */
export function privatise(schedule: Schedule): void {
  for (let position = 0; position < schedule.length; position++) {
    const nest = schedule.at(position)
    // Rows are of stages that walk.
    if (nest?.kind !== 'nest' || nest.stages.every(({ extents }) => extents.length === 0)) continue
    const loaded = new Set(loadsOf(nest).map(({ buffer }) => buffer))
    const rows = storesOf(nest).filter(
      ({ buffer }) => loaded.has(buffer) && isOwn(schedule, buffer, position),
    )
    const result = rows.reduce((made, { buffer }) => withRow(made, buffer, schedule), nest)
    if (result !== nest) schedule.replace(position, result)
  }
}

function isOwn(schedule: Schedule, buffer: number, position: number): boolean {
  const users = [...schedule.readers(buffer), ...schedule.writers(buffer)]
  return (
    schedule.bufferAt(buffer).role.kind === 'temporary' &&
    !schedule.isKept(buffer) &&
    users.every((user) => user === position)
  )
}

function withRow(nest: Nest, buffer: number, schedule: Schedule): Nest {
  const { dtype, name } = schedule.bufferAt(buffer)
  const extents = nest.stages.find(({ body }) =>
    body.some((one) => one.op === 'store' && one.access.buffer === buffer),
  )?.extents
  if (!extents || extents.length === 0 || sizeOf(extents) > largestRow) return nest
  const row = schedule.buffers.length
  const length = sizeOf(extents)
  schedule.buffers.push({ role: { kind: 'scratch' }, dtype, length, name: `${name}.row` })
  const strides = [...nest.points.map(() => 0), ...stridesOf(extents)]
  const moved = (access: Access): Access => ({ ...access, buffer: row, offset: 0, strides })
  const change = (operation: Operation): Operation =>
    (operation.op === 'load' || operation.op === 'store') && operation.access.buffer === buffer
      ? { ...operation, access: moved(operation.access) }
      : operation
  const stages = nest.stages.map((stage) => ({ ...stage, body: stage.body.map(change) }))
  return { ...nest, stages }
}

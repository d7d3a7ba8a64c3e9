/** Puts a training where a checkpoint says that it stood. */
import { SluiceError } from '../errors.ts'
import { sameShape } from '../ir/shape.ts'
import type { State } from '../ir/state.ts'
import { formatType } from '../ir/value.ts'
import type { Store } from '../runtime/store.ts'
import type { Checkpoint, TrainingSettings } from './checkpoint.ts'

/** Throws OPTION where a training is to go on with other settings or data than it was saved with. */
export function checkSameTraining(
  { settings: saved }: Checkpoint,
  asked: TrainingSettings,
  name: string,
): void {
  const names: readonly (readonly [keyof TrainingSettings, string])[] = [
    ['seed', 'seed'],
    ['batchSize', 'batchSize'],
    ['watch', 'watch'],
    ['examples', 'examples to train on'],
    ['data', 'digest of the examples to train on'],
  ]
  for (const [key, where] of names) {
    if (saved[key] === asked[key]) continue
    throw new SluiceError({
      code: 'OPTION',
      what: `fit: ${name} was saved by another training`,
      where,
      expected: `${saved[key]}, as it was saved`,
      got: String(asked[key]),
      fix: 'resume with the same settings and data, or train afresh without `resume`',
    })
  }
}

/**
 * Gives the states of a training the contents that were saved. Throws FILE where they are not the
 * states that were saved.
 */
export function restoreStates(
  { states: saved }: Checkpoint,
  { store, states }: { readonly store: Store; readonly states: readonly State[] },
  name: string,
): void {
  for (const state of states) {
    const contents = saved.get(state.key)
    if (contents?.dtype === state.dtype && sameShape(contents.shape, state.shape)) continue
    throw otherStates(name, state.key, formatType(state), contents ? formatType(contents) : 'none')
  }
  const known = new Set(states.map(({ key }) => key))
  for (const [key, contents] of saved) {
    if (!known.has(key)) throw otherStates(name, key, 'no such state', formatType(contents))
  }
  for (const { key } of states) {
    const contents = saved.get(key)
    if (contents) store.set(key, contents)
  }
}

function otherStates(name: string, key: string, expected: string, got: string): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${name}: the checkpoint is of another model or optimizer`,
    where: `state "${key}"`,
    expected,
    got,
    fix: 'resume with the same layers and optimizer, or train afresh without `resume`',
  })
}

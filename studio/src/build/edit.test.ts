/** Edits of documents: each keeps everything else, and what is undone is back to the byte. */
import { describe, expect, test } from 'vitest'
import { stepKinds } from './catalogue.ts'
import { formatDocument, type ModelDocument } from './document.ts'
import {
  canMove,
  changeInput,
  changeKind,
  changeOption,
  insertStep,
  moveStep,
  removeStep,
  renameStep,
} from './edit.ts'
import { advance, beginHistory, redo, undo } from './history.ts'
import { parseDocument } from './parse.ts'
import { firstDocument, starts } from './starts.ts'

const { attention, images } = starts as {
  readonly [name in 'attention' | 'images']: ModelDocument
} // both are there

const widths = ({ steps }: ModelDocument) =>
  steps.flatMap(({ kind, options }) =>
    kind === 'linear' ? [[options.inFeatures, options.outFeatures]] : [],
  )

/** What each step takes and is, in a line. */
const lines = ({ steps }: ModelDocument) =>
  steps.map(({ name, kind, from, other }) => [name, kind, from, other].filter(Boolean).join(' '))

describe('a width that is changed', () => {
  test('goes on through what was as wide: 3 to 5 hidden units', () => {
    const change = { option: 'outFeatures', value: 5 }
    const changed = changeOption(firstDocument, 'z2', change)
    expect(widths(changed)).toEqual([
      [2, 5],
      [5, 1],
    ])
    expect(changed.steps[1]).toEqual(firstDocument.steps[1])
  })

  test('goes through pools, and multiplied through flatten', () => {
    const changed = changeOption(images, 'z3', { option: 'outChannels', value: 16 })
    expect(widths(changed)).toEqual([[64, 10]])
  })

  test('stops at sums whose other value keeps its width', () => {
    const changed = changeOption(attention, 'z3', { option: 'outFeatures', value: 9 })
    expect(widths(changed)).toEqual([
      [8, 16],
      [16, 9],
      [8, 12],
    ])
  })

  test('of the whole block goes all the way', () => {
    const changed = changeOption(attention, 'h2', { option: 'width', value: 12 })
    const asked = changed.steps.map(({ options }) => options.width ?? options.inFeatures)
    expect(asked.slice(0, 3)).toEqual([12, 12, 12])
    expect(asked[4]).toBe(12)
  })

  test('of the input too; what did not fit before is left as it is', () => {
    expect(widths(changeInput(firstDocument, { shape: [4, 7] }))[0]).toEqual([7, 3])
    const broken = changeOption(firstDocument, 'z2', { option: 'inFeatures', value: 4 })
    expect(widths(changeInput(broken, { shape: [4, 7] }))[0]).toEqual([4, 3])
  })
})

describe('inserting and removing', () => {
  test('a step takes the value before it, and what follows takes its own', () => {
    const place = { after: 'a2' }
    const inserted = insertStep(firstDocument, place, { kind: 'layerNorm', width: 3 })
    expect(lines(inserted)).toEqual(['z2 linear', 'a2 sigmoid', 'h2 layerNorm', 'z3 linear'])
    expect(inserted.steps[2]?.options).toEqual({ width: 3 })
    expect(formatDocument(removeStep(inserted, 'h2'))).toBe(formatDocument(firstDocument))
  })

  test('on an edge that skips, only the one that takes it there is changed', () => {
    const place = { after: 'h2', before: 'h5' }
    const inserted = insertStep(attention, place, { kind: 'tanh' })
    expect(lines(inserted).slice(2, 5)).toEqual([
      'h4 multiheadAttention',
      'a3 tanh h2',
      'h5 add h4 a3',
    ])
  })

  test('what took a removed value takes what that took', () => {
    const removed = removeStep(attention, 'h5')
    expect(lines(removed)).toContain('h7 add h4')
    expect(lines(removeStep(removed, 'h4'))).toContain('h7 add h3')
  })

  test('the last step there is stays', () => {
    const single = removeStep(removeStep(firstDocument, 'z2'), 'a2')
    expect(lines(single)).toEqual(['z3 linear'])
    expect(removeStep(single, 'z3')).toBe(single)
  })
})

test('a step moves only where what it takes is known', () => {
  expect(lines(moveStep(firstDocument, 'a2', 0))).toEqual(['a2 sigmoid', 'z2 linear', 'z3 linear'])
  expect(canMove(attention, 'h5', 0)).toBe(false)
  expect(canMove(attention, 'h2', 5)).toBe(false) // h5 takes h2
  expect(moveStep(firstDocument, 'z2', -1)).toBe(firstDocument)
})

test('a new name is taken over wherever the old one was', () => {
  expect(lines(renameStep(attention, 'h2', 'letters'))[3]).toBe('h5 add letters')
})

test('another kind keeps what both know', () => {
  const changed = changeKind(attention, 'h3', { kind: 'multiheadAttention' })
  expect(changed.steps[1]?.options).toEqual({ width: 8, heads: 2, isCausal: false })
  const sum = changeKind(firstDocument, 'a2', { kind: 'add' })
  expect(sum.steps[1]).toEqual({ name: 'a2', kind: 'add', other: 'z2', options: {} })
})

/** Numbers of a linear congruential generator: the same in every run. */
function createNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function anyEdit(document: ModelDocument, below: (count: number) => number): ModelDocument {
  const { name = '', options = {} } = document.steps[below(document.steps.length)] ?? {}
  const kind = stepKinds[below(stepKinds.length)] ?? 'linear'
  const width = 1 + below(12)
  const [option = ''] = Object.keys(options)
  const edits = [
    () => insertStep(document, { after: name }, { kind, width }),
    () => removeStep(document, name),
    () => moveStep(document, name, below(8)),
    () => changeKind(document, name, { kind, width }),
    () =>
      /^(width|inFeatures|channels)$/.test(option)
        ? changeOption(document, name, { option, value: width })
        : document,
  ]
  return edits[below(edits.length)]?.() ?? document
}

test('whatever is done gives a document, and undoing all of it the first one, to the byte', () => {
  const all = Object.values(starts)
  for (let seed = 1; seed <= 100; seed++) {
    const below = createNumbers(seed)
    const start = all[below(all.length)] ?? firstDocument
    let history = beginHistory(start)
    for (let k = 0; k < 12; k++) history = advance(history, anyEdit(history.present, below))
    const last = formatDocument(history.present)
    expect(formatDocument(parseDocument(last))).toBe(last)
    const count = history.past.length
    for (let k = 0; k < count; k++) history = undo(history)
    expect(formatDocument(history.present)).toBe(formatDocument(start))
    for (let k = 0; k < count; k++) history = redo(history)
    expect(formatDocument(history.present)).toBe(last)
  }
})

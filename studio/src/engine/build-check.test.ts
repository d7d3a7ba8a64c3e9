/** Documents as the engine sees them: shapes, the first broken edge, a fix for it, and the picture. */
import { SluiceError } from 'sluice'
import { describe, expect, test } from 'vitest'
import { initialOptions, stepKinds } from '../build/catalogue.ts'
import { criterionPlace, shapeOf } from '../build/check.ts'
import type { ModelDocument } from '../build/document.ts'
import { changeInput, changeOption, insertStep, removeStep } from '../build/edit.ts'
import { fixOf } from '../build/fixes.ts'
import { firstDocument, starts } from '../build/starts.ts'
import { checkDocument } from './build-check.ts'
import type { Failure } from './protocol.ts'

const failureOf = (error: unknown): Failure => {
  if (!(error instanceof SluiceError)) return { title: String(error), details: [] }
  const { what, where = '', expected = '', got = '' } = error
  return { title: what, details: Object.entries({ where, expected, got }) }
}

const checked = (document: ModelDocument) => checkDocument(document, failureOf)

function start(name: string): ModelDocument {
  const found = starts[name]
  if (!found) throw new Error(`there is no start ${name}`)
  return found
}

describe('shapes', () => {
  test('stand at every value, and 5 hidden units change all of them', () => {
    const shapes = (document: ModelDocument) => {
      const { check } = checked(document)
      return ['x', 'z2', 'a2', 'z3'].map((name) => shapeOf(check, name))
    }
    expect(shapes(firstDocument)).toEqual([
      [4, 2],
      [4, 3],
      [4, 3],
      [4, 1],
    ])
    const wider = changeOption(firstDocument, 'z2', { option: 'outFeatures', value: 5 })
    expect(shapes(wider)).toEqual([
      [4, 2],
      [4, 5],
      [4, 5],
      [4, 1],
    ])
  })

  test.each(Object.entries(starts))('of the start %s fit', (_, document) => {
    const { check, picture } = checked(document)
    expect(check.broken).toBeUndefined()
    expect(picture?.scene.nodes.length).toBeGreaterThan(5)
  })

  test('learned numbers are counted: (2·3 + 3) + (3·1 + 1)', () => {
    expect(checked(firstDocument).check.parameters).toBe(13)
  })
})

describe('a broken edge', () => {
  test('is the first one, says what was expected, and what is behind it waits', () => {
    const wrong = changeOption(start('digits'), 'z3', { option: 'inFeatures', value: 30 })
    const both = changeOption(wrong, 'z4', { option: 'inFeatures', value: 7 })
    const { check, picture } = checked(both)
    expect(check.broken).toMatchObject({ from: 'a2', to: 'z3' })
    expect(check.broken?.title).toBe('matmul: inner sizes differ, 32 and 30')
    expect(check.broken?.details.map(([fact]) => fact)).toEqual(['expected', 'got'])
    const states = Object.fromEntries(
      Object.entries(check.values).map(([name, { state }]) => [name, state]),
    )
    expect(states).toEqual({
      ...{ x: 'fits', z2: 'fits', a2: 'fits', z3: 'broken', a3: 'waits', z4: 'waits' },
    })
    const last = picture?.makerOf.a2
    expect(picture?.stepsOf[last ?? '']).toEqual(['a2'])
  })

  test.each<readonly [label: string, document: ModelDocument]>([
    ['set inputs to 3', changeOption(firstDocument, 'z3', { option: 'inFeatures', value: 4 })],
    [
      'insert flatten, set inputs to 32',
      changeOption(removeStep(start('images'), 'h4'), 'z4', { option: 'inFeatures', value: 5 }),
    ],
    ['set inputs to 4', changeOption(start('images'), 'z3', { option: 'inChannels', value: 3 })],
    ['set width to 8', changeOption(start('attention'), 'h6', { option: 'width', value: 9 })],
    ['insert a linear layer, 8 → 16, after h5', removeStep(start('attention'), 'z3')],
    ['insert reshape to −1, 12', removeStep(start('attention'), 'h8')],
    ['make x whole numbers below 12', changeInput(start('attention'), { shape: [2, 6] })],
    [
      'insert reshape to 8 × 1 × 8 × 8',
      insertStep(start('digits'), { after: 'x' }, { kind: 'maxPool2d' }),
    ],
  ])('offers to %s, which helps', (label, document) => {
    const { check } = checked(document)
    expect(check.broken).toBeDefined()
    const fix = fixOf(document, check)
    expect(fix?.label).toBe(label)
    const after = fix && checked(fix.document).check
    expect(after?.broken?.to).not.toBe(check.broken?.to)
  })

  test('may be that to the criterion', () => {
    const { check } = checked(removeStep(start('attention'), 'h8'))
    expect(check.broken).toMatchObject({ from: 'z4', to: criterionPlace })
  })
})

test('every kind of the catalogue can be built on some value', () => {
  const inputs = [[4, 3], [2, 3, 8], [2, 8, 9, 9], [2, 1, 9, 9], [4, 8]] // biome-ignore format: a row
  for (const kind of stepKinds) {
    const other = { add: 'x', subtract: 'x', multiply: 'x', maximum: 'x', matmul: 'x' }[kind as string] // biome-ignore format: of pairs only
    const found = inputs.some((shape) =>
      [undefined, 12].some((tokens) => {
        const isSquare = kind === 'matmul' ? [3, 3] : shape
        const document: ModelDocument = {
          ...firstDocument,
          input: { shape: isSquare, ...(tokens !== undefined && { tokens }) },
          steps: [{ name: 'h', kind, options: initialOptions(kind), ...(other && { other }) }],
        }
        return checked(document).check.broken === undefined
      }),
    )
    expect(found, kind).toBe(true)
  }
})

test('the picture knows whose node is whose, and between which steps an edge runs', () => {
  const { picture } = checked(firstDocument)
  const byStep = Object.values(picture?.stepsOf ?? {}).map((steps) => steps.at(-1))
  expect(byStep.filter((name) => name === 'z2')).toHaveLength(4) // matmul, add, W1, b1
  expect(byStep.filter((name) => name === 'a2')).toHaveLength(1)
  const edges = Object.values(picture?.edges ?? {}).map(({ after, before }) => `${after} ${before}`)
  expect(edges).toEqual(['x z2', 'z2 a2', 'a2 z3', 'z3 criterion'])
})

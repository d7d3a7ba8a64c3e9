/** What Learn shows of every model of the gallery. */
import { beforeAll, describe, expect, test } from 'vitest'
import { openModel } from '../engine/open-model.ts'
import { poseOfGallery } from '../engine/pose-model.ts'
import type { OpenModel } from '../engine/protocol.ts'
import { gallery } from '../gallery.ts'
import { factorsOf } from './factors.ts'
import { ribbonOf } from './ribbon.ts'
import { walkOf } from './steps.ts'

// Of the largest only a part is shown at a time; gallery.full.test.ts has all of it.
const quick = gallery.filter(({ id }) => id !== 'deep')

describe.each(quick)('$title', ({ id }) => {
  let open: OpenModel
  beforeAll(async () => {
    open = await openModel(await poseOfGallery(id, 1))
  })

  test('the gradient of every parameter has its shape, and its ribbon ends in it', () => {
    const { explanation } = open
    const parameters = explanation.given.filter(({ kind }) => kind === 'parameter')
    expect(parameters.length).toBeGreaterThan(0)
    for (const { name, shape } of parameters) {
      const gradient = explanation.equations.find(({ output }) => output.name === `dJ/d${name}`)
      expect(gradient?.output.shape, name).toEqual(shape)
      const ribbon = gradient && ribbonOf(gradient)
      if (ribbon) expect([ribbon.result.rows, ribbon.result.columns], name).toEqual(shape)
    }
  })

  test('every step has a place in the picture, and numbers that make its result', () => {
    const { explanation, diagram } = open
    const { steps, placeOf } = walkOf(explanation.equations, diagram)
    const isFolded = diagram.nodes.some(({ kind }) => kind === 'group')
    steps.forEach((step, index) => {
      // What is folded into a group has no place of its own.
      if (!isFolded) expect(placeOf[index], step.id).toBeDefined()
      expect(factorsOf(step, explanation).at(-1)?.name, step.id).toBe(step.output.name)
    })
  })
})

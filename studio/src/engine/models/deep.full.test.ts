import { explain } from 'sluice'
import { describe, expect, test } from 'vitest'
import { walkOf } from '../../learn/steps.ts'
import { openModel } from '../open-model.ts'
import { poseOfGallery } from '../pose-model.ts'
import { deep } from './deep.ts'

describe('the model of 5,071 gates', () => {
  test('has so many forward equations, and for every parameter a gradient of its shape', () => {
    const { given, equations } = explain(deep().J)
    expect(equations.filter(({ phase }) => phase === 'forward')).toHaveLength(5071)
    const shapes = new Map(equations.map(({ output: { name, shape } }) => [name, shape]))
    const parameters = given.filter(({ kind }) => kind === 'parameter')
    expect(parameters.length).toBeGreaterThan(2000)
    const wrong = parameters.filter(
      ({ name, shape }) => shapes.get(`dJ/d${name}`)?.join() !== shape.join(),
    )
    expect(wrong).toEqual([])
  }, 60_000)

  test('opens with one block unfolded, and only its steps, each at its place', async () => {
    const model = await poseOfGallery('deep', 1)
    const { diagram, explanation } = await openModel(model, 'stage2.7')
    expect(diagram.frames.map(({ label }) => label)).toContain('attention stage2.7.0.1')
    expect(diagram.nodes.some(({ times = 0 }) => times > 40)).toBe(true)
    expect(diagram.nodes.length).toBeLessThan(80)
    const { steps, placeOf } = walkOf(explanation.equations, diagram)
    expect(steps.length).toBeGreaterThan(40)
    expect(steps.length).toBeLessThan(120)
    expect(placeOf.filter((place) => place === undefined)).toEqual([])
    expect(steps.every(({ numbers }) => numbers !== undefined)).toBe(true)
  }, 60_000)
})

/** The gradients of the largest model of the gallery, which take seconds to list. */
import { explain } from 'sluice'
import { expect, test } from 'vitest'
import { poseOfGallery } from '../engine/pose-model.ts'

test('of 5,071 gates, too, every gradient has the shape of its parameter', async () => {
  const { J } = await poseOfGallery('deep', 1)
  const { given, equations } = explain(J)
  const shapes = new Map(equations.map(({ output }) => [output.name, output.shape]))
  const parameters = given.filter(({ kind }) => kind === 'parameter')
  expect(parameters.length).toBeGreaterThan(1000)
  for (const { name, shape } of parameters) expect(shapes.get(`dJ/d${name}`), name).toEqual(shape)
})

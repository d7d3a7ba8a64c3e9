import katex from 'katex'
import { explain } from 'sluice'
import { readDrawing } from 'sluice/draw'
import { expect, test } from 'vitest'
import { gallery } from '../gallery.ts'
import { openModel } from './open-model.ts'
import { poseOfGallery } from './pose-model.ts'
import type { PictureForm, PictureRequest } from './share-protocol.ts'
import { writeEquations, writePicture } from './write-share.ts'

const small = gallery.filter(({ group }) => group !== 'Large')

function setByKatex(latex: string): void {
  katex.renderToString(latex, { displayMode: true, throwOnError: true, strict: 'error' })
}

test.each(small)(
  'the LaTeX of $id is set by KaTeX, whole and equation by equation',
  async ({ id }) => {
    const model = await poseOfGallery(id, 1)
    const { text } = writeEquations(model)
    expect(text).toMatch(/^% .*amsmath\}\n\n\\begin\{align\}/)
    const parts = text.split('\n\n').filter((part) => part.startsWith('\\begin'))
    expect(parts).toHaveLength(2) // forward and backward
    for (const part of parts) setByKatex(part)
    for (const { latex } of explain(model.J).equations) setByKatex(latex)
  },
)

async function requestOf(form: PictureForm, taken?: number): Promise<PictureRequest> {
  const { diagram, scene, explanation } = await openModel(await poseOfGallery('multiply', 1))
  const { equations } = explanation
  const picture = { diagram, scene, equations, withNumbers: true, theme: 'light' } as const
  return { kind: 'write', form, ...picture, ...(taken !== undefined && { taken }) }
}

test('a picture is that of the step, or of all steps', async () => {
  const whole = writePicture(await requestOf('svg')).text
  const first = writePicture(await requestOf('svg', 1)).text
  expect(whole).toContain('dJ/da')
  expect(whole).not.toContain('active')
  expect(first).not.toContain('dJ/da')
  expect(first).toContain('active at-forward')
})

test('without numbers it is laid out anew, with the names of gradients', async () => {
  const request = await requestOf('svg')
  const bare = writePicture({ ...request, withNumbers: false })
  expect(bare.text).toContain('dJ/da')
  expect(bare.text).not.toContain('−12')
  expect(bare.height).toBeLessThan(writePicture(request).height)
})

test('JSON is read by what reads it', async () => {
  const request = await requestOf('json', 3)
  const dot = writePicture({ ...request, form: 'dot', theme: 'auto' }).text
  expect(readDrawing(writePicture(request).text).toDot()).toBe(dot)
})

test('a page opens at the step, and holds all of them', async () => {
  const { text } = writePicture(await requestOf('html', 2))
  expect(text).toContain('show(2)')
  expect(text.match(/<li class="backward"/g)?.length).toBeGreaterThan(1)
})

import katex from 'katex'
import { explain } from 'sluice'
import { expect, test } from 'vitest'
import { gallery } from '../gallery.ts'
import { poseOfGallery } from './pose-model.ts'
import { writeEquations } from './write-share.ts'

const large = gallery.filter(({ group }) => group === 'Large')

test.each(large)('the LaTeX of $id is set by KaTeX, equation by equation', async ({ id }) => {
  const { J, title } = await poseOfGallery(id, 1)
  const { equations } = explain(J)
  for (const { latex } of equations) {
    katex.renderToString(latex, { displayMode: true, throwOnError: true, strict: 'error' })
  }
  const rows = writeEquations({ J, title }).text.match(/\\tag\{/g) ?? []
  expect(rows).toHaveLength(equations.length)
})

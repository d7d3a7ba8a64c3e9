/** Writes what leaves the studio: the equations of a model, or the picture at a step. */
import { explain } from 'sluice'
import { type Diagram, type Drawing, drawingOf } from 'sluice/draw'
import { type Walk, walkOf } from '../learn/steps.ts'
import { momentOf, pictureSteps } from '../share/moment-of.ts'
import type { PosedModel } from './pose-model.ts'
import type { PictureRequest, Written } from './share-protocol.ts'

export function writeEquations({ J, title }: Pick<PosedModel, 'J' | 'title'>): Written {
  const name = title.replace(/[^ -~]+/g, ' ').trim()
  const text = `% ${name}: for a document with \\usepackage{amsmath}\n\n${explain(J).toLatex()}\n`
  return { text, width: 0, height: 0 }
}

export function writePicture(request: PictureRequest): Written {
  const { form, diagram, scene, equations, taken, withNumbers } = request
  const drawing = withNumbers
    ? drawingOf({ diagram, scene })
    : drawingOf({ diagram: bare(diagram) })
  const walk = walkOf(equations, diagram)
  // A page holds all steps, and opens at this one.
  const isStep = taken !== undefined && form !== 'html'
  const shown = isStep ? drawing.at(momentOf(walk, taken)) : drawing
  const { width, height } = drawing.scene
  return { text: textOf(shown, walk, request), width, height }
}

/** The diagram without numbers. */
function bare(diagram: Diagram): Diagram {
  return {
    ...diagram,
    edges: diagram.edges.map(({ value: _, gradient: __, ...edge }) => edge),
  }
}

function textOf(drawing: Drawing, walk: Walk, { form, theme, taken }: PictureRequest): string {
  switch (form) {
    case 'svg':
      return drawing.toSvg({ theme })
    case 'html': {
      const start = taken === undefined ? {} : { taken }
      return drawing.toHtml({ theme, steps: pictureSteps(walk), ...start })
    }
    case 'tikz':
      return drawing.toTikz({ theme })
    case 'dot':
      return drawing.toDot({ theme })
    case 'mermaid':
      return drawing.toMermaid({ theme })
    case 'json':
      return `${JSON.stringify(drawing, null, 2)}\n`
  }
}

/** What a picture shows of a walk when so many of its steps are taken. */
import type { Moment, PictureStep } from 'sluice/draw'
import type { Walk } from '../learn/steps.ts'

export function momentOf({ steps, valueAt, gradientAt, placeOf }: Walk, taken: number): Moment {
  return {
    isKnown: (what, edge) => {
      const times = what === 'value' ? valueAt : gradientAt
      return (times.get(edge) ?? Number.POSITIVE_INFINITY) < taken
    },
    active: placeOf[taken - 1],
    phase: steps[taken - 1]?.phase,
  }
}

/** The steps of a walk as a page lists them. */
export function pictureSteps(walk: Walk): readonly PictureStep[] {
  return walk.steps.map(({ id, text, shapes, part }, index) => ({
    ...momentOf(walk, index + 1),
    title: id,
    text,
    detail: [shapes, part].filter((note) => note !== '').join('   '),
  }))
}

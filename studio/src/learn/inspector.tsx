/** One step close up: its equation, the part of its gate, and what is computed with what. */

import { Fragment } from 'preact'
import type { EquationData } from 'sluice'
import { model } from '../session.ts'
import { factorsOf } from './factors.ts'
import { Formula } from './formula.tsx'
import { ribbonOf } from './ribbon.ts'
import { RibbonView } from './ribbon-view.tsx'
import { TensorTiles } from './tensor-tiles.tsx'

export function Inspector({ equation }: { readonly equation: EquationData | undefined }) {
  const explanation = model.value?.explanation
  if (!equation || !explanation) {
    return (
      <section class="inspector" aria-label="The step">
        <div class="says">
          <h2>Before the first step</h2>
          <p>
            Inputs and weights are given. Each step computes one equation: first forward, F1 …, then
            back, B1 …, where each gate hands on upstream × local.
          </p>
        </div>
      </section>
    )
  }
  const [gate = '', says = ''] = equation.part.split(' — ')
  const ribbon = ribbonOf(equation)
  return (
    <section class="inspector" aria-label="The step">
      <div class="says">
        <h2>
          <span class={`chip ${equation.phase} taken`}>{equation.id}</span> {equation.output.name}
        </h2>
        <Formula key={equation.id} latex={equation.latex} text={equation.text} />
        <p class="shapes">{equation.shapes}</p>
        {equation.role && (
          <p class="role">
            <strong>{gate}</strong> {says}
          </p>
        )}
      </div>
      <div class="factors">
        {factorsOf(equation, explanation).map(({ sign, ...factor }, index) => (
          <Fragment key={`${equation.id} ${index}`}>
            {sign !== '' && <span class="sign">{sign}</span>}
            <TensorTiles {...factor} />
          </Fragment>
        ))}
      </div>
      {ribbon && <RibbonView ribbon={ribbon} />}
    </section>
  )
}

/** One step close up: its equation, the part of its gate, and what is computed with what. */
import { Fragment } from 'preact'
import type { EquationData } from 'sluice'
import { model, step, walk } from '../session.ts'
import { CheckView } from './check-view.tsx'
import { factorsOf } from './factors.ts'
import { Formula } from './formula.tsx'
import { GateCard } from './gate-card.tsx'
import { GateNumbers } from './gate-numbers.tsx'
import { shortNumber } from './numbers.ts'
import { question } from './quiz.ts'
import { ribbonOf } from './ribbon.ts'
import { RibbonView } from './ribbon-view.tsx'
import { RoleView } from './role-view.tsx'
import { selected } from './selection.ts'
import { TensorTiles } from './tensor-tiles.tsx'
import { panelProps } from './view-state.ts'

export function Inspector() {
  const asked = question.value
  const steps = walk.value?.steps ?? []
  // The coming step, while one of its numbers is asked for.
  const equation = steps[asked ? step.value : step.value - 1]
  return (
    <section class="inspector" aria-label="The step">
      <div class="says" {...panelProps('step')}>
        {selected.value !== undefined ? (
          <GateCard node={selected.value} />
        ) : equation ? (
          <Says equation={equation} isAsked={asked !== undefined} />
        ) : (
          <Beginning />
        )}
      </div>
      <div class="numbers" {...panelProps('numbers')}>
        {selected.value !== undefined ? (
          <GateNumbers node={selected.value} />
        ) : (
          equation && <Factors equation={equation} asked={asked?.element} />
        )}
      </div>
    </section>
  )
}

function Beginning() {
  return (
    <div class="equation">
      <h2>Before the first step</h2>
      <p>
        Inputs and weights are given. Each step computes one equation: first forward, F1 …, then
        back, B1 …, where each gate hands on upstream × local.
      </p>
    </div>
  )
}

interface SaysProps {
  readonly equation: EquationData
  readonly isAsked: boolean
}

function Says({ equation, isAsked }: SaysProps) {
  const explanation = model.value?.explanation
  const { id, phase, output, latex, text, shapes, substituted, numbers } = equation
  const result = numbers && !Array.isArray(numbers.value) ? numbers.value : undefined
  return (
    <>
      <div class="equation">
        <h2>
          <span class={`chip ${phase}${isAsked ? '' : ' taken'}`}>{id}</span> {output.name}
        </h2>
        <Formula key={id} latex={latex} text={text} />
        {substituted && (
          <p class="substituted">
            = {substituted}
            {!isAsked && result !== undefined && <> = {shortNumber(Number(result))}</>}
          </p>
        )}
        {/\d/.test(shapes) && <p class="shapes">{shapes}</p>}
        {!isAsked && <CheckView />}
      </div>
      {explanation && !isAsked && <RoleView equation={equation} explanation={explanation} />}
    </>
  )
}

interface FactorsProps {
  readonly equation: EquationData
  /** The element of the result that is asked for. */
  readonly asked: number | undefined
}

function Factors({ equation, asked }: FactorsProps) {
  const explanation = model.value?.explanation
  if (!explanation) return null
  const factors = factorsOf(equation, explanation)
  const ribbon = ribbonOf(equation)
  return (
    <>
      <div class="factors">
        {factors.map(({ sign, after, ...factor }, index) => (
          <Fragment key={`${equation.id} ${index}`}>
            {after && <span class="after">{after}</span>}
            {sign !== '' && <span class="sign">{sign}</span>}
            <TensorTiles
              {...factor}
              isHidden={asked !== undefined && index === factors.length - 1}
              asked={asked ?? -1}
            />
          </Fragment>
        ))}
      </div>
      {ribbon && <RibbonView ribbon={ribbon} />}
    </>
  )
}

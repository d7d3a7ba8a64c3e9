/** A gate or a value that was chosen in the graph: what it computes, and its steps. */
import type { EquationData, NestedArray } from 'sluice'
import { goTo, model, step, walk } from '../session.ts'
import { valueNamed } from './factors.ts'
import { numbersOf, shapeText, shortNumber } from './numbers.ts'
import { RoleSign } from './role-sign.tsx'
import { select, stepsAt } from './selection.ts'

export function GateCard({ node }: { readonly node: string }) {
  const open = model.value
  const found = open?.diagram.nodes.find(({ id }) => id === node)
  if (!open || !found) return null
  const steps = walk.value?.steps ?? []
  const own = stepsAt(node)
  const { label, detail, gate, role, shape, variable } = found
  const title = gate ?? label
  return (
    <section class="gate-card" aria-label={`The gate ${title}`}>
      <header>
        {role && <RoleSign role={role} />}
        <h2>
          {title} {detail && <small>{detail}</small>}
        </h2>
        <button type="button" onClick={() => select(undefined)}>
          Close <kbd>esc</kbd>
        </button>
      </header>
      {variable && (
        <p>
          {variable}, {shapeText(shape ?? [])}
        </p>
      )}
      <Around node={node} />
      {own.length > 0 && (
        <ol class="steps">
          {own.map((index) => (
            <Step key={index} index={index} equation={steps[index]} />
          ))}
        </ol>
      )}
      <p class="quiet">
        Arrow keys go on along the edges{own.length > 0 && <>, enter to the step</>}.
      </p>
    </section>
  )
}

function Step({
  index,
  equation,
}: {
  readonly index: number
  readonly equation?: EquationData | undefined
}) {
  if (!equation) return null
  const { id, phase, text, numbers } = equation
  const isTaken = index < step.value
  const only = numbers && !Array.isArray(numbers.value) ? numbers.value : undefined
  return (
    <li>
      <button
        type="button"
        class={`chip ${phase}${isTaken ? ' taken' : ''}`}
        aria-label={`Go to ${id}`}
        onClick={() => goTo(index + 1)}
      >
        {id}
      </button>{' '}
      {text}
      {isTaken && only !== undefined && ` = ${shortNumber(Number(only))}`}
    </li>
  )
}

/** The values at the edges of a node, as far as they are known. */
function Around({ node }: { readonly node: string }) {
  const open = model.value
  const way = walk.value
  if (!open || !way) return null
  const { explanation } = open
  const taken = step.value
  const label = new Map(open.diagram.nodes.map((one) => [one.id, one.label]))
  // Of a value that is used twice, what came back through this very edge.
  const gradientAt = (edge: string) => way.steps[way.gradientAt.get(edge) ?? -1]?.numbers?.value
  const edges = open.diagram.edges.filter(({ from, to }) => from === node || to === node)
  return (
    <ul class="around">
      {edges.map(({ id, from, to, name, gradientName }) => {
        const isKnown = (way.valueAt.get(id) ?? Number.POSITIVE_INFINITY) < taken
        const isBack = (way.gradientAt.get(id) ?? Number.POSITIVE_INFINITY) < taken
        const called = name ?? label.get(from) ?? ''
        return (
          <li key={id}>
            <span class="quiet">{to === node ? 'in' : 'out'}</span> <b>{called}</b>{' '}
            {isKnown && summary(valueNamed(called.split(' = ')[0] ?? '', explanation))}{' '}
            {gradientName && (
              <i>
                {gradientName} {isBack && summary(gradientAt(id))}
              </i>
            )}
          </li>
        )
      })}
    </ul>
  )
}

/** `= 3`, or of a tensor the range of its numbers. */
function summary(value: NestedArray | undefined): string {
  if (value === undefined) return ''
  const numbers = numbersOf(value)
  if (numbers.length === 1) return `= ${shortNumber(numbers[0] ?? Number.NaN)}`
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  return `${shortNumber(least)} … ${shortNumber(most)}`
}

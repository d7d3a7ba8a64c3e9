/** The one edge that is broken: what does not fit there, and what would mend it. */
import { change, checked, fix } from './building.ts'
import { criterionPlace } from './check.ts'

/** Stands in the list between the two steps whose edge it is. */
export function ErrorNote() {
  const broken = checked.value?.check.broken
  if (!broken) return null
  const { from, to, title, details } = broken
  const offered = fix.value
  const fact = (name: string) => details.find(([one]) => one === name)?.[1]
  return (
    <section class="broken-note" role="alert">
      <p>
        <strong>
          {from} → {to === criterionPlace ? 'criterion' : to}
        </strong>{' '}
        {title}
      </p>
      <dl>
        {(['expected', 'got', 'fix'] as const).map((name) => {
          const text = fact(name)
          return (
            text !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            )
          )
        })}
      </dl>
      {offered && (
        <button
          type="button"
          class="primary"
          onClick={() => change(offered.document, `Fixed: ${offered.label}`)}
        >
          Fix: {offered.label}
        </button>
      )}
    </section>
  )
}

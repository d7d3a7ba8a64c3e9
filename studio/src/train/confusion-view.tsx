/** How often each class is taken for each other one. */

interface ConfusionProps {
  /** Rows are classes, columns predictions. */
  readonly counts: Uint32Array
  readonly classes: readonly string[]
  readonly measuredOn: string
}

/** A larger table says less than its accuracy does. */
const mostClasses = 30

export function ConfusionView({ counts, classes, measuredOn }: ConfusionProps) {
  const size = classes.length
  if (size > mostClasses) return null
  return (
    <div class="scrolls">
      <table class="confusion">
        <caption>
          Confusion, {measuredOn}: a row for each class, a column for each prediction
        </caption>
        <thead>
          <tr>
            <td />
            {classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((name, row) => {
            const own = counts.subarray(row * size, (row + 1) * size)
            const total = own.reduce((a, b) => a + b, 0) || 1
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                {Array.from(own, (count, column) => (
                  <td
                    key={column}
                    class={row === column ? 'right' : 'wrong'}
                    style={{ '--share': String(count / total) }}
                  >
                    {count || ''}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

import type { EdgeDifferences } from 'sluice'
import { type Check, check, checkNow } from './check.ts'
import { fullNumber, shortNumber } from './numbers.ts'

export function CheckView() {
  const now = check.value
  if (!now) return null
  return (
    <section class="check" aria-label="Finite-difference check">
      <Content now={now} />
    </section>
  )
}

function Content({ now }: { readonly now: Check }) {
  switch (now.is) {
    case 'asked':
      return <p class="quiet">Checking against finite differences …</p>
    case 'large':
      return (
        <p class="quiet">
          <button type="button" onClick={checkNow}>
            Check against finite differences
          </button>{' '}
          runs {now.gates} gates again and again: it takes some seconds
        </p>
      )
    case 'failed':
      return <p class="quiet">No check: {now.why}</p>
    case 'known':
      return <Known check={now.check} />
  }
}

function Known({ check: { passed, error, rows, size } }: { readonly check: EdgeDifferences }) {
  const kinks = rows.filter(({ isKink }) => isKink).length
  const some = rows.length < size ? `${rows.length} of ${size} numbers, evenly spread` : ''
  return (
    <details data-passed={passed} data-error={error}>
      <summary>
        {kinks === rows.length ? (
          'No derivative here:'
        ) : (
          <span class={passed ? 'verdict right' : 'verdict wrong'}>
            {passed ? '✓ agrees with' : '✗ differs from'} finite differences
          </span>
        )}{' '}
        <span class="quiet">
          {kinks < rows.length && `largest relative error ${shortNumber(error)}`}
          {some && ` · ${some}`}
          {kinks > 0 && ` · ${kinks} at a kink, where two slopes meet`}
        </span>
      </summary>
      <p class="quiet">
        The graph is cut at this edge and the value there moved a little, up and down; everything
        after it is computed again, in 64 bits.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">number</th>
            <th scope="col">downstream</th>
            <th scope="col">difference</th>
            <th scope="col">agrees</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ element, name, analytic, numeric, isKink, passed: own }) => (
            <tr key={element}>
              <th scope="row">{name === '[]' ? '·' : name}</th>
              <td title={fullNumber(analytic)}>{shortNumber(analytic)}</td>
              <td title={fullNumber(numeric)}>{isKink ? 'kink' : shortNumber(numeric)}</td>
              <td>{own ? '✓' : '✗'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

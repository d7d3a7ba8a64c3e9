/** The part of the step's gate: its sign, what it does, and that it holds in these numbers. */
import type { EquationData, ExplanationData } from 'sluice'
import { proofOf } from './role-proof.ts'
import { RoleSign } from './role-sign.tsx'

interface RoleViewProps {
  readonly equation: EquationData
  readonly explanation: ExplanationData
}

export function RoleView({ equation, explanation }: RoleViewProps) {
  const { role, part } = equation
  if (!role) return null
  const [gate = '', says = ''] = part.split(' — ')
  const lines = proofOf(equation, explanation)
  return (
    <section class="role" data-role={role} aria-label="The part of the gate">
      <header>
        <RoleSign role={role} />
        <p>
          <strong>{gate}</strong>
          <br />
          {says}
        </p>
      </header>
      {lines.length > 0 && (
        <ul>
          {lines.map(({ text, holds }) => (
            <li key={text} data-holds={holds}>
              <span class={holds ? 'verdict right' : 'verdict wrong'}>{holds ? '✓' : '✗'}</span>{' '}
              {text}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

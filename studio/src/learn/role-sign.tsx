/** The part of a gate as a sign: the gradient comes from the right, and goes out at the left. */

import type { JSX } from 'preact'
import type { Role } from 'sluice'

/** Each in a box of 64 × 40; `in` and `out` are drawn as arrows by the style. */
const pictures: Readonly<Record<Role, JSX.Element>> = {
  distributor: (
    <>
      <path class="way" d="M60 20H34" />
      <path class="way to" d="M34 20L8 8" />
      <path class="way to" d="M34 20L8 32" />
      <circle class="dot" cx="34" cy="20" r="4" />
      <Equal x={20} y={21} />
    </>
  ),
  switch: (
    <>
      <path class="way" d="M62 20H54" />
      <path class="way to" d="M54 20L46 9H14" />
      <path class="way to" d="M54 20L46 31H14" />
      <circle class="dot" cx="54" cy="20" r="3" />
      <circle class="plate" cx="33" cy="9" r="7" />
      <circle class="plate" cx="33" cy="31" r="7" />
      <text x="3" y="12">
        a
      </text>
      <text x="30" y="12">
        b
      </text>
      <text x="3" y="34">
        b
      </text>
      <text x="30" y="34">
        a
      </text>
    </>
  ),
  router: (
    <>
      <path class="way" d="M60 20H34" />
      <path class="way to" d="M34 20L8 8" />
      <path class="none" d="M26 24L12 31" />
      <circle class="dot" cx="34" cy="20" r="4" />
      <path class="value" d="M5 28l7 7M12 28l-7 7" />
    </>
  ),
  scaler: (
    <>
      <path class="way" d="M60 20H46" />
      <path class="plate" d="M46 8V32L24 25V15Z" />
      <path class="way to" d="M24 20H8" />
    </>
  ),
  adder: (
    <>
      <path class="way" d="M60 8L34 20" />
      <path class="way" d="M60 32L34 20" />
      <path class="way to" d="M34 20H8" />
      <circle class="plate" cx="34" cy="20" r="8" />
      <path class="value" d="M30 20H38M34 16V24" />
    </>
  ),
  mover: (
    <>
      <rect class="plate" x="44" y="8" width="12" height="12" />
      <rect class="plate" x="8" y="20" width="12" height="12" />
      <path class="way to" d="M44 14C28 14 36 26 22 26" />
    </>
  ),
  mixer: (
    <>
      <path class="way" d="M60 8H48C34 8 34 32 16 32" />
      <path class="way" d="M60 20H48C34 20 34 8 16 8" />
      <path class="way" d="M60 32H48C34 32 34 20 16 20" />
      <path class="way to" d="M18 8H8M18 20H8M18 32H8" />
    </>
  ),
  criterion: (
    <>
      <circle class="plate" cx="46" cy="20" r="12" />
      <circle class="dot" cx="46" cy="20" r="4" />
      <path class="way to" d="M34 20H8" />
    </>
  ),
  stop: (
    <>
      <path class="way" d="M60 20H38" />
      <path class="bar" d="M34 6V34" />
      <path class="none" d="M28 20H8" />
    </>
  ),
  source: (
    <>
      <path class="way to" d="M60 20H32" />
      <circle class="plate" cx="20" cy="20" r="9" />
    </>
  ),
  loop: (
    <>
      <path class="way" d="M60 20H48A14 12 0 1 0 34 32" />
      <path class="way to" d="M34 32H8" />
    </>
  ),
}

const names: Readonly<Record<Role, string>> = {
  distributor: 'copies the gradient to every input',
  switch: 'swaps: each input gets the gradient times the other input',
  router: 'picks: one input gets the gradient, the others none',
  scaler: 'scales the gradient',
  adder: 'adds gradients',
  mover: 'moves the gradient back to where its numbers came from',
  mixer: 'mixes a row',
  criterion: 'gives the first gradient',
  stop: 'stops the gradient',
  source: 'is where the gradient ends',
  loop: 'goes back through every turn',
}

export function RoleSign({ role }: { readonly role: Role }) {
  return (
    <svg class="role-sign" viewBox="0 0 64 40" width={64} height={40} role="img">
      <title>{`${role}: ${names[role]}`}</title>
      <defs>
        <marker
          id="role-tip"
          viewBox="0 0 8 8"
          refX="6"
          refY="4"
          markerWidth="5"
          markerHeight="5"
          orient="auto"
        >
          <path class="tip" d="M0 0L8 4L0 8Z" />
        </marker>
      </defs>
      {pictures[role]}
    </svg>
  )
}

function Equal({ x, y }: { readonly x: number; readonly y: number }) {
  return <path class="value" d={`M${x - 5} ${y - 3}h8M${x - 5} ${y + 2}h8`} />
}

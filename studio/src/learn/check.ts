/** The finite differences beside a backward step: asked of the engine when the step is shown. */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { EdgeDifferences } from 'sluice'
import { EngineError } from '../engine/client.ts'
import type { OpenModel } from '../engine/protocol.ts'
import { engine, model, source, step, walk } from '../session.ts'

export type Check =
  | { readonly is: 'asked' }
  | { readonly is: 'known'; readonly check: EdgeDifferences }
  /** The graph is large: it is checked when someone wants that. */
  | { readonly is: 'large'; readonly gates: number }
  | { readonly is: 'failed'; readonly why: string }

/** What is known of each model's equations, by id; gone with the model. */
const known = new WeakMap<OpenModel, Map<string, Check>>()
const version = signal(0)

/** The check of the equation that is shown; undefined where it is not one that comes back. */
export const check: ReadonlySignal<Check | undefined> = computed(() => {
  version.value
  const open = model.value
  const equation = walk.value?.steps[step.value - 1]
  return open && equation && known.get(open)?.get(equation.id)
})

/** One question at a time: who steps on quickly waits for no others. */
const isBusy = signal(false)

/** Asks for what is shown as long as Learn is; what it gives ends that. */
export function startChecking(): () => void {
  return effect(() => {
    const open = model.value
    const equation = walk.value?.steps[step.value - 1]
    if (isBusy.value || !open || equation?.phase !== 'backward') return
    if (!known.get(open)?.has(equation.id)) ask(open, equation.id, false)
  })
}

/** Checks what is shown, however long that takes. */
export function checkNow(): void {
  const open = model.value
  const equation = walk.value?.steps[step.value - 1]
  if (open && equation) ask(open, equation.id, true)
}

function ask(open: OpenModel, equation: string, isWanted: boolean): void {
  const from = source.value
  if (!from || isBusy.peek()) return
  const checks = known.get(open) ?? new Map<string, Check>()
  known.set(open, checks)
  const note = (found: Check, isAnswered = true) => {
    checks.set(equation, found)
    batch(() => {
      version.value = version.peek() + 1
      isBusy.value = !isAnswered
    })
  }
  note({ is: 'asked' }, false)
  engine.request({ kind: 'differences', source: from, equation, isWanted }).then(
    (found) => note('gates' in found ? { is: 'large', ...found } : { is: 'known', check: found }),
    (error: unknown) => {
      const why = error instanceof EngineError ? error.failure.title : String(error)
      note({ is: 'failed', why })
    },
  )
}

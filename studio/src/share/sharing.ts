/** The choices of the dialog, the link, and what the engine has written for them. */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { ThemeName } from 'sluice/draw'
import { formatRoute } from '../address.ts'
import type { WriteRequest, Written } from '../engine/share-protocol.ts'
import { route } from '../route.ts'
import { engine, step, walk } from '../session.ts'
import { frame } from '../train/training.ts'
import { type Form, type FormName, forms } from './forms.ts'
import { linkedRoute } from './link.ts'
import { messageOf, subject } from './subject.ts'

// What was chosen last is chosen when the dialog opens again.
export const form: Signal<FormName> = signal<FormName>('svg')
export const theme: Signal<ThemeName> = signal<ThemeName>('auto')
export const withNumbers: Signal<boolean> = signal(true)
export const isWhole: Signal<boolean> = signal(false)
export const scale: Signal<number> = signal(2)

export const chosen: ReadonlySignal<Form> = computed(() => {
  const found = forms.find(({ name }) => name === form.value)
  if (!found) throw new Error(`there is no form "${form.value}"`)
  return found
})

/** In Learn alone a picture can be that of a step. */
export const hasStep: ReadonlySignal<boolean> = computed(() => route.value.view === 'learn')

/** The step that is shown, by name: `B4`. */
export const stepName: ReadonlySignal<string> = computed(
  () => walk.value?.steps[step.value - 1]?.id ?? 'start',
)

export const taken: ReadonlySignal<number | undefined> = computed(() =>
  hasStep.value && !isWhole.value ? step.value : undefined,
)

export const link: ReadonlySignal<string> = computed(() => {
  const place = { step: step.value, iteration: frame.value?.iteration ?? 0 }
  return new URL(formatRoute(linkedRoute(route.value, place)), location.href).href
})

/** What the engine is to write: of PNG the picture that it is made of. */
export const wanted: ReadonlySignal<WriteRequest | undefined> = computed(() => {
  if (!subject.value) return undefined
  const { source, diagram, scene, equations } = subject.value
  const { name, isAdaptive } = chosen.value
  if (name === 'latex') return { kind: 'write', form: name, source }
  return {
    kind: 'write',
    form: name === 'png' ? 'svg' : name,
    theme: isAdaptive ? theme.value : fixed(theme.value),
    ...{ diagram, scene, equations, withNumbers: withNumbers.value },
    ...(taken.value !== undefined && { taken: taken.value }),
  }
})

function fixed(name: ThemeName): ThemeName {
  if (name !== 'auto') return name
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

/** What became of a request, and of which form. */
export interface Outcome {
  readonly of: WriteRequest
  readonly form: Form
  readonly result: Written | { readonly failure: string }
}

async function written(request: WriteRequest): Promise<Outcome['result']> {
  try {
    return await engine.request(request)
  } catch (error) {
    return { failure: messageOf(error) }
  }
}

export async function write(of: WriteRequest, form: Form): Promise<Outcome> {
  return { of, form, result: await written(of) }
}

/** What the parts of the dialog are given. */
export interface PartProps {
  /** Tells everyone what has happened. */
  readonly say: (text: string) => void
}

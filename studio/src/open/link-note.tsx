import { route } from '../route.ts'
import { model, walk } from '../session.ts'
import { linkTrouble } from './link-trouble.ts'

/** Says what of the link could not be followed. */
export function LinkNote() {
  if (!model.value) return null
  const trouble = linkTrouble(route.value, walk.value?.steps.length ?? 0)
  if (trouble === undefined) return null
  const { text, isGrave } = trouble
  return (
    <p class="failure" role={isGrave ? 'alert' : 'status'}>
      {text} <a href="#/home">Go home</a>
    </p>
  )
}

/** Fetches the scene of a drawing that was written as JSON. */

import type { Scene } from '../draw/scene.ts'
import { SluiceError } from '../errors.ts'
import { readScene } from './read-scene.ts'

/** Throws: FILE where there is none, PARSE where it is no drawing. */
export async function loadScene(source: string, signal: AbortSignal): Promise<Scene> {
  const response = await fetch(new URL(source, document.baseURI), { signal })
  if (!response.ok) {
    throw new SluiceError({
      code: 'FILE',
      what: 'sluice-graph: the drawing is not there',
      where: source,
      expected: 'a file of JSON',
      got: `${response.status} ${response.statusText}`.trim(),
      fix: 'name one in the attribute src that JSON.stringify(drawing) wrote',
    })
  }
  const text = await response.text()
  return readScene(parsed(text))
}

/** What is no JSON is no drawing, which `readScene` says. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

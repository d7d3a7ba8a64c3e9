/** What was built, as a training: fetched with the parts of Build that know documents. */
import type { TrainingSettings } from '../engine/train-protocol.ts'

interface Found {
  readonly settings?: TrainingSettings
  /** Why there are none. */
  readonly reason?: string
}

export async function settingsOfDocument(text: string): Promise<Found> {
  const [{ decodeDocument }, { trainingOf }] = await Promise.all([
    import('../build/link.ts'),
    import('../build/training-of.ts'),
  ])
  try {
    return trainingOf(await decodeDocument(text))
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}

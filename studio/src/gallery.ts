/** The models that the studio brings along, as the page lists them. */

export interface GalleryEntry {
  readonly id: GalleryId
  readonly title: string
  /** One sentence under the title. */
  readonly about: string
}

export type GalleryId = 'network' | 'add' | 'multiply' | 'maximum'

export const gallery: readonly GalleryEntry[] = [
  {
    id: 'network',
    title: 'The [2, 3, 1] network',
    about: 'Two inputs, three hidden gates, one output: the network of exclusive or.',
  },
  {
    id: 'add',
    title: 'Add',
    about: 'Distributes: both inputs get the gradient unchanged.',
  },
  {
    id: 'multiply',
    title: 'Multiply',
    about: 'Switches: each input gets the gradient times the other input.',
  },
  {
    id: 'maximum',
    title: 'Maximum',
    about: 'Routes: the larger input gets the whole gradient, the other none.',
  },
]

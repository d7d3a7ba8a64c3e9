/** The models that the studio brings along, as the page lists them. */

export interface GalleryEntry {
  readonly id: GalleryId
  readonly title: string
  /** One sentence under the title. */
  readonly about: string
  readonly group: GalleryGroup
}

/** In the order in which Home shows them. */
export const galleryGroups = ['Gates alone', 'Networks', 'Large'] as const
export type GalleryGroup = (typeof galleryGroups)[number]

export type GalleryId =
  | 'network'
  | 'add'
  | 'multiply'
  | 'maximum'
  | 'sigmoid'
  | 'matmul'
  | 'fanout'
  | 'softmax'
  | 'digits'
  | 'cnn'
  | 'attention'
  | 'deep'

export const gallery: readonly GalleryEntry[] = [
  {
    id: 'network',
    title: 'The [2, 3, 1] network',
    about: 'Two inputs, three hidden gates, one output: the network of exclusive or.',
    group: 'Networks',
  },
  {
    id: 'add',
    title: 'Add',
    about: 'Distributes: both inputs get the gradient unchanged.',
    group: 'Gates alone',
  },
  {
    id: 'multiply',
    title: 'Multiply',
    about: 'Switches: each input gets the gradient times the other input.',
    group: 'Gates alone',
  },
  {
    id: 'maximum',
    title: 'Maximum',
    about: 'Routes: the larger input gets the whole gradient, the other none.',
    group: 'Gates alone',
  },
  {
    id: 'sigmoid',
    title: 'Sigmoid',
    about: 'Scales: the gradient times its own derivative, a(1 − a).',
    group: 'Gates alone',
  },
  {
    id: 'matmul',
    title: 'Matrix product',
    about: 'Switches, with a transpose: each gradient gets the shape of its matrix.',
    group: 'Gates alone',
  },
  {
    id: 'fanout',
    title: 'A value used twice',
    about: 'Adds: what comes back through both uses is summed.',
    group: 'Gates alone',
  },
  {
    id: 'softmax',
    title: 'Softmax classifier',
    about: 'Six irises, one linear layer and the cross entropy of three species.',
    group: 'Networks',
  },
  {
    id: 'digits',
    title: 'Two layers on digits',
    about: 'Sixteen handwritten digits through 32 hidden gates to ten scores.',
    group: 'Networks',
  },
  {
    id: 'cnn',
    title: 'Convolution and pooling',
    about: 'Windows of 3 × 3 over four digits, the largest of every 2 × 2, ten scores.',
    group: 'Networks',
  },
  {
    id: 'attention',
    title: 'A block with attention',
    about: 'Six letters look at those before them and say what comes next.',
    group: 'Networks',
  },
  {
    id: 'deep',
    title: '5,071 gates',
    about: 'A transformer of 220 blocks in four stages: folded, and opened where you look.',
    group: 'Large',
  },
]

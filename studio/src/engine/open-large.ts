/**
 * Opens a graph that is too large to show every number of: its picture is folded but for one part,
 * and of its iteration, which is run as a whole, only the steps of what is seen reach the page.
 */
import {
  type ExplanationData,
  explain,
  graph,
  type NestedArray,
  SluiceError,
  type Store,
  type Tensor,
  type Trace,
  trace,
  type Value,
} from 'sluice'
import { type Drawing, draw } from 'sluice/draw'
import type { PosedModel } from './pose-model.ts'
import type { OpenModel } from './protocol.ts'

/** Of so many values a page shows each. */
const mostValues = 200

export function isLarge({ J }: Pick<PosedModel, 'J'>): boolean {
  return graph({ J }).applications.length > mostValues
}

/** `part` is the path of the layer that is open; by default the first block of the first stage. */
export async function openLarge(model: PosedModel, part?: string): Promise<OpenModel> {
  const { J, feeds, store, precision = 'f64', id, title, about } = model
  const values = await trace(J, feeds, { store, precision })
  const keys = keysOf(store)
  const open = layersIn(keys, part ?? firstPart(keys))
  const { diagram, scene } = drawOpened(J, values, open)
  const shown = new Set(diagram.nodes.flatMap(({ equation }) => equation ?? []))
  const explanation = seenPart(explain(J, { values }), (equation) => shown.has(equation))
  return { id, title, about, diagram, scene, explanation }
}

export function keysOf({ states }: Pick<Store, 'states'>): readonly string[] {
  return states.map(({ key }) => key)
}

/** With these layers open; where one of them stands apart, and so is no layer, with none. */
export function drawOpened(J: Value, values: Trace, open: readonly string[]): Drawing {
  try {
    return draw(J, { values, open })
  } catch (error) {
    if (!(error instanceof SluiceError && error.code === 'OPTION')) throw error
  }
  return draw(J, { values })
}

/** `stage1.0` of `stage1.0.0.weight`: what repeats is two levels in. */
function firstPart(keys: readonly string[]): string | undefined {
  const deep = keys.find((key) => key.split('.').length > 3)
  return deep?.split('.').slice(0, 2).join('.')
}

/** A layer and all within it; of the whole where it is ''. */
export function layersIn(keys: readonly string[], part: string | undefined): readonly string[] {
  if (part === undefined) return []
  const paths = keys.flatMap((key) => {
    const parts = key.split('.').slice(0, -1)
    return parts.map((_, index) => parts.slice(0, index + 1).join('.'))
  })
  return [...new Set(paths)].filter((path) => part === '' || `${path}.`.startsWith(`${part}.`))
}

type Explained = ReturnType<typeof explain>

/** The equations of what is seen, forward and back, and what they read. */
function seenPart(whole: Explained, isSeen: (equation: string) => boolean): ExplanationData {
  const equations = whole.equations.filter(({ id, of }) => isSeen(of ?? id))
  const read = new Set(equations.flatMap(({ operands }) => operands.map(({ name }) => name)))
  const given = whole.given.filter(({ name }) => read.has(name))
  return {
    J: whole.J,
    notes: whole.notes,
    given: given.map(({ value, ...rest }) => ({ ...rest, ...(value && { value: nested(value) }) })),
    equations: equations.map(({ numbers, ...rest }) => {
      if (!numbers) return rest
      const { value, values, upstreams, local, before } = numbers
      return {
        ...rest,
        numbers: {
          value: nested(value),
          ...(values && { values: values.map(nested) }),
          ...(upstreams && { upstreams: upstreams.map(nested) }),
          ...(local && { local: nested(local) }),
          ...(before && { before: nested(before) }),
        },
      }
    }),
  }
}

function nested({ shape, data }: Tensor): NestedArray {
  const level = (axis: number, from: number, size: number): NestedArray => {
    if (axis === shape.length) return Number(data[from])
    const count = shape[axis] ?? 0
    const step = size / count
    return Array.from({ length: count }, (_, index) => level(axis + 1, from + index * step, step))
  }
  return level(0, 0, data.length)
}

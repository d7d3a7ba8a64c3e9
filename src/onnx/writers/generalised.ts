/**
 * One graph for all sizes, from graphs that were written for some: node by node they have to be the
 * same, and numbers that differ (shapes, counts) are computed from the sizes of what is fed.
 */
import { SluiceError } from '../../errors.ts'
import { numberAt, type Tensor } from '../../ir/tensor.ts'
import type { Constants } from './constants.ts'
import {
  GraphWriter,
  type NodeDraft,
  type Setting,
  type Settings,
  type Wire,
} from './graph-writer.ts'
import { type Formula, formatTerms, formulaOf, type Probes, type Term, termsOf } from './sizes.ts'

/** What was written for one choice of sizes. */
export interface Sized {
  readonly nodes: readonly NodeDraft[]
  readonly outputs: readonly Wire[]
  readonly constants: Constants
  /** Inputs and states, by names that are the same for all sizes. */
  readonly sources: ReadonlyMap<Wire, string>
}

export interface General {
  readonly nodes: readonly NodeDraft[]
  /** The sizes of an input or output, by number or name, `unknown` where it has none. */
  readonly axesOf: (wire: Wire) => readonly (number | string)[] | undefined
}

/** A size that only a run can tell. */
export const unknown = ''

/** Where the size of an axis is read: an input, and which of its axes. */
export type AxisSource = readonly [input: Wire, axis: number]

/** Throws: SHAPE where the graphs differ otherwise than in numbers that follow from the sizes. */
export function generalised(
  sized: readonly Sized[],
  probes: Probes,
  axes: readonly AxisSource[],
): General {
  return new Generaliser(sized, probes, axes).general()
}

class Generaliser {
  readonly #sized: readonly Sized[]
  readonly #probes: Probes
  readonly #axes: readonly AxisSource[]
  /** Nodes that compute what follows from sizes, before all others. */
  readonly #prologue: GraphWriter
  /** What each wire is, in words that are the same for all sizes. */
  readonly #ids: Map<Wire, string>[]
  readonly #computed = new Map<string, Wire>()
  readonly #dims = new Map<Wire, readonly (number | string)[]>()
  #count = 0

  constructor(sized: readonly Sized[], probes: Probes, axes: readonly AxisSource[]) {
    this.#sized = sized
    this.#probes = probes
    this.#axes = axes
    this.#prologue = new GraphWriter((sized[0] as Sized).constants) // one at least
    this.#ids = sized.map(({ sources }) => new Map(sources))
  }

  general(): General {
    const nodes = this.#merge(this.#sized.map((one) => one.nodes))
    const [first] = this.#sized as readonly [Sized]
    for (const [wire, id] of first.sources) this.#dims.set(wire, this.#axesOfSource(wire, id))
    first.outputs.forEach((wire, at) => {
      const shapes = this.#sized.map((one) => one.outputs[at]?.shape ?? [])
      this.#dims.set(wire, this.#dimsOf(shapes))
    })
    return {
      nodes: [...this.#prologue.nodes, ...nodes],
      axesOf: (wire) => this.#dims.get(wire),
    }
  }

  #axesOfSource(wire: Wire, id: string): readonly (number | string)[] {
    const shapes = this.#sized.map(
      ({ sources }) => [...sources].find(([, other]) => other === id)?.[0].shape ?? [],
    )
    const dims = this.#dimsOf(shapes)
    const isFixed = dims.every((size, axis) => size === wire.shape[axis])
    // What a state holds stands in the file, or beside it, at one size.
    if (!isFixed && id.startsWith('state')) throw differs(id, `[${dims.join(', ')}]`)
    return dims
  }

  #dimsOf(shapes: readonly (readonly number[])[]): readonly (number | string)[] {
    const [first = []] = shapes
    return first.map((size, axis) => {
      const sizes = shapes.map((shape) => shape[axis] ?? 0)
      if (sizes.every((other) => other === size)) return size
      const terms = termsOf(sizes, this.#probes)
      return terms ? formatTerms(terms, this.#probes.names) : unknown
    })
  }

  #noFormula(where: string, numbers: readonly number[]): SluiceError {
    const { names, sizes } = this.#probes
    const some = sizes.map((own, at) => `${numbers[at]} for ${own.join(', ')}`).slice(0, 3)
    return differs(where, `${some.join('; ')} as ${names.join(', ')}`)
  }

  #merge(lists: readonly (readonly NodeDraft[])[]): readonly NodeDraft[] {
    const [first = []] = lists
    if (lists.some((list) => list.length !== first.length)) {
      throw differs('the graph', `graphs of ${lists.map(({ length }) => length).join(', ')} nodes`)
    }
    return first.map((_, at) => this.#mergeNode(lists.map((list) => list[at] as NodeDraft)))
  }

  #mergeNode(nodes: readonly NodeDraft[]): NodeDraft {
    const [first] = nodes as readonly [NodeDraft]
    const { operator } = first
    const where = `operator ${operator}`
    const isAlike = nodes.every(
      (node) => node.operator === operator && node.inputs.length === first.inputs.length,
    )
    if (!isAlike) throw differs(where, `${[...new Set(nodes.map((node) => node.operator))]}`)
    const settings = this.#mergeSettings(
      nodes.map((node) => node.settings),
      where,
    )
    const inputs = first.inputs.map((_, at) =>
      this.#mergeWires(
        nodes.map(({ inputs: own }) => own[at]),
        where,
      ),
    )
    for (const [at, node] of nodes.entries()) this.#number(node.outputs, at)
    this.#count += first.outputs.length
    return { ...first, inputs, settings }
  }

  /** Calls what a node gives, or a loop's body gets, alike for all sizes. */
  #number(wires: readonly Wire[], sized: number): void {
    const ids = this.#ids[sized]
    for (const [at, wire] of wires.entries()) ids?.set(wire, `value ${this.#count + at}`)
  }

  #mergeSettings(all: readonly Settings[], where: string): Settings {
    const [first] = all as readonly [Settings]
    return Object.fromEntries(
      Object.entries(first).map(([name, setting]): [string, Setting] => {
        const own = all.map((settings) => settings[name])
        if (!('graph' in setting)) {
          const texts = new Set(own.map((one) => JSON.stringify(one)))
          if (texts.size > 1) throw differs(`${where}, ${name}`, [...texts].join(' and '))
          return [name, setting]
        }
        const graphs = own.flatMap((one) => (one && 'graph' in one ? [one.graph] : []))
        for (const [at, graph] of graphs.entries()) this.#number(graph.inputs, at)
        this.#count += setting.graph.inputs.length
        const nodes = this.#merge(graphs.map((graph) => graph.nodes))
        return [name, { graph: { ...setting.graph, nodes } }]
      }),
    )
  }

  #mergeWires(wires: readonly (Wire | undefined)[], where: string): Wire | undefined {
    const tensors = wires.flatMap((wire, at) => {
      const tensor = wire && this.#sized[at]?.constants.tensorOf(wire)
      return tensor ? [tensor] : []
    })
    const [first] = wires
    if (tensors.length === wires.length && first) return this.#mergeTensors(first, tensors, where)
    const ids = new Set(wires.map((wire, at) => wire && this.#ids[at]?.get(wire)))
    if (ids.size > 1 || tensors.length > 0) throw differs(where, 'other operands')
    return first
  }

  #mergeTensors(wire: Wire, tensors: readonly Tensor[], where: string): Wire {
    const [first] = tensors as readonly [Tensor]
    if (tensors.some(({ shape }) => `${shape}` !== `${first.shape}`)) {
      throw differs(
        where,
        `constants of shapes ${tensors.map(({ shape }) => `[${shape}]`).join(', ')}`,
      )
    }
    const isSame = tensors.every(({ data }) => data === first.data || sameNumbers(data, first.data))
    if (isSame) return wire
    const elements = Array.from({ length: first.data.length }, (_, at) => {
      const numbers = tensors.map((tensor) => numberAt(tensor, at))
      const formula = formulaOf(numbers, this.#probes)
      if (!formula) throw this.#noFormula(where, numbers)
      return formula
    })
    const key = `${first.dtype} [${first.shape}] ${JSON.stringify(elements)}`
    const known = this.#computed.get(key) ?? this.#compute(elements, first)
    this.#computed.set(key, known)
    return known
  }

  #compute(elements: readonly Formula[], { shape, dtype }: Tensor): Wire {
    const graph = this.#prologue
    const isWhole = elements.every(
      ({ terms, over }) => !over && terms.every(({ factor }) => Number.isInteger(factor)),
    )
    const counted = isWhole ? 'i64' : 'f64'
    const parts = elements.map(({ terms, over }) => {
      const sum = this.#sum(terms, counted)
      return over ? graph.add('Div', [sum, this.#sum(over, counted)], sum) : sum
    })
    const [only] = parts
    const flat = { shape: [parts.length], dtype: counted } as const
    const joined =
      parts.length === 1 && only ? only : graph.add('Concat', parts, flat, { axis: { int: 0 } })
    return graph.reshape(graph.cast(joined, dtype), shape)
  }

  #sum(terms: readonly Term[], dtype: 'i64' | 'f64'): Wire {
    const graph = this.#prologue
    const summands = terms.map(({ axes, factor }) => {
      const sizes = axes.map((axis) => graph.cast(this.#size(axis), dtype))
      const isPlain = factor === 1 && sizes.length > 0
      const factors = isPlain ? sizes : [graph.number(factor, dtype, [1]), ...sizes]
      return factors.reduce((a, b) => graph.add('Mul', [a, b], a))
    })
    if (summands.length === 0) return graph.number(0, dtype, [1])
    return summands.reduce((a, b) => graph.add('Add', [a, b], a))
  }

  /** The size of an axis, as the input has it that is fed. */
  #size(axis: number): Wire {
    const key = `size ${axis}`
    const known = this.#computed.get(key)
    const [input, at] = this.#axes[axis] as AxisSource // one for each name
    const settings = { start: { int: at }, end: { int: at + 1 } }
    const made =
      known ?? this.#prologue.add('Shape', [input], { shape: [1], dtype: 'i64' }, settings)
    this.#computed.set(key, made)
    return made
  }
}

function sameNumbers(a: Tensor['data'], b: Tensor['data']): boolean {
  for (let at = 0; at < a.length; at++) if (!Object.is(a[at], b[at])) return false
  return a.length === b.length
}

function differs(where: string, got: string): SluiceError {
  return new SluiceError({
    code: 'SHAPE',
    what: 'onnx: the graph is another one for other sizes',
    where,
    expected:
      'the same operators for all sizes, with numbers that are sums of products of the sizes, or such divided by another',
    got,
    fix: 'give that axis a number, or compute with it otherwise',
  })
}

/** The attributes of a node, read by the type that the operator's definition says. */
import { damaged } from '../formats/damaged.ts'
import type { AttributeMessage, GraphMessage, TensorMessage } from './schema.ts'

const text = new TextDecoder()

export class Attributes {
  readonly #byName: ReadonlyMap<string, AttributeMessage>
  readonly #where: string

  constructor(list: readonly AttributeMessage[], where: string) {
    this.#byName = new Map(list.map((attribute) => [attribute.name ?? '', attribute]))
    this.#where = where
    if (this.#byName.size < list.length) {
      throw damaged('onnx: an attribute stands twice', {
        where,
        expected: 'each attribute once',
        got: list.map(({ name }) => name).join(', '),
      })
    }
  }

  has(name: string): boolean {
    return this.#byName.has(name)
  }

  int(name: string, fallback?: number): number {
    const { i } = this.#get(name, fallback) ?? {}
    return i === undefined ? this.#or(name, fallback) : Number(i)
  }

  float(name: string, fallback?: number): number {
    const { f } = this.#get(name, fallback) ?? {}
    return f === undefined ? this.#or(name, fallback) : shortest(f)
  }

  string(name: string, fallback?: string): string {
    const { s } = this.#get(name, fallback) ?? {}
    return s === undefined ? this.#or(name, fallback) : text.decode(s)
  }

  /** A list of whole numbers; `fallback` where it is absent. */
  ints(name: string, fallback?: readonly number[]): readonly number[] {
    const attribute = this.#get(name, fallback)
    return attribute ? Array.from(attribute.ints, Number) : this.#or(name, fallback)
  }

  floats(name: string, fallback?: readonly number[]): readonly number[] {
    const attribute = this.#get(name, fallback)
    return attribute ? Array.from(attribute.floats, shortest) : this.#or(name, fallback)
  }

  strings(name: string): readonly string[] {
    return this.#or(
      name,
      this.#get(name, undefined)?.strings.map((part) => text.decode(part)),
    )
  }

  tensor(name: string): TensorMessage {
    return this.#or(name, this.#get(name, undefined)?.t)
  }

  graph(name: string): GraphMessage {
    return this.#or(name, this.#get(name, undefined)?.g)
  }

  #get(name: string, fallback: unknown): AttributeMessage | undefined {
    const found = this.#byName.get(name)
    if (!found && fallback === undefined) this.#or(name, undefined)
    return found
  }

  #or<T>(name: string, fallback: T | undefined): T {
    if (fallback !== undefined) return fallback
    throw damaged(`onnx: attribute "${name}" is missing, or of another type`, {
      where: this.#where,
      expected: `an attribute "${name}", as the operator is defined`,
      got: [...this.#byName.keys()].join(', ') || 'no attributes',
    })
  }
}

/** The shortest decimal number that is this f32: 0.2, where its f64 has sixteen digits. */
function shortest(f32: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(f32.toPrecision(digits))
    if (Math.fround(short) === f32) return short
  }
  return f32
}

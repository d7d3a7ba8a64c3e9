/** The names of a graph, and of the graphs that it stands in. */
import { damaged } from '../formats/damaged.ts'
import type { Operand } from './operand.ts'

/** Names, and what they stand for. */
export class Scope {
  readonly #names = new Map<string, Operand>()
  readonly #outer: Scope | undefined

  constructor(outer?: Scope) {
    this.#outer = outer
  }

  /** Throws FILE where the name is taken already. */
  define(name: string, operand: Operand, where: string): void {
    if (this.#names.has(name)) {
      throw damaged(`onnx: "${name}" is given twice`, {
        where,
        expected: 'a name of its own for each value',
        got: `"${name}" again`,
        fix: 'export the model again',
      })
    }
    this.#names.set(name, operand)
  }

  find(name: string): Operand | undefined {
    return this.#names.get(name) ?? this.#outer?.find(name)
  }

  /** Throws FILE where nothing has the name. */
  get(name: string, where: string): Operand {
    const found = this.find(name)
    if (found) return found
    throw damaged(`onnx: nothing gives "${name}"`, {
      where,
      expected: 'an input, a weight, or an output of an earlier node: nodes must not go in circles',
      got: `"${name}"`,
      fix: 'export the model again',
    })
  }
}

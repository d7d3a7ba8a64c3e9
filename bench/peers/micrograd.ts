/**
 * What one writes by hand in an afternoon, after A. Karpathy's micrograd: scalars that remember
 * how to hand their gradient back. The walk is a loop where micrograd's is recursive, which a chain
 * of a million would not survive.
 */
export class Scalar {
  data: number
  gradient = 0
  readonly #inputs: readonly Scalar[]
  #handBack: () => void = () => {}

  constructor(data: number, inputs: readonly Scalar[] = []) {
    this.data = data
    this.#inputs = inputs
  }

  add(other: Scalar): Scalar {
    const out = new Scalar(this.data + other.data, [this, other])
    out.#handBack = () => {
      this.gradient += out.gradient
      other.gradient += out.gradient
    }
    return out
  }

  multiply(other: Scalar): Scalar {
    const out = new Scalar(this.data * other.data, [this, other])
    out.#handBack = () => {
      this.gradient += other.data * out.gradient
      other.gradient += this.data * out.gradient
    }
    return out
  }

  tanh(): Scalar {
    const out = new Scalar(Math.tanh(this.data), [this])
    out.#handBack = () => {
      this.gradient += (1 - out.data * out.data) * out.gradient
    }
    return out
  }

  /** Gives every scalar that this one is made from its gradient. */
  backward(): void {
    const order: Scalar[] = []
    const visited = new Set<Scalar>()
    const open: Scalar[] = [this]
    while (open.length > 0) {
      const current = open.at(-1) as Scalar // open is not empty
      const next = visited.has(current)
        ? undefined
        : current.#inputs.find((input) => !visited.has(input))
      if (next) {
        open.push(next)
        continue
      }
      open.pop()
      if (visited.has(current)) continue
      visited.add(current)
      order.push(current)
    }
    this.gradient = 1
    for (const scalar of order.reverse()) scalar.#handBack()
  }
}

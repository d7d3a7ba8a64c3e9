/** In which order the operands of an einsum are multiplied. */

/** The axes that a product has, as a set. */
type Labels = ReadonlySet<string>

/** An operand by its position, or the product of two parts. */
export type Plan = number | readonly [Plan, Plan]

export interface Contraction {
  readonly operands: readonly Labels[]
  readonly output: Labels
  readonly sizes: ReadonlyMap<string, number>
}

interface Part {
  readonly plan: Plan
  readonly labels: Labels
  /** Multiplications in all. */
  readonly cost: number
}

/** Up to so many parts all orders are compared, which takes 3ⁿ steps. */
const mostCompared = 8

/**
 * The order of products, two at a time, that takes the fewest multiplications; of more than eight
 * operands the cheapest pairs are multiplied first, until eight parts are left.
 */
export function planContraction(contraction: Contraction): Plan {
  let parts = contraction.operands.map((labels, plan): Part => ({ plan, labels, cost: 0 }))
  while (parts.length > mostCompared) parts = withCheapestPair(parts, contraction)
  return bestOf(parts, contraction).plan
}

function withCheapestPair(parts: readonly Part[], contraction: Contraction): Part[] {
  let best: { readonly part: Part; readonly a: Part; readonly b: Part } | undefined
  parts.forEach((a, at) => {
    for (const b of parts.slice(at + 1)) {
      const others = parts.filter((one) => one !== a && one !== b)
      const part = product(a, b, needed(others, contraction), contraction.sizes)
      if (!best || part.cost - a.cost - b.cost < best.part.cost - best.a.cost - best.b.cost) {
        best = { part, a, b }
      }
    }
  })
  if (!best) return [...parts]
  const { part, a, b } = best
  return [...parts.filter((one) => one !== a && one !== b), part]
}

/** By the best orders of all subsets, a bit for each part, smaller ones first. */
function bestOf(parts: readonly Part[], contraction: Contraction): Part {
  const all = 2 ** parts.length - 1
  const best = new Map<number, Part>(parts.map((part, at) => [2 ** at, part]))
  for (let subset = 1; subset <= all; subset++) {
    if (best.has(subset)) continue
    const others = parts.filter((_, at) => (subset & (2 ** at)) === 0)
    const outside = needed(others, contraction)
    let least: Part | undefined
    for (let half = (subset - 1) & subset; half > 0; half = (half - 1) & subset) {
      const [a, b] = [best.get(half), best.get(subset ^ half)]
      // Each pair of halves comes twice.
      if (!a || !b || half < (subset ^ half)) continue
      const part = product(a, b, outside, contraction.sizes)
      if (!least || part.cost < least.cost) least = part
    }
    if (least) best.set(subset, least)
  }
  return best.get(all) ?? { plan: 0, labels: new Set(), cost: 0 }
}

/** What the result or another part still has. */
function needed(others: readonly Part[], { output }: Contraction): Labels {
  return new Set([...output, ...others.flatMap(({ labels }) => [...labels])])
}

function product(a: Part, b: Part, outside: Labels, sizes: ReadonlyMap<string, number>): Part {
  const met = new Set([...a.labels, ...b.labels])
  const count = [...met].reduce((product, label) => product * (sizes.get(label) ?? 1), 1)
  return {
    plan: [a.plan, b.plan],
    labels: new Set([...met].filter((label) => outside.has(label))),
    cost: a.cost + b.cost + count,
  }
}

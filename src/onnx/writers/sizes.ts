/** Sizes that are known by name: numbers that follow from them, as sums of products. */
/** Some numbers of a graph for each of the probes, in their order. */
export type Probed = readonly number[]

/** A factor for each product of axes; that of no axes is a constant. */
export interface Term {
  /** Places in the list of axes. */
  readonly axes: readonly number[]
  readonly factor: number
}

/** Sizes for each axis: two of them in all combinations first. */
export interface Probes {
  readonly names: readonly string[]
  readonly pairs: readonly (readonly [number, number])[]
  readonly sizes: readonly (readonly number[])[]
}

/** A sum of products, divided by another where there is one. */
export interface Formula {
  readonly terms: readonly Term[]
  readonly over?: readonly Term[]
}

/** Probes of four sizes for each name, taken from a list: two in all combinations, two to check. */
export function probesOf(names: readonly string[], choice: readonly number[]): Probes {
  const size = (axis: number, which: number) => choice[axis * 4 + which] ?? 0
  const pairs = names.map((_, axis): [number, number] => [size(axis, 0), size(axis, 1)])
  const corners = Array.from({ length: 2 ** names.length }, (_, corner) =>
    pairs.map((pair, axis) => pair[(corner >> axis) & 1] ?? 0),
  )
  const checks = [2, 3].map((which) => names.map((_, axis) => size(axis, which)))
  return { names, pairs, sizes: [...corners, ...checks] }
}

/** What the numbers are for any sizes; undefined where there is no such formula. */
export function formulaOf(numbers: Probed, probes: Probes): Formula | undefined {
  const terms = termsOf(numbers, probes)
  if (terms) return { terms }
  const inverse = numbers.map((number) => 1 / number)
  const over = termsOf(inverse, probes)
  if (over) return { terms: one, over }
  const ratio = ratioOf(numbers, probes)
  if (ratio) return ratio
  const turned = ratioOf(inverse, probes)
  return turned && { terms: turned.over, over: turned.terms }
}

const one: readonly Term[] = [{ axes: [], factor: 1 }]

/** factor · n / (n + d) for a product n of sizes: what a variance is corrected by. */
function ratioOf(numbers: Probed, probes: Probes): Required<Formula> | undefined {
  const { names, sizes } = probes
  for (let subset = 1; subset < 2 ** names.length; subset++) {
    const axes = names.flatMap((_, axis) => ((subset >> axis) & 1 ? [axis] : []))
    const counts = sizes.map((own) => axes.reduce((count, axis) => count * (own[axis] ?? 0), 1))
    const [low = 0, high = 0] = [numbers[0], numbers.at(-1)]
    const [few = 1, many = 1] = [counts[0], counts.at(-1)]
    const shift = (high - low) / (low / few - high / many)
    // Of what was rounded to f32: a whole number, or one divided by such, if it is nearly one.
    const found = [Math.round(shift), 1 / Math.round(1 / shift), shift]
      .map((exact) => shiftedRatio(axes, exact, (low * (few + exact)) / few))
      .find(({ terms, over }) =>
        sizes.every((own, at) =>
          isNear(sumOf(terms, own) / sumOf(over, own), numbers[at] ?? Number.NaN),
        ),
      )
    if (found) return found
  }
  return undefined
}

function shiftedRatio(axes: readonly number[], shift: number, factor: number): Required<Formula> {
  const over = [
    { axes: [], factor: shift },
    { axes, factor: 1 },
  ]
  return { terms: [{ axes, factor }], over }
}

/** The sum of products that gives the numbers; undefined where there is none. */
export function termsOf(numbers: Probed, probes: Probes): readonly Term[] | undefined {
  // Axis by axis: from the numbers at two sizes, what stays and what grows with the size.
  const factors = probes.pairs.reduce<readonly number[]>(
    (known, [low, high], axis) => {
      const bit = 1 << axis
      const slope = (at: number) =>
        ((known[at | bit] ?? 0) - (known[at & ~bit] ?? 0)) / (high - low)
      return known.map((number, at) => (at & bit ? slope(at) : number - slope(at) * low))
    },
    numbers.slice(0, 2 ** probes.names.length),
  )
  // Rounded to f32, numbers give factors that are nearly whole, and small ones where there are none.
  const [first = 0] = numbers
  const sharp = factors.map((factor, at) => {
    const sizes = probes.pairs.map(([low], axis) => ((at >> axis) & 1 ? low : 1))
    const share = sizes.reduce((product, size) => product * size, Math.abs(factor))
    return share < 1e-5 * Math.abs(first) ? 0 : factor
  })
  const whole = sharp.map((factor) =>
    Math.abs(factor - Math.round(factor)) < 0.01 ? Math.round(factor) : factor,
  )
  return [whole, sharp, factors]
    .map((candidate) => asTerms(candidate, probes))
    .find((terms) =>
      probes.sizes.every((sizes, at) => isNear(sumOf(terms, sizes), numbers[at] ?? Number.NaN)),
    )
}

function asTerms(factors: readonly number[], { pairs }: Probes): readonly Term[] {
  return factors.flatMap((factor, at): Term[] =>
    factor === 0
      ? []
      : [{ axes: pairs.flatMap((_, axis) => ((at >> axis) & 1 ? [axis] : [])), factor }],
  )
}

/** As near as numbers of f32 can be. */
function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.abs(b)
}

function sumOf(terms: readonly Term[], sizes: readonly number[]): number {
  return terms.reduce(
    (sum, { axes, factor }) =>
      sum + axes.reduce((product, axis) => product * (sizes[axis] ?? 0), factor),
    0,
  )
}

/** As the names of sizes are written: `batch`, `2 * batch * length + 1`. */
export function formatTerms(terms: readonly Term[], names: readonly string[]): string {
  const text = terms.toReversed().map(({ axes, factor }) => {
    const product = axes.map((axis) => names[axis])
    return [...(factor === 1 && axes.length > 0 ? [] : [factor]), ...product].join(' * ')
  })
  return text.join(' + ') || '0'
}

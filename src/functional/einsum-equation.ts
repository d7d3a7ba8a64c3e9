/** Reads the equations of einsum: which axes operands and result have, and how long each is. */
import { SluiceError } from '../errors.ts'
import { formatShape, type Shape } from '../ir/shape.ts'

/** An equation with a label for every axis; those of an ellipsis are `.0`, `.1` … from the end. */
export interface LabelledEquation {
  readonly operands: readonly (readonly string[])[]
  readonly output: readonly string[]
  readonly sizes: ReadonlyMap<string, number>
}

/**
 * The equation over operands of these shapes. Where it names no result, that has the axes of the
 * ellipsis and then, in alphabetical order, the letters that stand once.
 * Throws: ATTRIBUTE for what is no equation, SHAPE where the shapes do not fit it.
 */
export function readEquation(equation: string, shapes: readonly Shape[]): LabelledEquation {
  const { terms, result } = partsOf(equation)
  if (terms.length !== shapes.length) {
    throw wrongShape(
      equation,
      `${plural(terms.length, 'operand')}, as the equation has`,
      plural(shapes.length, 'operand'),
    )
  }
  const operands = terms.map((term, index) => labelsOf(equation, term, shapes[index] ?? [], index))
  const sizes = sizesOf(equation, operands, shapes)
  const ellipsis = [...sizes.keys()].filter((label) => label.startsWith('.'))
  // `.0` is the last axis of an ellipsis.
  ellipsis.sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)))
  if (result === undefined) {
    const letters = terms.join('').replaceAll('.', '')
    const once = [...letters].filter((letter) => letters.split(letter).length === 2)
    return { operands, output: [...ellipsis, ...once.sort()], sizes }
  }
  const output = lettersOf(equation, result).flatMap((one) => (one === '...' ? ellipsis : [one]))
  checkOutput(equation, output, sizes)
  return { operands, output, sizes }
}

function partsOf(equation: string): {
  readonly terms: readonly string[]
  readonly result: string | undefined
} {
  if (typeof equation !== 'string') throw badEquation(String(equation), typeof equation)
  const [left = '', result, more] = equation.replaceAll(' ', '').split('->')
  if (more !== undefined) throw badEquation(equation, 'two arrows')
  const terms = left.split(',')
  for (const term of [...terms, ...(result === undefined ? [] : [result])]) {
    lettersOf(equation, term)
  }
  return { terms, result }
}

/** The letters of a term, and `...` where it has an ellipsis. */
function lettersOf(equation: string, term: string): readonly string[] {
  const found = term.match(/\.\.\.|./g) ?? []
  const strange = found.find((one) => one !== '...' && !/^[A-Za-z]$/.test(one))
  if (strange !== undefined) throw badEquation(equation, `"${strange}" in "${term}"`)
  if (found.filter((one) => one === '...').length > 1) {
    throw badEquation(equation, `two ellipses in "${term}"`)
  }
  return found
}

function labelsOf(equation: string, term: string, shape: Shape, index: number): readonly string[] {
  const letters = lettersOf(equation, term)
  const named = letters.filter((one) => one !== '...').length
  const rest = shape.length - named
  const hasEllipsis = letters.length > named
  if (rest < 0 || (rest > 0 && !hasEllipsis)) {
    throw wrongShape(
      equation,
      `${plural(named, 'axis', 'axes')}${hasEllipsis ? ' or more' : ''} for "${term}"`,
      `operand ${index}, ${formatShape(shape)}, with ${shape.length}`,
    )
  }
  const ellipsis = Array.from({ length: rest }, (_, axis) => `.${rest - 1 - axis}`)
  return letters.flatMap((one) => (one === '...' ? ellipsis : [one]))
}

/** How long each axis is; one of length 1 is as long as the others of its label. */
function sizesOf(
  equation: string,
  operands: readonly (readonly string[])[],
  shapes: readonly Shape[],
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  operands.forEach((labels, index) => {
    const own = new Map<string, number>()
    labels.forEach((label, axis) => {
      const size = shapes[index]?.[axis] ?? 1
      const before = own.get(label)
      if (before !== undefined && before !== size) {
        throw wrongShape(
          equation,
          `one length for "${label}", which stands twice in operand ${index}`,
          `${formatShape(shapes[index] ?? [])}: ${before} and ${size}`,
        )
      }
      own.set(label, size)
    })
    for (const [label, size] of own) {
      const known = sizes.get(label) ?? 1
      if (known !== 1 && size !== 1 && known !== size) {
        const axis = label.startsWith('.') ? 'an axis of the ellipsis' : `"${label}"`
        throw wrongShape(
          equation,
          `one length for ${axis}, or 1`,
          `${shapes.map(formatShape).join(' and ')}: ${known} and ${size}`,
        )
      }
      sizes.set(label, known === 1 ? size : known)
    }
  })
  return sizes
}

function checkOutput(
  equation: string,
  output: readonly string[],
  sizes: ReadonlyMap<string, number>,
): void {
  const unknown = output.find((label) => !sizes.has(label))
  if (unknown !== undefined) {
    throw badEquation(equation, `"${unknown}" in the result, which no operand has`)
  }
  const repeated = output.find((label, at) => output.indexOf(label) !== at)
  if (repeated !== undefined) throw badEquation(equation, `"${repeated}" twice in the result`)
}

function badEquation(equation: string, got: string): SluiceError {
  return new SluiceError({
    code: 'ATTRIBUTE',
    what: `einsum: "${equation}" is no equation`,
    expected: 'letters for the axes of each operand, as in "ij,jk->ik" or "...ij,...jk"',
    got,
    fix: 'name each axis by a letter; those that the result does not have are summed',
  })
}

function wrongShape(equation: string, expected: string, got: string): SluiceError {
  return new SluiceError({
    code: 'SHAPE',
    what: `einsum: the operands do not fit "${equation}"`,
    expected,
    got,
    fix: 'name every axis by a letter, or let ... stand for those that are left',
  })
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

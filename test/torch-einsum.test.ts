/** Equations of einsum, outer and dot against PyTorch, and what einsum says to wrong equations. */
import { einsum, input } from 'sluice'
import { describe, expect, test } from 'vitest'
import { type Plan, planContraction } from '../src/functional/einsum-order.ts'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/einsum.json' with { type: 'json' }

const builders: Readonly<Record<string, Build>> = {
  einsum: (given, { equation, count }) =>
    einsum(equation, ...Array.from({ length: count }, (_, index) => given(`x${index}`))),
  outer: (given) => given('input').outer(given('vec2')),
  dot: (given) => given('input').dot(given('tensor')),
}

testRecording(recorded, builders)

describe('einsum turns away', () => {
  const a = input('a', [2, 3])
  const b = input('b', [4, 5])

  test.each([
    ['ij,jk->ik', [a, b], 'one length for "j", or 1', '[2, 3] and [4, 5]: 3 and 4'],
    ['ij', [a, b], '1 operand, as the equation has', '2 operands'],
    ['ijk', [a], '3 axes for "ijk"', 'operand 0, [2, 3], with 2'],
    ['i', [a], '1 axis for "i"', 'operand 0, [2, 3], with 2'],
    ['i...jk', [a], '3 axes or more for "i...jk"', 'operand 0, [2, 3], with 2'],
    ['ii', [a], 'one length for "i", which stands twice in operand 0', '[2, 3]: 2 and 3'],
    ['i...,...i', [a, b], 'one length for', '[2, 3] and [4, 5]'],
    ['ij->ik', [a], 'letters', '"k" in the result, which no operand has'],
    ['ij->ii', [a], 'letters', '"i" twice in the result'],
    ['i1', [a], 'letters', '"1" in "i1"'],
    ['i..j', [a], 'letters', '"." in "i..j"'],
    ['...i...', [a], 'letters', 'two ellipses in "...i..."'],
    ['ij->i->j', [a], 'letters', 'two arrows'],
  ] as const)('%s', (equation, operands, expected, got) => {
    const message = messageOf(() => einsum(equation, ...operands))
    expect(message).toMatch(/^(SHAPE|ATTRIBUTE) einsum: /)
    expect(message).toContain(expected)
    expect(message).toContain(got)
  })
})

describe('planContraction', () => {
  const planOf = (equation: string, sizes: Readonly<Record<string, number>>): Plan => {
    const [left = '', right = ''] = equation.split('->')
    return planContraction({
      operands: left.split(',').map((term) => new Set(term)),
      output: new Set(right),
      sizes: new Map(Object.entries(sizes)),
    })
  }

  test('multiplies a chain in the order of the fewest multiplications', () => {
    // (ab · bc) · cd takes 100 · 2 · 100 + 100 · 100 · 2 of them, ab · (bc · cd) 2 · 2 · 100 · 2.
    expect(planOf('ab,bc,cd->ad', { a: 100, b: 2, c: 100, d: 2 })).toEqual([[2, 1], 0])
    expect(planOf('ab,bc,cd->ad', { a: 2, b: 100, c: 2, d: 100 })).toEqual([2, [1, 0]])
  })

  test('uses every operand once where there are too many to compare all orders', () => {
    const letters = [...'abcdefghijklmn']
    const terms = letters.slice(1).map((letter, at) => `${letters[at]}${letter}`)
    const sizes = Object.fromEntries(letters.map((letter, at) => [letter, 2 + (at % 3)]))
    const used = (plan: Plan): readonly number[] =>
      typeof plan === 'number' ? [plan] : plan.flatMap(used)
    const plan = planOf(`${terms.join(',')}->an`, sizes)
    expect(used(plan).toSorted((a, b) => a - b)).toEqual(terms.map((_, at) => at))
  })
})

function messageOf(build: () => unknown): string {
  try {
    build()
  } catch (error) {
    return String(error).replace(/^SluiceError: /, '')
  }
  return 'nothing was wrong'
}

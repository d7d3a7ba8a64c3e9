/** Documents from outside: read as they were written, or refused with what is wrong. */
import { expect, test } from 'vitest'
import { formatDocument, type ModelDocument } from './document.ts'
import { decodeDocument, encodeDocument } from './link.ts'
import { DocumentError, parseDocument } from './parse.ts'
import { firstDocument, starts } from './starts.ts'

test('a document is read as it was written, and comes back out of a link', async () => {
  for (const document of Object.values(starts)) {
    const text = formatDocument(document)
    expect(formatDocument(parseDocument(text))).toBe(text)
    const link = await encodeDocument(document)
    expect(link).toMatch(/^[\w-]+$/)
    expect(link.length).toBeLessThan(900)
    expect(formatDocument(await decodeDocument(link))).toBe(text)
  }
})

test('an option that is left out is its default', () => {
  const { steps: _, ...rest } = firstDocument
  const steps = [{ name: 'z2', kind: 'linear', options: { inFeatures: 2 } }]
  const [step] = parseDocument(JSON.stringify({ ...rest, steps })).steps
  expect(step?.options).toEqual({ inFeatures: 2, outFeatures: 3, bias: true })
})

const [first, ...others] = firstDocument.steps

test.each<readonly [part: Partial<Record<keyof ModelDocument, unknown>>, message: RegExp]>([
  [{ version: 2 }, /^version: 1 expected, got 2/],
  [{ title: 7 }, /^title: a text/],
  [{ input: { shape: [4] } }, /^input: a shape of 2 to 6 sizes/],
  [{ input: { shape: [4, 0] } }, /^input: a shape/],
  [{ input: { shape: [4096, 4096] } }, /^input: more than 1 million/],
  [{ input: { shape: [4, 2], tokens: 0.5 } }, /^input: tokens/],
  [{ steps: [] }, /^steps: a list of 1 to 64/],
  [{ steps: [7] }, /^step 1: an object expected, got 7/],
  [{ steps: [{ ...first, kind: '__proto__' }] }, /^step 1: there is no layer or gate "__proto__"/],
  [{ steps: [{ ...first, name: 'x' }] }, /^step 1: the name "x" has a meaning/],
  [{ steps: [{ ...first, name: '1' }] }, /^step 1: a name is a letter/],
  [{ steps: [first, first, ...others] }, /^step 2: the name "z2" is taken/],
  [{ steps: [{ ...first, from: 'z3' }] }, /^step 1: from names no value before it: "z3"/],
  [{ steps: [{ name: 'a', kind: 'add', options: {} }] }, /^step 1: other names no value/],
  [{ steps: [{ ...first, options: { inFeatures: 1e9 } }] }, /inputs: a whole number, 1 to 4096/],
  [{ steps: [{ ...first, options: { slope: 1 } }] }, /^step 1: linear has no option "slope"/],
  [{ criterion: 'best' }, /^criterion: one of mse, l1/],
  [{ seed: -1 }, /^seed: a whole number/],
])('%j is refused', (part, message) => {
  const text = JSON.stringify({ ...firstDocument, ...part })
  expect(() => parseDocument(text)).toThrow(message)
  expect(() => parseDocument(text)).toThrow(DocumentError)
})

test('what is no JSON, or too much of it, is refused', () => {
  expect(() => parseDocument('{')).toThrow(/^no JSON/)
  expect(() => parseDocument('[]')).toThrow(/^the document: an object expected/)
  expect(() => parseDocument(' '.repeat(100_001))).toThrow(/more than 100 thousand characters/)
})

test('a link that is cut off, mistyped or a bomb is refused', async () => {
  const link = await encodeDocument(firstDocument)
  for (const text of ['', 'j', 'q', link.slice(0, 40), `${link.slice(0, 20)}!`, 'zAAAA']) {
    await expect(decodeDocument(text)).rejects.toThrow(DocumentError)
  }
  const stream = new Blob([' '.repeat(5_000_000)])
    .stream()
    .pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
  const bomb = Buffer.from(bytes).toString('base64url')
  await expect(decodeDocument(`z${bomb}`)).rejects.toThrow(/more than 100 thousand/)
})

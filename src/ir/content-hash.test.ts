import { describe, expect, it } from 'vitest'
import { ContentHash } from './content-hash.ts'

function hashOf(add: (hash: ContentHash) => void): string {
  const hash = new ContentHash()
  add(hash)
  return hash.digest()
}

function hashOfWords(words: readonly number[]): string {
  return hashOf((hash) => {
    for (const word of words) hash.addWord(word)
  })
}

describe('a content hash', () => {
  // Expected: test/vectors/content-hash.py, a second version of the hash.
  it('is the same on every machine and in every version', () => {
    expect(hashOfWords([])).toBe('b1e9c30f1de81fa1')
    expect(hashOfWords([1, 2, 0xffffffff])).toBe('1512776443bbaeac')
    expect(hashOf((hash) => hash.addText('graph ŷ'))).toBe('2fea43c3f6841ee7')
    expect(hashOf((hash) => hash.addNumber(-0.1))).toBe('99082fb33425c005')
  })

  it('tells the order of words and how many zeros there are', () => {
    expect(hashOfWords([1, 2])).not.toBe(hashOfWords([2, 1]))
    expect(hashOfWords([0])).not.toBe(hashOfWords([]))
    expect(hashOfWords([0, 0])).not.toBe(hashOfWords([0]))
  })

  it('tells where one text ends and the next begins', () => {
    const hashOfTexts = (...texts: string[]) =>
      hashOf((hash) => {
        for (const text of texts) hash.addText(text)
      })
    expect(hashOfTexts('ab', 'c')).not.toBe(hashOfTexts('a', 'bc'))
    expect(hashOfTexts('a\0')).not.toBe(hashOfTexts('a'))
  })

  it('tells 0 from -0 and takes all NaN for one', () => {
    const hashOfNumber = (number: number) => hashOf((hash) => hash.addNumber(number))
    const otherNaN = new Float64Array(new Uint32Array([1, 0xfff80000]).buffer)[0] ?? 0
    expect(hashOfNumber(0)).not.toBe(hashOfNumber(-0))
    expect(otherNaN).toBeNaN()
    expect(hashOfNumber(otherNaN)).toBe(hashOfNumber(Number.NaN))
  })

  it('tells words whose highest bits differ in pairs, as negated floats do', () => {
    const words = [0x3f800000, 0x40000000, 0x40400000, 0x40800000]
    const negated = words.map((word) => word + 0x80000000)
    const hashes = new Set<string>()
    // Every choice of signs of four floats.
    for (let signs = 0; signs < 16; signs++) {
      hashes.add(hashOfWords(words.map((word, k) => ((signs >> k) & 1 ? (negated[k] ?? 0) : word))))
    }
    expect(hashes.size).toBe(16)
  })

  it('meets as few collisions as chance has it', () => {
    // 2^17 contents that are alike: counters, and single bits in a row of zeros.
    const contents = Array.from({ length: 2 ** 17 }, (_, index) => {
      if (index % 2 === 0) return [index]
      const words = new Array<number>(64).fill(0)
      words[(index >> 6) & 63] = 2 ** ((index >> 1) & 31)
      return [...words, index >> 12]
    })
    const hashes = contents.map(hashOfWords)
    const distinct = (of: readonly string[]) => new Set(of).size
    expect(distinct(hashes)).toBe(2 ** 17)
    // Of 32 bits n²/2^33 = 2 collisions are expected in each half; more than 15 in one of 10^9 cases.
    expect(distinct(hashes.map((hash) => hash.slice(0, 8)))).toBeGreaterThan(2 ** 17 - 16)
    expect(distinct(hashes.map((hash) => hash.slice(8)))).toBeGreaterThan(2 ** 17 - 16)
  })
})

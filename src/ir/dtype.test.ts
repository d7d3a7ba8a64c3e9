import { describe, expect, it } from 'vitest'
import { type Domain, type DType, domains, dtypes, isFloating, parseDType } from './dtype.ts'

const all = Object.keys(dtypes) as DType[] // the keys are the dtypes

describe('the table of dtypes', () => {
  it.each(all)('holds %s in an array of its size, zeros at first', (dtype) => {
    const { allocate, sizeBytes } = dtypes[dtype]
    const data = allocate(3)
    expect([data.length, data.BYTES_PER_ELEMENT]).toEqual([3, sizeBytes])
    expect(Array.from({ length: 3 }, (_, index) => Number(data[index]))).toEqual([0, 0, 0])
  })

  it('computes in five and stores in eight more', () => {
    const used = (use: string) => all.filter((dtype) => dtypes[dtype].use === use)
    expect(used('compute')).toEqual(['f32', 'f64', 'i32', 'u32', 'bool'])
    expect(used('storage')).toEqual(['f16', 'bf16', 'i8', 'i16', 'i64', 'u8', 'u16', 'u64'])
  })

  it('has gradients for f32 and f64 alone', () => {
    expect(all.filter(isFloating)).toEqual(['f32', 'f64'])
  })

  it.each<[Domain, readonly DType[]]>([
    ['floating', ['f32', 'f64']],
    ['signed', ['f32', 'f64', 'i32']],
    ['numeric', ['f32', 'f64', 'i32', 'u32']],
    ['integer', ['i32', 'u32']],
    ['u32', ['u32']],
    ['bool', ['bool']],
    ['any', ['f32', 'f64', 'i32', 'u32', 'bool']],
    ['stored', all],
  ])('says that %s means %j, as its phrase does', (domain, dtypesOfIt) => {
    const { holds, phrase } = domains[domain]
    expect(all.filter(holds)).toEqual(dtypesOfIt)
    const named = phrase.match(/f64|f32|i32|u32|bool/g)
    expect(named ?? [phrase]).toEqual(domain === 'stored' ? ['any dtype'] : dtypesOfIt)
  })
})

describe('a dtype from text', () => {
  it('is one of the table', () => {
    expect(all.map(parseDType)).toEqual(all)
  })

  it.each(['float32', '', 'F32', 'toString', '__proto__'])('is not "%s"', (text) => {
    expect(() => parseDType(text)).toThrow(`DTYPE dtype: "${text}" is not a dtype
  expected  f32, f64, i32, u32, bool, f16, bf16, i8, i16, i64, u8, u16, u64
  got       ${text}
  fix       use one of the names above`)
  })
})

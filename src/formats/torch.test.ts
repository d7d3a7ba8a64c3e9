import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  archiveOf,
  bytesOf,
  fileOf,
  intPart,
  type PickleParts,
  pickleOf,
  tensorPart,
  textPart,
  tuplePart,
} from '../../test/support/torch-files.ts'
import { SluiceError } from '../errors.ts'
import { tensor, toNested } from '../ir/tensor.ts'
import { readTorch } from './torch.ts'

// What PyTorch saves; test/vectors/pt/models.py made it.
const folder = new URL('../../test/vectors/pt/', import.meta.url)
const saved = (name: string): Uint8Array => readFileSync(new URL(`${name}.pt`, folder))

describe('what torch.save writes', () => {
  const { tensors, metadata } = readTorch(saved('values'))
  const numbers = (key: string) => {
    const found = tensors.get(key)
    return found && toNested(found)
  }

  test('has views as tensors of their own, row by row', () => {
    const base = [0, 1].map((i) =>
      [0, 1, 2].map((j) => [0, 1, 2, 3].map((k) => 12 * i + 4 * j + k)),
    )
    expect(numbers('views.whole')).toEqual(base)
    const turned = [0, 1, 2, 3].map((k) => base.map((rows) => rows.map((row) => row[k])))
    expect(numbers('views.transposed')).toEqual(turned)
    expect(numbers('views.row')).toEqual([20, 21, 22, 23])
    expect(numbers('views.column')).toEqual([
      [4, 6],
      [16, 18],
    ])
    expect(numbers('views.expanded')).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ])
    expect(numbers('views.scalar')).toBe(17)
    expect(tensors.get('views.empty')).toEqual({
      shape: [2, 0, 4],
      dtype: 'f32',
      data: new Float32Array(),
    })
    expect(tensors.get('views.same')).toBe(tensors.get('views.whole'))
  })

  test('has every dtype, to the bit', () => {
    const found = [...tensors].filter(([key]) => key.startsWith('dtypes.'))
    expect(found.map(([, { dtype, data }]) => [dtype, ...data])).toEqual([
      ['f16', 0x3c00, 0xc000, 0x7bff, 1, 0x7c00, 0x8000],
      ['bf16', 0x3f80, 0xc000, 0x4780, 0x3381, 0x7f80, 0x8000],
      ['f32', 1.5, 1.401298464324817e-45],
      ['f64', 0.1],
      ['i8', -128, 127],
      ['i16', -32768, 32767],
      ['i32', -(2 ** 31), 2 ** 31 - 1],
      ['i64', -(2n ** 63n), 2n ** 63n - 1n],
      ['u8', 0, 255],
      ['bool', 1, 0],
    ])
  })

  test('has parameters, lists and plain data under their keys', () => {
    expect(tensors.get('parameter')).toEqual(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    )
    expect([numbers('list.0'), numbers('list.1.inner')]).toEqual([[1, 1], [0]])
    expect(Object.fromEntries(metadata)).toEqual({
      'plain.none': 'null',
      'plain.truth': 'true',
      'plain.large': '1180591620717411303424',
      'plain.negative': '-1099511627776',
      'plain.nan': 'NaN',
      'plain.text': 'µ',
      'plain.list': '[1,2.5,"x",null,"Infinity"]',
      'plain.tuple': '[1,2]',
      'plain.size': '[2,3]',
      'plain.device': 'cpu',
      'plain.dtype': 'torch.float16',
      'plain.set': '[7]',
      'plain.3': 'a number as a key',
    })
  })

  test('is the same in every protocol', () => {
    const { tensors: expected } = readTorch(saved('mlp'))
    for (const protocol of [3, 4, 5]) {
      expect(readTorch(saved(`protocol${protocol}`)).tensors).toEqual(expected)
    }
  })

  test('of a checkpoint has its dicts under dotted keys, and the rest as text', () => {
    const file = readTorch(saved('checkpoint'))
    expect([...file.tensors.keys()].filter((key) => key.startsWith('state_dict'))).toEqual([
      ...['state_dict.module.0.weight', 'state_dict.module.0.bias', 'state_dict.module.2.weight'],
      ...['state_dict.module.2.bias', 'state_dict.module.4.weight', 'state_dict.module.4.bias'],
    ])
    expect(file.tensors.has('optimizer.state.5.momentum_buffer')).toBe(true)
    const { metadata: facts } = file
    expect(['epoch', 'loss', 'classes'].map((key) => facts.get(key))).toEqual([
      '3',
      '0.25',
      '["a","b","c"]',
    ])
  })
})

test('a file of a newer PyTorch, or packed anew, is read alike', () => {
  const made = { count: 2, shape: [2], strides: [1] }
  const storage = new Uint8Array(Float32Array.of(1.5, -2).buffer)
  const expected = new Map([['w', tensor([1.5, -2])]])
  const text = (word: string) => new TextEncoder().encode(word)
  // What torch 2 writes beside: its entries alone, as the library of zip writes them.
  const further = { byteorder: text('little'), '.format_version': text('1'), version: text('3\n') }
  expect(readTorch(fileOf(made, storage, { further })).tensors).toEqual(expected)
  expect(readTorch(fileOf(made, storage, { isDeflated: true })).tensors).toEqual(expected)
  const big = { byteorder: text('big') }
  expect(readTorch(fileOf(made, storage.toReversed(), { further: big })).tensors.get('w')).toEqual(
    tensor([-2, 1.5]),
  )
})

describe('another form is refused, and says what to do:', () => {
  test.each([
    ['old', /form of PyTorch before 1\.6[\s\S]*torch\.save\(torch\.load/],
    ['script', /a program of TorchScript[\s\S]*torch\.jit\.load\(.*state_dict\(\)/],
    [
      'whole',
      /torch\.nn\.modules\.container\.Sequential[\s\S]*a whole model, pickled[\s\S]*model\.state_dict\(\)/,
    ],
    ['complex', /torch\.ComplexFloatStorage[\s\S]*got +complex numbers/],
  ])('%s.pt', (name, message) => {
    expectRefused(() => readTorch(saved(name)), message)
  })

  test('what is no file of PyTorch at all', () => {
    expectRefused(() => readTorch(new Uint8Array()), /no file of PyTorch[\s\S]*an empty file/)
    expectRefused(() => readTorch(bytesOf(['a,b\n1,2\n'])), /text that begins "a,b/)
    expectRefused(() => readTorch(archiveOf({ 'a.npy': Uint8Array.of(1) })), /readNpz/)
    expectRefused(() => readTorch(saved('mlp'), { maxBytes: 2000 }), /too large/)
  })
})

describe('a pickle that would run code is refused before anything is called:', () => {
  const call = (global: string): PickleParts => [`c${global}\n`, tuplePart(textPart('echo x')), 'R']

  test.each([
    ['os.system', call('os\nsystem')],
    ['posix.system', call('posix\nsystem')],
    ['eval', call('builtins\neval')],
    ["Python 2's eval", call('__builtin__\neval')],
    ['getattr', call('builtins\ngetattr')],
    ['a class that is built', call('subprocess\nPopen')],
    ['a name behind a dotted one', call('torch\nserialization.os.system')],
    ['a name of JavaScript', call('constructor\nconstructor')],
    ['a name that objects have', [`c__proto__\ntoString\n`, ')', 'R']],
    ['a load within a load', call('torch.storage\n_load_from_bytes')],
    [
      'a global from the stack',
      [textPart('os'), textPart('system'), 0x93, tuplePart(textPart('x')), 'R'],
    ],
    ['a new object', ['cos\nsystem\n', tuplePart(textPart('x')), 0x81]],
  ] as const)('%s', (_, parts) => {
    const bytes = archiveOf({ 'data.pkl': pickleOf(...parts) })
    expectRefused(() => readTorch(bytes), /names what is not run here\n {2}where {5}global "/)
  })

  test.each([
    ['INST', ['(', textPart('x'), 'ios\nsystem\n']],
    ['OBJ', ['(', 'ccollections\nOrderedDict\n', 'o']],
    ['EXT1', [0x82, 1]],
    ['a text as function', [textPart('os.system'), tuplePart(), 'R']],
    ['a dict as function', ['}', tuplePart(), 'R']],
    [
      'a tensor that is called',
      [tensorPart({ count: 0, shape: [0], strides: [1] }), tuplePart(), 'R'],
    ],
    ['operands that are no tuple', ['ccollections\nOrderedDict\n', intPart(3), 'R']],
    ['attributes of a number', [intPart(3), '}', 'b']],
    ['a type that is called', ['ctorch\nfloat32\n', ')', 'R']],
    [
      'a rebuilding of anything',
      [
        'ctorch._tensor\n_rebuild_from_type_v2\n',
        tuplePart('ccollections\nOrderedDict\n', 'N', tuplePart(), 'N'),
        'R',
      ],
    ],
  ] as const)('%s', (_, parts) => {
    expectRefused(
      () => readTorch(archiveOf({ 'data.pkl': pickleOf(...parts) })),
      /its pickle cannot be/,
    )
  })
})

describe('a pickle that was made to take all memory or time is refused:', () => {
  const read =
    (...parts: PickleParts) =>
    () =>
      readTorch(archiveOf({ 'data.pkl': pickleOf(...parts) }))

  test('a list in a list, to any depth, and one in itself', () => {
    expectRefused(read(']'.repeat(30_000), 'a'.repeat(29_999)), /nesting of up to 64 levels/)
    expectRefused(read(']', 'q', 0, 'h', 0, 'a'), /nesting of up to 64 levels/)
  })

  test('lists of one list, twice as many at each level', () => {
    const doubled = Array.from({ length: 40 }, () => ['2', 0x86]).flat()
    expectRefused(read(']', ...doubled), /keys and texts of up to \d+ characters/)
  })

  test('a long key in front of many values', () => {
    const key = 'k'.repeat(1_000_000)
    const many = tuplePart(']'.repeat(1000))
    const long = ['X', 0x40, 0x42, 0x0f, 0, key] as const
    expectRefused(read('}', ...long, many, 's'), /keys and texts of up to \d+ characters/)
  })

  test('more values than real files have', () => {
    expectRefused(read('('.repeat(1_000_000)), /its pickle makes too much/)
    expectRefused(read('}'.repeat(300_000)), /its pickle makes too much/)
  })

  test('a dict that is made of a long list again and again', () => {
    const pairs = `(${'h\0'.repeat(2000)}l`
    const again = 'cbuiltins\nlist\nh\x01\x85R0'.repeat(5000)
    expectRefused(
      read('N', 'q', 0, '0', pairs, 'q', 1, '0', again, 'N'),
      /its pickle makes too much/,
    )
  })

  test('lengths beyond the pickle', () => {
    expectRefused(read('X', 255, 255, 255, 255), /4294967295 bytes/)
    expectRefused(read(0x8d, ...Array(8).fill(255)), /its pickle cannot be/)
    expectRefused(read(0x8b, 0, 0, 16, 0), /integers of up to 1024 bytes/)
  })
})

describe('a tensor that was made to do harm is refused:', () => {
  const storage = new Uint8Array(16)
  test.each([
    ['beyond its storage', { count: 4, shape: [5], strides: [1] }, /not within its storage/],
    ['by its offset', { count: 4, offset: 1, shape: [4], strides: [1] }, /not within its storage/],
    ['by its strides', { count: 4, shape: [2, 2], strides: [3, 1] }, /not within its storage/],
    [
      'of sizes beyond all memory',
      { count: 4, shape: [2 ** 52, 2 ** 52], strides: [0, 0] },
      /more than there is room for/,
    ],
    [
      'of one element many times',
      { count: 4, shape: [2 ** 40], strides: [0] },
      /more than there is room for/,
    ],
    ['with negative strides', { count: 4, shape: [4], strides: [-1] }, /whole numbers, 0 or more/],
    [
      'with fewer strides than sizes',
      { count: 4, shape: [2, 2], strides: [2] },
      /whole numbers, 0 or more/,
    ],
    [
      'of a storage that is longer',
      { count: 5, shape: [4], strides: [1] },
      /not as long as its pickle says/,
    ],
    [
      'of a storage that is not there',
      { key: '7', count: 4, shape: [4], strides: [1] },
      /no such entry/,
    ],
    [
      'of a storage outside',
      { key: '../../x', count: 4, shape: [4], strides: [1] },
      /no such entry/,
    ],
  ] as const)('%s', (_, made, message) => {
    expectRefused(() => readTorch(fileOf(made, storage)), message)
  })

  test('one of bools that are neither 0 nor 1', () => {
    const made = { type: 'BoolStorage', count: 2, shape: [2], strides: [1] }
    expectRefused(() => readTorch(fileOf(made, Uint8Array.of(1, 2))), /a bool is neither 0 nor 1/)
  })
})

test('a file that is cut off or changed anywhere is refused, or gives tensors', () => {
  const bytes = saved('values')
  for (let length = 0; length < bytes.length; length += 37) {
    expectRefused(() => readTorch(bytes.subarray(0, length)), /FILE/)
  }
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
      const changed = bytes.slice()
      changed[at] = byte
      try {
        readTorch(changed)
      } catch (error) {
        expect(error).toBeInstanceOf(SluiceError)
        expect(String(error)).toMatch(/^SluiceError: FILE the file/)
      }
    }),
    { numRuns: 300 },
  )
})

/** What a reader says where it refuses; fails where it does not, or throws anything else. */
function expectRefused(read: () => unknown, message: RegExp): void {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(SluiceError)
    expect(String(error)).toMatch(message)
    expect(String(error)).toMatch(/\n {2}fix {7}./)
    return
  }
  expect.unreachable('it was read')
}

/** Files of PyTorch that were made to do harm: pickles that would run code, or take all memory. */
import {
  archiveOf,
  fileOf,
  intPart,
  type PickleParts,
  pickleOf,
  tensorPart,
  textPart,
  tuplePart,
} from '../../support/torch-files.ts'
import { bomb, type HostileCase, megabyte } from './hostile-case.ts'

const f32 = { count: 24 * megabyte, shape: [24 * megabyte], strides: [1] }

export function torchCases(): readonly HostileCase[] {
  const target = 'torch'
  const run = (title: string, ...parts: PickleParts): HostileCase => ({
    title,
    target,
    make: () => archiveOf({ 'data.pkl': pickleOf(...parts) }),
  })
  const storage = () => new Uint8Array(96 * megabyte)
  return [
    run('os.system', 'cos\nsystem\n', tuplePart(textPart('touch /tmp/harm')), 'R'),
    run('eval of Python 2', 'c__builtin__\neval\n', tuplePart(textPart('1')), 'R'),
    run(
      'posix.system from the stack',
      textPart('posix'),
      textPart('system'),
      0x93,
      tuplePart(textPart('x')),
      'R',
    ),
    run(
      'getattr to anything',
      'cbuiltins\ngetattr\n',
      tuplePart('cos\nsystem\n', textPart('x')),
      'R',
    ),
    run('a million brackets', ']'.repeat(1e6), 'a'.repeat(1e6 - 1)),
    run('a list in itself', ']', 'q', 0, 'h', 0, 'a'),
    run('two of two, 60 times', ']', ...Array.from({ length: 60 }, () => ['2', 0x86]).flat()),
    run('4 million dicts', '}'.repeat(4e6)),
    run('16 million marks', '('.repeat(1.6e7)),
    run('16 million nothings', '('.concat('N'.repeat(1.6e7), 'l')),
    run('a text of 4 GB', 'X', 255, 255, 255, 255),
    run('a number of 2⁶⁰ bytes', 0x8b, 255, 255, 255, 127),
    run('a text of 20 MB', 'X', 0, 0x2d, 0x31, 1, 'x'.repeat(2e7)),
    {
      title: 'a pickle of 64 MB in 64 kB',
      isLong: true,
      target,
      make: () => bomb('archive/data.pkl', 64 * megabyte),
    },
    {
      title: 'a pickle that says it is 4 GB',
      isLong: true,
      target,
      make: () => bomb('archive/data.pkl', 2 ** 32 - 2),
    },
    {
      title: 'a tensor of 2⁶⁰ elements',
      target,
      make: () => fileOf({ count: 1, shape: [2 ** 52, 256], strides: [0, 0] }, new Uint8Array(4)),
    },
    {
      title: 'a storage of 2⁶⁰ bytes',
      target,
      make: () => fileOf({ count: 2 ** 52, shape: [1], strides: [1] }, new Uint8Array(4)),
    },
    {
      title: 'one element behind 96 MB',
      target,
      isWhole: true,
      make: () => fileOf({ ...f32, shape: [1] }, storage()),
    },
    {
      title: 'one element behind 96 MB that are deflated',
      isLong: true,
      target,
      make: () => fileOf({ ...f32, shape: [1] }, storage(), { isDeflated: true }),
    },
    {
      title: '96 MB deflated to a thousandth',
      target,
      isWhole: true,
      make: () => fileOf(f32, storage(), { isDeflated: true }),
    },
    {
      title: '100,000 tensors',
      isLong: true,
      target,
      make: () => {
        const one = [...tensorPart({ count: 1, shape: [1], strides: [1] })]
        const entry = (index: number) => [...textPart(String(index)), ...one]
        const parts = Array.from({ length: 100_000 }, (_, index) => entry(index))
        return archiveOf({
          'data.pkl': pickleOf('}', '(', ...parts, 'u'),
          'data/0': new Uint8Array(4),
        })
      },
    },
    run(
      'an integer as a tensor',
      'ctorch._utils\n_rebuild_tensor_v2\n',
      tuplePart(intPart(1)),
      'R',
    ),
  ]
}

import { resolve } from 'node:path'
import { Command } from 'commander'
import type { Tensor } from '../ir/tensor.ts'
import { checkWritable } from '../train/atomic-file.ts'
import { type Contents, readContents } from './convert-read.ts'
import {
  type FloatType,
  type WriteOptions,
  writeContents,
  writtenEndings,
} from './convert-write.ts'
import type { Io } from './io.ts'
import { whole } from './report.ts'
import { choose, UsageError, wholeNumber } from './usage.ts'

interface ConvertOptions extends Omit<WriteOptions, 'maxShardBytes'> {
  readonly shardMb?: number
  readonly quiet?: true
}

/** `sluice convert <in> <out>`. */
export function convertCommand(io: Io): Command {
  return new Command('convert')
    .summary('write the weights of one file in the format of another')
    .description(
      'Reads safetensors (also in several files, by their index), what torch.save wrote (.pt, .pth), NumPy (.npz, .npy), the weights of an ONNX file, or a graph as text or JSON, told by their contents, and writes the format of the ending: .safetensors, .npz, .npy, or the graph with its weights as .json or .txt. Nothing in a file is run. It says what it left out.',
    )
    .argument('<in>', 'a file')
    .argument('<out>', `a file: ${writtenEndings.map((one) => `.${one}`).join(', ')}`)
    .option(
      '--dtype <type>',
      `of floating-point tensors: ${Object.keys(floatTypes).join(', ')}`,
      (type) => choose('dtype', type, floatTypes),
    )
    .option('--torch', "of a model of ours, PyTorch's names and layout: load_state_dict takes it")
    .option(
      '--shard-mb <size>',
      'safetensors files of at most so many MB',
      wholeNumber('--shard-mb', 1),
    )
    .option('--quiet', 'say nothing')
    .addHelpText('after', examples)
    .action((from: string, to: string, options: ConvertOptions) =>
      convert(io, { from, to }, options),
    )
}

const floatTypes: Readonly<Record<FloatType, FloatType>> = {
  f16: 'f16',
  bf16: 'bf16',
  f32: 'f32',
  f64: 'f64',
}

const examples = `
Examples:
  $ sluice convert model.pt model.safetensors
  $ sluice convert model.safetensors model.npz --dtype f32
  $ sluice convert wine.safetensors for-pytorch.safetensors --torch
  $ sluice convert model.safetensors.index.json whole.safetensors
  $ sluice convert large.safetensors parts.safetensors --shard-mb 500
  $ sluice convert resnet.onnx weights.npz
  $ sluice convert model.onnx model.json`

async function convert(
  io: Io,
  { from, to }: { readonly from: string; readonly to: string },
  { shardMb, quiet, ...options }: ConvertOptions,
): Promise<void> {
  if (resolve(from) === resolve(to)) throw sameFile(from)
  await checkWritable(to)
  const contents = await readContents(from)
  const { files, left } = await writeContents(to, contents, {
    ...options,
    ...(shardMb !== undefined && { maxShardBytes: shardMb * 1e6 }),
  })
  if (quiet) return
  io.err(`read ${from}: ${contents.format}, ${sizesText(contents)}\n`)
  for (const file of files) io.err(`wrote ${file}\n`)
  for (const what of [...contents.left, ...left]) io.err(`left out ${what}\n`)
}

function sizesText({ tensors }: Contents): string {
  const count = (of: (tensor: Tensor) => number) =>
    [...tensors.values()].reduce((sum, tensor) => sum + of(tensor), 0)
  const elements = count(({ data }) => data.length)
  const kinds = [...new Set([...tensors.values()].map(({ dtype }) => dtype))].join(', ')
  return `${whole(tensors.size)} tensors of ${whole(elements)} numbers${kinds ? ` (${kinds})` : ''}`
}

function sameFile(path: string): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: 'convert: it would write over what it reads',
    expected: 'two files',
    got: path,
    fix: 'give another name to write to',
  })
}

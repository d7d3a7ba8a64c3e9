import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../../test/support/run-cli.ts'
import { readSafetensors, writeSafetensors } from '../formats/index.ts'
import { readNpz } from '../formats/npz.ts'
import { tensor } from '../ir/tensor.ts'
import { parse } from '../print.ts'

const onnx = fileURLToPath(new URL('../../test/vectors/onnx/mlp.onnx', import.meta.url))

let folder = ''
let weights = ''
const at = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-convert-'))
  weights = at('weights.safetensors')
  const tensors = {
    a: tensor([
      [1, 2],
      [3, 4],
    ]),
    b: tensor([5, 6], { dtype: 'i32' }),
  }
  await writeFile(weights, writeSafetensors(tensors, { metadata: { made: 'by hand' } }))
})
afterAll(() => rm(folder, { recursive: true }))

describe('sluice convert', () => {
  test('writes the format of the ending, and says what it did and left', async () => {
    const out = at('weights.npz')
    expect(await runCli(['convert', weights, out])).toEqual({
      ...{ code: 0, out: '' },
      err:
        `read ${weights}: safetensors, 2 tensors of 6 numbers (f32, i32)\n` +
        `wrote ${out}\n` +
        'left out what is said beside the tensors: made\n',
    })
    expect(readNpz(await readFile(out))).toEqual(readSafetensors(await readFile(weights)).tensors)
    expect((await runCli(['convert', out, at('back.safetensors'), '--quiet'])).err).toBe('')
    const back = readSafetensors(await readFile(at('back.safetensors')))
    expect(back.tensors).toEqual(readSafetensors(await readFile(weights)).tensors)
  })

  test('changes the dtype of what is floating point', async () => {
    await runCli(['convert', weights, at('half.safetensors'), '--dtype', 'f16'])
    const { tensors } = readSafetensors(await readFile(at('half.safetensors')))
    expect([...tensors].map(([key, { dtype }]) => [key, dtype])).toEqual([
      ['b', 'i32'],
      ['a', 'f16'],
    ])
  })

  test('reads the weights of an ONNX file, and writes its graph as text', async () => {
    await runCli(['convert', onnx, at('mlp.safetensors')])
    const { tensors } = readSafetensors(await readFile(at('mlp.safetensors')))
    expect(tensors.get('0.weight')?.shape).toEqual([8, 4])
    await runCli(['convert', onnx, at('mlp.txt')])
    const graph = parse(await readFile(at('mlp.txt'), 'utf8'))
    expect(graph.outputs.y0?.shape).toEqual([1, 3])
    const { err } = await runCli(['convert', at('mlp.txt'), at('again.npz')])
    expect(err).toContain('a graph, 6 tensors')
  })

  test('writes a graph with its weights as JSON, and reads that', async () => {
    const [json, back] = [at('mlp.json'), at('from-json.npz')]
    await runCli(['convert', onnx, json])
    expect((await runCli(['convert', json, back])).err).toContain('a graph, 6 tensors')
    const weights = readNpz(await readFile(back))
    const [bytes, { readOnnx }] = [await readFile(onnx), await import('../onnx/index.ts')]
    expect(weights.get('0.weight')).toEqual(readOnnx(bytes).weights.get('0.weight'))
  })

  test('gives a model of ours the names and the layout of PyTorch', async () => {
    const model = at('iris.safetensors')
    await runCli(['train', 'iris', '--epochs', '1', '--hidden', '5', '--out', model])
    const { err } = await runCli(['convert', model, at('torch.safetensors'), '--torch'])
    expect(err).toContain('left out what its training needs to go on, ')
    const own = readSafetensors(await readFile(model)).tensors
    const { tensors, metadata } = readSafetensors(await readFile(at('torch.safetensors')))
    expect([own.get('0.weight')?.shape, tensors.get('0.weight')?.shape]).toEqual([
      [4, 5],
      [5, 4],
    ])
    expect([...metadata]).toEqual([['format', 'pt']])
    // Without it, it stays a model that can be loaded.
    await runCli(['convert', model, at('bare.safetensors')])
    expect((await runCli(['summary', at('bare.safetensors')])).code).toBe(0)
  })

  test('parts large files, and puts them together again', async () => {
    const large = at('large.safetensors')
    const block = { shape: [400_000], dtype: 'f32', data: new Float32Array(400_000) } as const
    await writeFile(large, writeSafetensors({ a: block, b: block }))
    const parted = await runCli(['convert', large, at('parts.safetensors'), '--shard-mb', '2'])
    expect(parted.err.match(/^wrote .*$/gm)?.map((line) => line.replace(folder, ''))).toEqual([
      'wrote /parts-00001-of-00002.safetensors',
      'wrote /parts-00002-of-00002.safetensors',
      'wrote /parts.safetensors.index.json',
    ])
    const whole = at('whole.safetensors')
    await runCli(['convert', at('parts.safetensors.index.json'), whole])
    expect(readSafetensors(await readFile(whole)).tensors.size).toBe(2)
  })

  test.each([
    [['in', 'in'], 'OPTION convert: it would write over what it reads\n'],
    [['in', 'out.onnx'], 'OPTION out.onnx: convert does not write .onnx\n'],
    [['in', 'out.pt'], 'OPTION out.pt: files of PyTorch are read here, not written\n'],
    [['in', 'out.npy'], 'OPTION out.npy: an .npy file holds one array\n'],
    [['in', 'out.txt'], 'FILE out.txt: safetensors holds weights, but no graph\n'],
    [['in', 'out.npz', '--torch'], 'OPTION --torch: this is no model of Sluice\n'],
    [['in', 'out.npz', '--dtype', 'f31'], 'NAME there is no dtype "f31"\n'],
    [['none.pt', 'out.npz'], 'FILE none.pt cannot be read: there is no such file\n'],
    [['text', 'out.npz'], 'FILE text is of no format that is known here\n'],
  ])('%j is refused', async (argv, message) => {
    await writeFile(at('text'), 'a text')
    const names: Readonly<Record<string, string>> = { in: weights, text: at('text') }
    const { code, err } = await runCli(['convert', ...argv.map((word) => names[word] ?? word)])
    expect(code).toBeGreaterThan(0)
    expect(err.replace(at('text'), 'text').startsWith(message)).toBe(true)
  })
})

/** What goes wrong with files, word for word. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flowersCsv } from '../../test/support/flowers.ts'
import { runCli } from '../../test/support/run-cli.ts'

let folder = ''
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-cli-'))
  await writeFile(at('flowers.csv'), flowersCsv())
  const argv = ['train', at('flowers.csv'), '--target', 'kind', '--ignore', 'id', '--quiet']
  await runCli([...argv, '--epochs', '1', '--out', at('kind.safetensors')])
})

afterAll(() => rm(folder, { recursive: true }))

/** What `err` says, with the folder as `~`. */
async function failed(...argv: string[]): Promise<readonly [number, string]> {
  const { code, out, err } = await runCli(argv)
  expect(out).toBe('')
  return [code, err.slice(err.search(/^[A-Z]+ /m)).replaceAll(folder, '~')]
}

describe('sluice train', () => {
  test('names the file that is not there', async () => {
    expect(await failed('train', at('flower.csv'), '--target', 'kind')).toEqual([
      1,
      'FILE ~/flower.csv cannot be read: there is no such file\n' +
        '  expected  a table as text, such as data.csv\n' +
        '  got       ENOENT: no such file or directory\n' +
        '  fix       check its name and the folder that you are in\n',
    ])
  })

  test('names the column that is not there, and the nearest', async () => {
    expect(await failed('train', at('flowers.csv'), '--target', 'kinds')).toEqual([
      1,
      'DATA flowers.csv: there is no column "kinds"\n' +
        '  expected  id, length, width, colour, price, kind\n' +
        '  got       "kinds"\n' +
        '  fix       did you mean "kind"?\n',
    ])
  })

  test('says before it reads anything that it could not save', async () => {
    const argv = ['train', 'nowhere.csv', '--out', at('no/such/model.safetensors')]
    const [code, message] = await failed(...argv)
    expect([code, message]).toEqual([
      1,
      'FILE ~/no/such/model.safetensors cannot be written: its folder does not exist\n' +
        '  got       ENOENT: no such file or directory\n' +
        '            nothing was written\n' +
        '  fix       make the folder first\n',
    ])
  })

  test('keeps options for tables from datasets of its own', async () => {
    expect(await failed('train', 'iris', '--target', 'species')).toEqual([
      2,
      'OPTION --target: "iris" is a dataset of Sluice, not a table of yours\n' +
        '  expected  a file, such as data.csv\n' +
        '  got       "iris"\n' +
        '  fix       leave out --target\n',
    ])
  })

  test.each([
    [
      ['--until', 'loss=0.1'],
      'OPTION --until: "loss=0.1" is no goal\n' +
        '  expected  loss<0.01, accuracy>0.95, r2>0.4 or mae<10, with other numbers as you like\n' +
        '  got       "loss=0.1"\n' +
        "  fix       put it in quotes, as shells read < and > themselves: --until 'loss<0.01'\n",
    ],
    [
      ['--until', 'accuracy>95'],
      'OPTION --until: accuracy is never above 1\n' +
        '  expected  a share from 0 to 1, or one in percent, such as 0.95 or 95%\n' +
        '  got       "accuracy>95"\n' +
        "  fix       try --until 'accuracy>0.95'\n",
    ],
    [
      ['--until', 'r2>0.5'],
      'OPTION --until: there is no r2 of a classification\n' +
        '  expected  loss, accuracy\n' +
        '  got       "r2>0.5"\n' +
        '  fix       choose one of those\n',
    ],
    [
      ['--held-out', '1.5'],
      'OPTION --held-out: "1.5" is neither a share nor a number of examples\n' +
        '  expected  a share below 1 such as 0.2, a whole number of examples, or 0 for none\n' +
        '  got       "1.5"\n' +
        '  fix       give --held-out 0.2 for a fifth\n',
    ],
    [
      ['--optimizer', 'adm'],
      'NAME there is no optimizer "adm"\n' +
        '  got       "adm"\n' +
        '  fix       did you mean "adam"?\n',
    ],
    [
      ['--momentum', '0.9'],
      'OPTION --momentum: adam has none\n' +
        '  expected  --optimizer momentum or nesterov\n' +
        '  got       --optimizer adam\n' +
        '  fix       leave out --momentum, or add --optimizer momentum\n',
    ],
    [
      ['--momentum', '1'],
      'OPTION --momentum cannot be 1\n' +
        '  expected  a number from 0 up to, but without, 1\n' +
        '  got       "1"\n' +
        '  fix       give --momentum 0.9, for example\n',
    ],
    [
      ['--criterion', 'mse'],
      'OPTION --criterion: mse does not fit "flowers.csv"\n' +
        '  expected  crossEntropy\n' +
        '  got       mse\n' +
        '  fix       leave it out for crossEntropy\n',
    ],
    [
      ['--delimiter', 'x'],
      'OPTION --delimiter: "x" is none\n' +
        "  expected  one of , ; | or comma, semicolon, tab, space; in quotes: ';'\n" +
        '  got       "x"\n' +
        '  fix       leave it out: the delimiter is found\n',
    ],
    [
      ['--json', '--quiet'],
      'OPTION --json and --quiet: one prints the course, the other leaves it out\n' +
        '  expected  one of the two\n' +
        '  got       --json --quiet\n' +
        '  fix       leave one out; `--json | tail -n 1` prints the result alone\n',
    ],
    [
      ['--resume'],
      'OPTION --resume: it is not said what to go on with\n' +
        '  expected  a file after it, or --out\n' +
        '  got       neither\n' +
        '  fix       try `sluice train --resume model.safetensors`\n',
    ],
  ])('%j is asked wrongly', async (options, message) => {
    const argv = ['train', at('flowers.csv'), '--ignore', 'id', ...options]
    expect(await failed(...argv)).toEqual([2, message])
  })
})

describe('a model file', () => {
  test('whose data do not fit is told by the column that is missing', async () => {
    await writeFile(at('other.csv'), 'length,height\n1,2\n')
    expect(await failed('predict', at('kind.safetensors'), at('other.csv'))).toEqual([
      1,
      'DATA other.csv: there is no column "width"\n' +
        '  expected  length, height\n' +
        '  got       "width"\n' +
        '  fix       choose one of those\n',
    ])
  })

  test('that is cut off is told to be', async () => {
    const bytes = await readFile(at('kind.safetensors'))
    await writeFile(at('cut.safetensors'), bytes.subarray(0, bytes.length - 100))
    const [code, message] = await failed('summary', at('cut.safetensors'))
    expect(code).toBe(1)
    expect(message.replace(/\d+/g, '#')).toBe(
      'FILE ~/cut.safetensors is cut off\n' +
        '  expected  # bytes of elements, as its header says\n' +
        '  got       # bytes\n' +
        '  fix       save or copy it again\n',
    )
  })

  test('that is none is told to be', async () => {
    const [code, message] = await failed('predict', at('flowers.csv'), at('flowers.csv'))
    expect([code, message.split('\n')[0]]).toEqual([1, 'FILE ~/flowers.csv is no safetensors file'])
  })

  test('that is not there is told to be', async () => {
    expect(await failed('draw', at('no.safetensors'))).toEqual([
      1,
      'FILE ~/no.safetensors cannot be read: there is no such file\n' +
        '  got       ENOENT: no such file or directory\n' +
        '  fix       check its name and the folder that you are in\n',
    ])
  })

  test('of other layers than the data is refused to go on with', async () => {
    const argv = ['train', at('flowers.csv'), '--resume', at('kind.safetensors'), '--hidden', '8']
    const [code, message] = await failed(...argv)
    expect(code).toBe(1)
    expect(message.split('\n').slice(0, 4)).toEqual([
      'FILE ~/kind.safetensors: the checkpoint is of another model or optimizer',
      '  where     state "0.weight"',
      '  expected  f32[5, 8]',
      '  got       f32[5, 32]',
    ])
  })
})

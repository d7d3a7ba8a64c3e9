import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../../test/support/run-cli.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-draw-'))
})
afterAll(() => rm(folder, { recursive: true }))

const small = ['draw', '--layers', '2,3,1']

describe('sluice draw', () => {
  test('gives a pipe the SVG, the same bytes each time', async () => {
    const first = await runCli([...small, '--svg'])
    expect([first.code, first.err]).toEqual([0, ''])
    expect(first.out).toMatch(/^<svg [\s\S]*W1[\s\S]*sigmoid[\s\S]*<\/svg>\n$/)
    expect((await runCli(small)).out).toBe(first.out)
  })

  test('shows a terminal characters, within its width', async () => {
    const terminals = { out: true, err: true }
    const { out } = await runCli(small, { terminals, columns: 70 })
    expect(out).toContain('sigmoid')
    expect(out).not.toContain('<svg')
    expect(out.split('\n').filter((line) => [...line].length > 70)).toEqual([])
  })

  test('--values adds the numbers of a run and its gradients; --no-gradients only the first', async () => {
    const withBoth = (await runCli([...small, '--values'])).out
    const forward = (await runCli([...small, '--values', '--no-gradients'])).out
    expect(withBoth).toContain('dJ/d')
    expect(forward).not.toContain('dJ/d')
    expect((await runCli(small)).out.length).toBeLessThan(forward.length)
  })

  test.each([
    ['network.svg', /^<svg /],
    ['network.html', /^<!doctype html>/i],
    ['network.tex', /\\begin\{tikzpicture\}/],
    ['network.dot', /^digraph /m],
    ['network.mmd', /^flowchart /m],
    ['network.txt', /sigmoid/],
    ['network.json', /^\{\n/],
  ])('-o %s is written in the format of its ending', async (name, expected) => {
    const path = join(folder, name)
    expect(await runCli([...small, '-o', path])).toEqual({
      ...{ code: 0, out: '', err: `wrote ${path}\n` },
    })
    expect(await readFile(path, 'utf8')).toMatch(expected)
  })

  test('draws the network of a dataset, with its criterion', async () => {
    const { out } = await runCli(['draw', 'iris', '--format', 'mermaid'])
    expect(out).toContain('crossEntropy')
  })

  test('draws a gate close up, by --gate or by its name', async () => {
    const call = ['--a', '3', '--b', '-4', '--upstream', '2']
    const { code, out } = await runCli(['draw', '--gate', 'multiply', ...call])
    expect(code).toBe(0)
    // 3 · (−4) = −12 forward; 2 · (−4) and 2 · 3 back.
    for (const number of ['−12', '−8', '6']) expect(out).toContain(number)
    expect((await runCli(['draw', 'multiply', ...call, '--svg'])).out).toBe(out)
  })
})

describe('bad input', () => {
  test.each([
    [
      ['draw'],
      'OPTION draw: no network is given\n' +
        '  expected  a model that was saved, an ONNX file, a dataset, or --layers with the widths of a network\n' +
        '  got       none of them\n' +
        '  fix       try `sluice draw --layers 2,3,1`\n',
    ],
    [
      [...small, '-o', 'network.gif'],
      'OPTION -o: the ending of "network.gif" says no format\n' +
        '  expected  .svg, .png, .html, .tex, .dot, .mmd, .txt, .json\n' +
        '  got       .gif\n' +
        '  fix       name the file by its format, or add --format\n',
    ],
    [
      [...small, '--theme', 'drak'],
      'NAME there is no theme "drak"\n' +
        '  got       "drak"\n' +
        '  fix       did you mean "dark"?\n',
    ],
    [
      ['draw', '--gate', 'multiply', '--a', '3'],
      'OPTION draw multiply: the operand --b is missing\n' +
        '  expected  --a and --b\n' +
        '  got       --a\n' +
        '  fix       add --b with a number or a JSON array\n',
    ],
    [
      [...small, '--data', 'x.csv'],
      'OPTION --data: it is not known how to prepare a table for this network\n' +
        '  expected  a model that `sluice train` saved\n' +
        '  got       a network that nothing was trained on\n' +
        '  fix       leave out --data, or give a model\n',
    ],
  ])('%j', async (argv, err) => {
    expect(await runCli(argv)).toEqual({ code: 2, out: '', err })
  })
})

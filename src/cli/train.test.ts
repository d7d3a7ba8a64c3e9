import { describe, expect, test } from 'vitest'
import { runCli } from '../../test/support/run-cli.ts'

const terminal = { terminals: { out: true, err: true } }

describe('sluice train', () => {
  test('prints progress on err and the result on out', async () => {
    const { code, out, err } = await runCli(['train', 'xor', '--epochs', '300'])
    expect(code).toBe(0)
    expect(out).toMatch(
      /^accuracy \d+\.0 % \([0-4] of 4, the same that it learned from\) after 300 epochs, 300 steps, \d+\.\d s\n$/,
    )
    const lines = err.split('\n')
    expect(lines[0]).toBe('xor  2-3-1, sigmoid, sgd with learning rate 0.3, batches of 4, seed 1')
    expect(lines[1]).toBe('13 parameters, 4 examples to learn from, none held out, 2 classes')
    expect(lines[2]).toMatch(
      /^epoch 100 of 300 {2}loss 0\.\d{4} {2}right \d+\.0 % {2}[\d,]+ examples\/s$/,
    )
    expect(lines).toHaveLength(6)
  })

  test('measures digits on the fifth that is held out', async () => {
    const { code, out, err } = await runCli(['train', 'digits', '--epochs', '1', '--hidden', '8'])
    expect(code).toBe(0)
    expect(out).toMatch(
      /^held-out accuracy \d+\.\d % \(\d+ of 359\) after 1 epoch, 45 steps, \d+\.\d s\n$/,
    )
    expect(err).toContain('digits  64-8-10, relu')
    // 64 · 8 + 8 + 8 · 10 + 10
    expect(err).toContain('610 parameters, 1,438 examples to learn from, 359 held out, 10 classes')
  })

  test('paints one line over on a terminal, no wider than it is', async () => {
    const { out, err } = await runCli(['train', 'xor', '--epochs', '300'], {
      ...terminal,
      columns: 40,
    })
    const painted = err.split('\r\u001B[K').slice(1)
    expect(painted.length).toBeGreaterThanOrEqual(3)
    expect(painted.filter((line) => line.replace('\n', '').length > 39)).toEqual([])
    expect(painted.at(-1)).toMatch(/^━*epoch 300 of 300 {2}loss/)
    expect(err.endsWith('\n')).toBe(true)
    expect(out).not.toContain('\u001B')
  })

  test('leaves out the speed, then the bar, but never the held-out accuracy', async () => {
    const argv = ['train', 'digits', '--epochs', '1', '--hidden', '8']
    const painted = async (columns: number) => {
      const { err } = await runCli(argv, { ...terminal, columns })
      return err.split('\r\u001B[K').at(-1)?.trimEnd()
    }
    const facts = /epoch 1 of 1 {2}loss \d\.\d{4} {2}held out \d+\.\d %/.source
    const speed = / {2}[\d,]+ examples\/s/.source
    expect(await painted(120)).toMatch(new RegExp(`^━{20} {2}${facts}${speed}$`))
    expect(await painted(80)).toMatch(new RegExp(`^━{5,20} {2}${facts}${speed}$`))
    expect(await painted(60)).toMatch(new RegExp(`^━{5,20} {2}${facts}$`))
    expect(await painted(46)).toMatch(new RegExp(`^${facts}$`))
  })

  test('emphasises on a terminal, but not under NO_COLOR', async () => {
    const argv = ['train', 'xor', '--epochs', '1']
    expect((await runCli(argv, terminal)).err).toContain('\u001B[1mxor')
    const plain = await runCli(argv, { ...terminal, environment: { NO_COLOR: '1' } })
    expect(plain.err.replaceAll('\r\u001B[K', '')).not.toContain('\u001B')
  })
})

describe('sluice train --json', () => {
  test('prints a JSON object a line, the last one the held-out accuracy', async () => {
    const argv = ['train', 'digits', '--epochs', '2', '--hidden', '16', '--json']
    const { code, out, err } = await runCli(argv)
    expect([code, err]).toEqual([0, ''])
    const lines = out.trimEnd().split('\n')
    const events = lines.map((line) => JSON.parse(line))
    expect(events.map(({ event }) => event)).toEqual(['start', 'epoch', 'epoch', 'done'])
    expect(events[0]).toEqual({
      event: 'start',
      data: 'digits',
      task: 'classification',
      classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      layers: [64, 16, 10],
      activation: 'relu',
      criterion: 'crossEntropy',
      optimizer: { name: 'sgd', learningRate: 0.2 },
      epochs: 2,
      batch: 32,
      seed: 1,
      examples: { train: 1438, heldOut: 359 },
    })
    expect(Object.keys(events[1])).toEqual([
      'event',
      'epoch',
      'step',
      'loss',
      'heldOut',
      'seconds',
      'examplesPerSecond',
    ])
    expect(events[2].step).toBe(90)
    const { loss, heldOut } = events[2]
    expect(events[3]).toEqual({
      ...{ event: 'done', stopped: 'epochs', epoch: 2, step: 90, loss, heldOut },
    })
  })

  test('gives the same losses for the same seed, to the bit, and others for another', async () => {
    const losses = async (seed: string) => {
      const argv = ['train', 'xor', '--epochs', '200', '--seed', seed, '--json']
      const { out } = await runCli(argv)
      return [...out.matchAll(/"loss":[\d.e-]+/g)].map(String)
    }
    const first = await losses('1')
    expect(first).toHaveLength(6) // two epochs and the end, each with that of all examples
    expect(await losses('1')).toEqual(first)
    expect(await losses('2')).not.toEqual(first)
  })
})

describe('bad input', () => {
  test.each([
    [
      ['digit'],
      'NAME there is no dataset "digit"\n' +
        '  got       "digit"\n' +
        '  fix       did you mean "digits"?\n',
    ],
    [
      ['digits', '--layers', '784,32,10'],
      'OPTION --layers: the widths do not fit the dataset "digits"\n' +
        '  expected  64 first and 10 last\n' +
        '  got       784,32,10\n' +
        '  fix       try --layers 64,32,10\n',
    ],
    [
      ['xor', '--layers', '2,3,1', '--hidden', '4'],
      'OPTION --layers and --hidden: both say how wide the layers are\n' +
        '  expected  one of the two\n' +
        '  got       --layers 2,3,1 --hidden 4\n' +
        '  fix       leave one out\n',
    ],
    [
      ['xor', '--hidden', '3;2'],
      'OPTION --hidden: "3;2" is not a width\n' +
        '  expected  whole numbers from 1 to 65536, separated by commas, such as 2,3,1\n' +
        '  got       "3;2"\n' +
        '  fix       give the width of each layer\n',
    ],
    [
      ['xor', '--epochs', '0'],
      'OPTION --epochs cannot be 0\n' +
        '  expected  a whole number, 1 or more\n' +
        '  got       "0"\n' +
        '  fix       give --epochs 1, for example\n',
    ],
    [
      ['xor', '--batch', '99999999999'],
      'OPTION --batch cannot be 99999999999\n' +
        '  expected  a whole number up to 4294967295\n' +
        '  got       "99999999999"\n' +
        '  fix       give --batch 1, for example\n',
    ],
    [
      ['xor', '--learning-rate', 'fast'],
      'OPTION --learning-rate: "fast" is not a learning rate\n' +
        '  expected  a number above 0, such as 0.1\n' +
        '  got       "fast"\n' +
        '  fix       leave it out for a rate that is known to work\n',
    ],
  ])('%j', async (argv, err) => {
    expect(await runCli(['train', ...argv])).toEqual({ code: 2, out: '', err })
  })

  test('a learning rate that makes the loss infinite names the gate and the step', async () => {
    const { code, out, err } = await runCli(['train', 'xor', '--learning-rate', '1e30'])
    expect([code, out]).toEqual([1, ''])
    const error = err.slice(err.indexOf('NONFINITE'))
    expect(error.replace(/-?\d[\d.]*(e\+?\d+)?/g, '#')).toMatch(
      /^NONFINITE mse made ∞ at step #\n {2}where {5}forward pass, .*\n {2}expected {2}finite numbers from finite operands\n {2}got {7}ŷ = .*\n {12}y = .*\n {2}fix {7}lower the learning rate, scale the data, or use the stable form of the gate; no state was changed by this step\n$/,
    )
    expect(error).toContain('at step 2')
  })
})

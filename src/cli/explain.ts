import { Command } from 'commander'
import { compile } from '../compile.ts'
import { xor } from '../data/index.ts'
import { explain } from '../explain/index.ts'
import { input, mse } from '../gates/index.ts'
import type { Tensor } from '../ir/tensor.ts'
import { fillRandomBits, foldIn, hashName, keyFromSeed, uniform32 } from '../ir/threefry.ts'
import { sgd } from '../optim/index.ts'
import { trace } from '../read.ts'
import { createStore } from '../runtime/store.ts'
import { explainGateNamed } from './explain-gate.ts'
import { type Io, tableWidth } from './io.ts'
import { jsonText } from './json.ts'
import { activations, buildNetwork } from './network.ts'
import { parseLayers, parseLearningRate, UsageError, wholeNumber } from './usage.ts'

interface NetworkOptions {
  readonly layers?: readonly number[]
  readonly activation: string
  readonly learningRate: number
  readonly seed: number
  readonly json?: true
  readonly latex?: true
  readonly values: boolean
}

/** `sluice explain --layers 2,3,1` and `sluice explain <gate>`. */
export function explainCommand(io: Io): Command {
  return new Command('explain')
    .summary('print the equations of a network, or of one gate, with their numbers')
    .description(
      'Prints every equation of one training step of a network, forward (F), backward (B) and update (U), or what one gate does forward and backward.',
    )
    .usage(
      '--layers <widths> [options]\n       sluice explain <gate> --<operand> <numbers> … [options]',
    )
    .argument('[gate]', 'a gate by its name; `sluice explain <gate> --help` lists its operands')
    .argument('[operands...]', 'its operands, as options of their names')
    .passThroughOptions()
    .option('--layers <widths>', 'width of the inputs, then of each layer: 2,3,1', parseLayers)
    .option(
      '--activation <name>',
      `between layers: ${Object.keys(activations).join(', ')}`,
      'sigmoid',
    )
    .option(
      '--learning-rate <rate>',
      'how far the update moves the weights',
      parseLearningRate,
      0.5,
    )
    .option('--seed <number>', 'decides the weights', wholeNumber('--seed', 0), 1)
    .option('--no-values', 'only the equations and shapes')
    .option('--json', 'print JSON')
    .option('--latex', 'print LaTeX')
    .addHelpText('after', examples)
    .action((gate: string | undefined, rest: readonly string[], options: NetworkOptions) =>
      gate === undefined ? explainNetwork(io, options) : explainGateNamed(io, gate, rest, options),
    )
}

const examples = `
A network [2, …, 1] is shown the four rows of XOR, any other one random numbers.

Examples:
  $ sluice explain --layers 2,3,1
  $ sluice explain --layers 4,8,3 --activation tanh --no-values
  $ sluice explain --layers 2,3,1 --json
  $ sluice explain multiply --a 3 --b -4 --upstream 2
  $ sluice explain matmul --a '[[1, 2]]' --b '[[3], [4]]'
  $ sluice explain sum --x '[[1, 2], [3, 4]]' --with '[0]'`

/** One training step of the article's network: 7 forward, 10 backward, 4 updates for [2, 3, 1]. */
async function explainNetwork(io: Io, options: NetworkOptions): Promise<void> {
  const { layers, activation, seed, learningRate } = options
  if (!layers) throw nothingToExplain()
  const { inputs, targets } = dataFor(layers, seed)
  const x = input('x', inputs.shape)
  const y = input('y', targets.shape)
  const yHat = buildNetwork(layers, activation)(x).named('ŷ')
  const J = mse(yHat, y).named('J')
  const store = createStore({ seed })
  const step = await compile({ J }, { updates: sgd(J, { learningRate }), store })
  const values = options.values ? await trace(step, { x: inputs, y: targets }) : undefined
  const explanation = explain(step, values && { values })
  if (options.json) return io.out(`${jsonText(explanation)}\n`)
  io.out(
    `${options.latex ? explanation.toLatex() : explanation.toText({ width: tableWidth(io) })}\n`,
  )
}

/** The four rows of XOR where they fit, else four rows of numbers from 0 to 1, by seed. */
function dataFor(
  layers: readonly number[],
  seed: number,
): { readonly inputs: Tensor; readonly targets: Tensor } {
  const inputs = layers[0] ?? 1
  const outputs = layers.at(-1) ?? 1
  if (inputs === 2 && outputs === 1) return xor()
  return {
    inputs: randomRows('x', [4, inputs], seed),
    targets: randomRows('y', [4, outputs], seed),
  }
}

function randomRows(name: string, shape: readonly [number, number], seed: number): Tensor {
  const bits = new Uint32Array(shape[0] * shape[1])
  fillRandomBits(foldIn(keyFromSeed(seed), hashName(name)), bits)
  // Two digits, so that the equations can be checked by hand.
  const data = Float32Array.from(bits, (word) => Math.round(uniform32(word) * 100) / 100)
  return { shape, dtype: 'f32', data }
}

function nothingToExplain(): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: 'explain: neither a network nor a gate is given',
    expected: '--layers with the widths of a network, or the name of a gate',
    got: 'neither',
    fix: 'try `sluice explain --layers 2,3,1` or `sluice explain multiply --a 3 --b -4`',
  })
}

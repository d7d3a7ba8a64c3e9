/**
 * An autoencoder: digits of 64 pixels go through a waist of 8 numbers and come out again. Nothing
 * says what the 8 numbers mean; they become what is needed to draw the digit.
 */
import { adam, compile, createStore, input, mse } from 'sluice'
import { batches, digits, pick, scaleInputs, split } from 'sluice/data'
import { linear, sequential, sigmoid, tanh } from 'sluice/nn'

const { train, heldOut } = split(scaleInputs(await digits()), { heldOut: 0.2, seed: 1 })

const encoder = sequential(linear(64, 32), tanh(), linear(32, 8), tanh()).at('encoder')
const decoder = sequential(linear(8, 32), tanh(), linear(32, 64), sigmoid()).at('decoder', 3)
const store = createStore({ seed: 1 })

const step = await compile(
  ({ x }) => {
    const J = mse(decoder(encoder(x)), x)
    return { outputs: { J }, updates: adam(J, { learningRate: 0.005 }) }
  },
  { inputs: { x: { shape: [null, 64] } }, store },
)
const epochs = 40
for (let epoch = 1; epoch <= epochs; epoch++) {
  let total = 0
  for (const { inputs } of batches(train, { size: 64, seed: 1, epoch })) {
    total += (await step.run({ x: inputs }).J.item()) * (inputs.shape[0] ?? 0)
  }
  if (epoch % 10 === 0) console.log(`epoch ${epoch}: J = ${(total / train.length).toFixed(4)}`)
}

// How much of the variance among pixels it explains, on digits that it never saw.
const x = input('x', heldOut.inputs.shape)
const redrawn = decoder(encoder(x))
const spread = mse(x.mean(0).broadcastTo(x.shape), x)
const judge = await compile({ error: mse(redrawn, x), spread, redrawn }, { store })
const judged = judge.run({ x: heldOut.inputs })
const explained = 1 - (await judged.error.item()) / (await judged.spread.item())
console.log(`8 numbers explain ${(100 * explained).toFixed(1)} % of 64 pixels of new digits`)

const shown = [0, 1, 2, 3]
const pixels = await judged.redrawn.data()
const given = pick(heldOut, shown).inputs.data
for (let row = 0; row < 8; row++) {
  const line = (data: ArrayLike<number | bigint>) =>
    shown.map((k) => strokes(data, 64 * k + 8 * row)).join('  ')
  console.log(`${line(given)}   →   ${line(pixels)}`)
}

/** Eight pixels, from light to dark. */
function strokes(data: ArrayLike<number | bigint>, start: number): string {
  return Array.from({ length: 8 }, (_, k) => ' ░▒▓█'[Math.round(4 * Number(data[start + k]))]).join(
    '',
  )
}

/**
 * A decoder of four blocks reads a text letter by letter, learns to say which comes next, and writes
 * on by itself. The last tenth of the text is held out.
 *
 *   npm run example examples/15-character-transformer.ts [text file] [steps]
 */
import { readFile } from 'node:fs/promises'
import {
  adamW,
  compile,
  createStore,
  crossEntropy,
  gelu,
  init,
  input,
  parameter,
  softmax,
  type Value,
} from 'sluice'
import { embedding, layerNorm, linear, multiheadAttention, residual, sequential } from 'sluice/nn'

const [file = '../shared/data/tinyshakespeare/input.txt', steps = '1500'] = process.argv.slice(2)
const text = await readFile(file, 'utf8')
const letters = [...new Set(text)].sort()
const codes = new Map(letters.map((letter, code) => [letter, code]))
const encoded = Int32Array.from(text, (letter) => codes.get(letter) ?? 0)
const border = Math.floor(0.9 * encoded.length)
const [learned, heldOut] = [encoded.subarray(0, border), encoded.subarray(border)]

const [context, width, heads, blocks, batch] = [64, 128, 4, 4, 16]
const weightInit = init.normal(0, 0.02)
const table = embedding(letters.length, width, { weightInit }).at('letters')
const places = parameter('P', [context, width], { key: 'places', init: weightInit })
const block = () =>
  sequential(
    residual(layerNorm(width), multiheadAttention(width, heads, { isCausal: true })),
    residual(layerNorm(width), linear(width, 4 * width), gelu, linear(4 * width, width)),
  )
const decoder = sequential(
  ...Array.from({ length: blocks }, block),
  layerNorm(width),
  linear(width, letters.length),
).at('decoder')
const logitsOf = (seen: Value) => decoder(table(seen).add(places))

const errorOf = (seen: Value, next: Value) => {
  const rows = next.shape.reduce((product, size) => product * size, 1)
  return crossEntropy(logitsOf(seen).reshape([rows, letters.length]), next.reshape([rows]))
}

const store = createStore({ seed: 1 })
const stretch = { shape: [null, context], dtype: 'i32' } as const
const step = await compile(
  ({ seen, next }) => {
    const J = errorOf(seen, next)
    return { outputs: { J }, updates: adamW(J, { learningRate: 0.001, weightDecay: 0.1 }) }
  },
  { inputs: { seen: stretch, next: stretch }, store },
)
const judge = await compile(({ seen, next }) => ({ J: errorOf(seen, next) }), {
  inputs: { seen: stretch, next: stretch },
  store,
})

/** Stretches of a text from these places on, and the same one letter on. */
function stretches(source: Int32Array, starts: readonly number[]) {
  const from = (shift: number) => ({
    shape: [starts.length, context],
    dtype: 'i32' as const,
    data: Int32Array.from(
      starts.flatMap((start) => [...source.subarray(start + shift, start + shift + context)]),
    ),
  })
  return { seen: from(0), next: from(1) }
}

// Places in an order that repeats from run to run: a multiplicative congruential generator.
let state = 1
const place = (length: number) => {
  state = (state * 48271) % 0x7fffffff
  return state % (length - context - 1)
}

/** The mean error on the held-out part, in nats per letter. */
async function judged(): Promise<number> {
  const rounds = 16
  const stride = Math.floor((heldOut.length - context - 1) / (rounds * batch))
  let total = 0
  for (let round = 0; round < rounds; round++) {
    const starts = Array.from({ length: batch }, (_, k) => (round * batch + k) * stride)
    total += await judge.run(stretches(heldOut, starts)).J.item()
  }
  return total / rounds
}

const begin = performance.now()
for (let i = 1; i <= Number(steps); i++) {
  const starts = Array.from({ length: batch }, () => place(learned.length))
  const { J } = step.run(stretches(learned, starts))
  if (i % 250 !== 0 && i !== Number(steps)) continue
  const seconds = ((performance.now() - begin) / 1000).toFixed(0)
  const [own, other] = [await J.item(), await judged()]
  console.log(
    `step ${i}: ${own.toFixed(3)} nats per letter, held out ${other.toFixed(3)}, ${seconds} s`,
  )
}

// It writes on from a stretch that it never saw, drawing each letter by its probability.
const seen = input('seen', [1, context], { dtype: 'i32' })
const last = logitsOf(seen).slice([[], [-1]])
const speak = await compile({ chances: softmax(last.divide(0.8), -1) }, { store })
const written = [...heldOut.subarray(0, context)]
for (let i = 0; i < 500; i++) {
  const chances = await speak.run({ seen: [written.slice(-context)] }).chances.data()
  let left = place(1e9) / 1e9
  const chosen = chances.findIndex((chance) => {
    left -= Number(chance)
    return left < 0
  })
  written.push(chosen < 0 ? letters.length - 1 : chosen)
}
console.log(written.map((code) => letters[code]).join(''))

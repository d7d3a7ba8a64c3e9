/**
 * A long short-term memory reads a text letter by letter. It learns with gradients that are clipped
 * and a rate that falls along a cosine, which is part of the graph; then it writes on, one letter at
 * a time, and all that it remembers are its two states.
 *
 *   npm run example examples/16-lstm-text.ts [text file] [steps]
 */
import { readFile } from 'node:fs/promises'
import { compile, createStore, crossEntropy, input, softmax, zeros } from 'sluice'
import { embedding, linear, lstm } from 'sluice/nn'
import { adam, cosineAnnealingLr, scheduled } from 'sluice/optim'

const [file = '../shared/data/tinyshakespeare/input.txt', count = '600'] = process.argv.slice(2)
const steps = Number(count)
const text = await readFile(file, 'utf8')
const letters = [...new Set(text)].sort()
const codes = new Map(letters.map((letter, code) => [letter, code]))
const encoded = Int32Array.from(text, (letter) => codes.get(letter) ?? 0)

const [length, batch, width] = [48, 32, 128]
const table = embedding(letters.length, 32).at('letters')
const memory = lstm(32, width).at('memory')
const head = linear(width, letters.length).at('head')
const store = createStore({ seed: 1 })

// Time comes first: [length, batch] letters, and the same one letter on.
const seen = input('seen', [length, batch], { dtype: 'i32' })
const next = input('next', [length * batch], { dtype: 'i32' })
const { output } = memory(table(seen))
const logits = head(output.reshape([length * batch, width]))
const J = crossEntropy(logits, next)

const { learningRate, updates } = scheduled(cosineAnnealingLr(0.005, { tMax: steps }), { steps })
const optimizer = adam(J, { learningRate, clipGradNorm: 1 })
const step = await compile({ J }, { updates: [...optimizer, ...updates], store })

// Places in an order that repeats from run to run: a multiplicative congruential generator.
let state = 1
const place = (size: number) => {
  state = (state * 48271) % 0x7fffffff
  return state % size
}
for (let i = 1; i <= steps; i++) {
  const starts = Array.from({ length: batch }, () => place(encoded.length - length - 1))
  const column = (shift: number) =>
    Array.from({ length }, (_, time) => starts.map((start) => encoded[start + time + shift] ?? 0))
  const { J } = step.run({ seen: column(0), next: column(1).flat() })
  if (i === 1 || i % 100 === 0)
    console.log(`step ${i}: ${(await J.item()).toFixed(3)} nats per letter`)
}

// The same weights, one letter and one step of time: the states go in and come out.
const letter = input('letter', [1, 1], { dtype: 'i32' })
const hidden = [input('h', [1, 1, width]), input('c', [1, 1, width])] as const
const told = memory(table(letter), hidden)
const chances = softmax(head(told.output.reshape([1, width])).divide(0.8), -1)
const [h, c] = told.hidden
const speak = await compile({ chances, h, c }, { store })

let written = text.slice(0, 1)
let remembered = { h: await zeros([1, 1, width]).array(), c: await zeros([1, 1, width]).array() }
for (let i = 0; i < 300; i++) {
  const spoken = speak.run({ letter: [[codes.get(written.at(-1) ?? '') ?? 0]], ...remembered })
  remembered = { h: await spoken.h.array(), c: await spoken.c.array() }
  let left = place(1e9) / 1e9
  const drawn = await spoken.chances.data()
  const chosen = drawn.findIndex((chance) => {
    left -= Number(chance)
    return left < 0
  })
  written += letters[chosen < 0 ? letters.length - 1 : chosen]
}
console.log(written)

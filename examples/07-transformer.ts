/**
 * A small transformer, made of layers, learns a sentence by heart: at each of 10 places at once it
 * says the next letter from those before it. Then it writes on by itself.
 */
import { adamW, argmax, compile, crossEntropy, gelu, init, input, parameter } from 'sluice'
import { embedding, layerNorm, linear, multiheadAttention, residual, sequential } from 'sluice/nn'

const text = 'she sells sea shells by the sea shore, '
const letters = [...new Set(text)].sort()
const [context, width, heads] = [10, 16, 2]

const table = embedding(letters.length, width).at('letters')
const places = parameter('P', [context, width], { init: init.normal() })
const decoder = sequential(
  residual(layerNorm(width), multiheadAttention(width, heads, { isCausal: true })),
  residual(layerNorm(width), linear(width, 4 * width), gelu, linear(4 * width, width)),
  layerNorm(width),
  linear(width, letters.length),
)
const logitsOf = (batch: number) => {
  const seen = input('seen', [batch, context], { dtype: 'i32' })
  return decoder(table(seen).add(places)).reshape([batch * context, letters.length])
}

// Every stretch of the sentence, which begins anew at its end, and the same one letter on.
const stretch = (start: number) =>
  Array.from({ length: context }, (_, place) =>
    letters.indexOf(text[(start + place) % text.length] ?? ''),
  )
const starts = Array.from(text, (_, index) => index)
const feeds = {
  seen: starts.map(stretch),
  next: starts.flatMap((start) => stretch(start + 1)),
}

const next = input('next', [text.length * context], { dtype: 'i32' })
const J = crossEntropy(logitsOf(text.length), next)
const step = await compile({ J }, { updates: adamW(J, { learningRate: 0.02 }), seed: 1 })
for (let i = 1; i <= 80; i++) {
  const error = await step.run(feeds).J.item()
  if (i === 1 || i % 20 === 0) console.log(`step ${i}: J = ${error.toFixed(3)}`)
}

// The same parameters in a program for one stretch: the last place says what comes after it.
const speak = await compile({ choices: argmax(logitsOf(1), 1) })
let written = text.slice(0, context)
for (let i = 0; i < 40; i++) {
  const seen = [Array.from(written.slice(-context), (letter) => letters.indexOf(letter))]
  const choices = await speak.run({ seen }).choices.data()
  written += letters[Number(choices.at(-1))] ?? ''
}
console.log(written)

/**
 * A recurrent network: `scan` walks over time and carries a state from step to step. It learns to
 * say the next number of a wave; gradients come back through all the steps by themselves.
 */
import { compile, input, mse, parameter, scan, sgd, zeros } from 'sluice'

const length = 40
const wave = Array.from({ length: length + 1 }, (_, time) => [Math.sin(0.5 * time)])

const seen = input('seen', [length, 1])
const next = input('next', [length, 1])
const U = parameter('U', [1, 8]) // what is seen → state
const W = parameter('W', [8, 8]) // state → next state
const b = parameter('b', [8])
const V = parameter('V', [8, 1]) // state → what comes next

// One step of time, written once. It may read any value from outside, such as the weights.
const { outputs } = scan(
  ([state], [number]) => {
    const moved = number.reshape([1, 1]).matmul(U).add(state.matmul(W)).add(b).tanh()
    return { carry: [moved], outputs: [moved.matmul(V).reshape([1])] }
  },
  { carry: [zeros([1, 8])], sequences: [seen] },
)
const [guesses] = outputs // [40, 1]: what every step gave, stacked
const J = mse(guesses, next)

const step = await compile({ J, guesses }, { updates: sgd(J, { learningRate: 0.1 }), seed: 1 })
const feeds = { seen: wave.slice(0, length), next: wave.slice(1) }
for (let i = 1; i <= 200; i++) {
  const error = await step.run(feeds).J.item()
  if (i === 1 || i % 50 === 0) console.log(`step ${i}: J = ${error.toFixed(5)}`)
}

const guessed = await step.run(feeds).guesses.data()
console.log('time  guess   wave')
for (const time of [10, 15, 20, 25, 30]) {
  const cells = [guessed[time] ?? 0, wave[time + 1]?.[0] ?? 0]
  console.log(`${time + 1}   ${cells.map((number) => number.toFixed(2).padStart(6)).join(' ')}`)
}

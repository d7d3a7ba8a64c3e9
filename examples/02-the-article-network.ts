/**
 * Two inputs, three sigmoid units, one linear output: the [2, 3, 1] network learns exclusive or.
 * Then every equation of it, forward and backward, is printed with its shapes and numbers.
 */
import { compile, explain, input, mse, parameter, sgd, trace } from 'sluice'

// The truth table of exclusive or, one row each.
const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]
const Y = [[0], [1], [1], [0]]

// The graph. Shapes are types: give W1 three rows and the editor underlines the matmul.
const x = input('x', [4, 2])
const y = input('y', [4, 1])
const W1 = parameter('W1', [2, 3])
const b1 = parameter('b1', [3])
const W2 = parameter('W2', [3, 1])
const b2 = parameter('b2', [1])

const z2 = x.matmul(W1).add(b1).named('z2')
const a2 = z2.sigmoid().named('a2')
const z3 = a2.matmul(W2).add(b2).named('z3')
const yHat = z3.named('ŷ')
const J = mse(yHat, y).named('J')

// Forward, backward and update are one graph, and one program runs it.
const step = await compile({ J, yHat }, { updates: sgd(J, { learningRate: 0.5 }), seed: 1 })
for (let i = 1; i <= 4000; i++) {
  const { J: error } = step.run({ x: X, y: Y })
  if (i === 1 || i % 1000 === 0) console.log(`step ${i}: J = ${(await error.item()).toFixed(6)}`)
}

const { yHat: answers } = step.run({ x: X, y: Y })
const rounded = Array.from(await answers.data(), (answer) => Number(answer).toFixed(2))
console.log(`0⊕0, 0⊕1, 1⊕0, 1⊕1 = ${rounded.join(', ')}`)

// Every value, local gradient and gradient of one pass, written out as equations.
const values = await trace(J, { x: X, y: Y })
console.log(explain(J, { values }).toText())

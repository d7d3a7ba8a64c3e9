/**
 * Two inputs, three sigmoid units, one linear output: the [2, 3, 1] network. Every equation of one
 * pass through it, forward and backward, is printed with shapes and numbers; then it learns
 * exclusive or.
 */
import { compile, explain, input, mse, parameter, sgd, trace } from 'sluice'

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

// The truth table of exclusive or, one row each.
const feeds = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [[0], [1], [1], [0]] } // biome-ignore format: a truth table

// Every value, local gradient and gradient of one pass, written out as equations.
const values = await trace(J, feeds)
console.log(explain(J, { values }).toText())

for (let i = 1; i <= 1000; i++) {
  const error = await step.run(feeds).J.item()
  if (i === 1 || i % 250 === 0) console.log(`step ${i}: J = ${error.toFixed(6)}`)
}

const answers = Array.from(await step.run(feeds).yHat.data(), (answer) => answer.toFixed(2))
console.log(`0⊕0, 0⊕1, 1⊕0, 1⊕1 = ${answers.join(', ')}`)

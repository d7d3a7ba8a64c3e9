/**
 * A gate of your own, made outside the package with `defineGate`: it is typed, run and
 * differentiated like the ones inside, and `gradcheck` holds its rule against differences. A single unit with it learns exclusive or, which a single
 * sigmoid unit cannot: a bell is high on a strip, not on one side of a line.
 */
import {
  compile,
  defineGate,
  type Gate,
  gradcheck,
  input,
  mse,
  parameter,
  sgd,
  type Unary,
} from 'sluice'

/** exp(−x²), element by element: a bell around 0. */
const bell: Gate<Unary> = defineGate({
  name: 'bell',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.multiply(x).negate().exp(),
  backward: ({ gates, x, output, upstream }) => ({
    x: gates.multiply(upstream, gates.multiply(gates.multiply(-2, x), output)),
  }),
  equation: ({ x }) => String.raw`\exp(-${x}^2)`,
  local: ({ x, output }) => String.raw`-2 ${x} \odot ${output}`,
  samples: [{ x: [0, 1, -1], output: [1, 0.36787944117144233, 0.36787944117144233] }],
})

console.log('bell at 1 gives', bell.forward({ x: 1 }), 'and hands back', bell.backward({ x: 1 }))

// Is the backward rule the derivative of the forward rule? Differences of values tell.
const point = input('point', [5])
const check = gradcheck(bell(point).sum(), { feeds: { point: [-2, -0.5, 0, 0.3, 1.5] } })
console.log('gradcheck', check.passed ? 'passed' : 'failed')

const x = input('x', [4, 2])
const y = input('y', [4, 1])
const W = parameter('W', [2, 1], { init: [[0.6], [0.4]] })
const b = parameter('b', [1], { init: [-0.3] })
const yHat = bell(x.matmul(W).add(b))
const J = mse(yHat, y)

const step = await compile({ J, yHat }, { updates: sgd(J, { learningRate: 0.5 }) })
const feeds = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [[0], [1], [1], [0]] } // biome-ignore format: a truth table
for (let i = 0; i < 2000; i++) step.run(feeds)

const last = step.run(feeds)
const answers = Array.from(await last.yHat.data(), (answer) => answer.toFixed(2))
console.log(`J = ${(await last.J.item()).toFixed(6)}, answers ${answers.join(', ')}`)

/**
 * A curve is fitted to a law instead of to data: of a swinging mass on a spring with friction,
 * x″ + 2 · damping · x′ + stiffness · x = 0 with x(0) = 1 and x′(0) = 0. The network says x(t); its
 * derivatives by t are gates like any others, so the loss may hold the second one, and the weights
 * learn from its gradient.
 */
import { adam, add, compile, gradients, input, mean, multiply, type Value } from 'sluice'
import { linear, sequential, tanh } from 'sluice/nn'

const [damping, stiffness] = [0.5, 9]
const moments = 40
const end = 3

const network = sequential(linear(1, 24), tanh(), linear(24, 24), tanh(), linear(24, 1))
/** x(t) = 1 + t² · network(t): the two conditions at t = 0 hold whatever the weights are. */
const position = (t: Value) => add(1, multiply(multiply(t, t), network(t)))

const t = input('t', [moments, 1])
const x = position(t)
// Each x depends on its own t alone, so the gradient of their sum is the derivative at each.
const [velocity] = gradients(x.sum(), [t])
const [acceleration] = gradients(velocity.sum(), [t])
const residual = acceleration.add(velocity.multiply(2 * damping)).add(x.multiply(stiffness))
const J = mean(residual.multiply(residual))

const step = await compile({ J }, { updates: adam(J, { learningRate: 0.001 }), seed: 3 })
const times = Array.from({ length: moments }, (_, k) => [(end * k) / (moments - 1)])
for (let i = 1; i <= 6000; i++) {
  const error = await step.run({ t: times }).J.item()
  if (i === 1 || i % 2000 === 0) console.log(`step ${i}: J = ${error.toExponential(2)}`)
}

// The law has a solution in closed form to compare with.
const frequency = Math.sqrt(stiffness - damping ** 2)
const exact = (t: number) =>
  Math.exp(-damping * t) *
  (Math.cos(frequency * t) + (damping / frequency) * Math.sin(frequency * t))

const found = Array.from(await x.data({ t: times }), Number)
console.log('  t     network   exact')
for (let k = 0; k < moments; k += 6) {
  const time = times[k]?.[0] ?? 0
  const cells = [time, found[k] ?? 0, exact(time)]
  console.log(cells.map((number) => number.toFixed(3).padStart(7)).join('  '))
}
const worst = Math.max(...times.map(([time = 0], k) => Math.abs((found[k] ?? 0) - exact(time))))
console.log(`never further off than ${worst.toFixed(4)}`)

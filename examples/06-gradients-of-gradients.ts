/**
 * A gradient is graph like everything else, so it has gradients itself. Newton's method divides the
 * first derivative by the second and about doubles the right digits with each step, where gradient
 * descent takes several steps for each digit.
 */
import { compile, createStore, gradients, parameter, sgd } from 'sluice'

// f(x) = x⁴ − 3x³ + 2 has its minimum at x = 9/4.
const x = parameter('x', [], { init: 3, dtype: 'f64' })
const f = x.power(4).subtract(x.power(3).multiply(3)).add(2)

const [slope] = gradients(f, [x])
const [curvature] = gradients(slope, [x])
const [third] = gradients(curvature, [x])
console.log('at x = 3')
console.log('f    = x⁴ − 3x³ + 2 =', await f.item())
console.log('f′   = 4x³ − 9x²    =', await slope.item())
console.log('f″   = 12x² − 18x   =', await curvature.item())
console.log('f‴   = 24x − 18     =', await third.item())

// An update is any value of the graph: x ← x − f′ / f″. A store of its own for each of the two.
const newton = await compile(
  { x },
  { updates: [{ state: x, value: x.subtract(slope.divide(curvature)) }], store: createStore() },
)
const descent = await compile(
  { x },
  { updates: sgd(f, { learningRate: 0.02 }), store: createStore() },
)

const distance = (program: typeof newton) =>
  Math.abs(Number(program.parameters.get('x').data[0]) - 9 / 4).toExponential(1)

console.log('\nstep  distance of Newton  and of descent from 9/4')
for (let step = 1; step <= 6; step++) {
  newton.run()
  descent.run()
  console.log(`${step}     ${distance(newton).padEnd(19)} ${distance(descent)}`)
}

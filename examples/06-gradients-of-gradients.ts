/**
 * A gradient is graph like everything else, so it has gradients itself. Newton's method divides
 * the first derivative by the second and doubles the number of right digits with each step, where
 * gradient descent adds a few.
 */
import { compile, createStore, divide, gradients, parameter, print, graph, sgd } from 'sluice'

// f(x) = x⁴ − 3x³ + 2 has its minimum at x = 9/4.
const x = parameter('x', [], { init: 3, dtype: 'f64' })
const f = x.power(4).subtract(x.power(3).multiply(3)).add(2)

const [slope] = gradients(f, [x]) // f′ = 4x³ − 9x²
const [curvature] = gradients(slope, [x]) // f″ = 12x² − 18x
const [third] = gradients(curvature, [x]) // f‴ = 24x − 18
const at3 = await Promise.all([f, slope, curvature, third].map((value) => value.item()))
console.log(`at x = 3: f = ${at3.join(', f′ = ')}`)

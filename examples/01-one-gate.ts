/**
 * One gate by itself: what it computes, and what it hands back to its operands when a gradient
 * reaches it. No graph is built; every gate has `forward` and `backward` on plain numbers.
 */
import { add, maximum, mse, multiply, sigmoid } from 'sluice'

// Forward: the product of its operands.
console.log('multiply 3 by -4:', multiply.forward({ a: 3, b: -4 }))

// Backward: each operand gets the gradient that arrives, here 2, times the other operand.
// That is why multiply is called a switch.
console.log('the gradient 2 comes back as', multiply.backward({ a: 3, b: -4 }, 2))

// add is a distributor, maximum a router: it knows a winner.
console.log('through add it comes back as', add.backward({ a: 3, b: -4 }, 2))
console.log('through maximum it comes back as', maximum.backward({ a: 3, b: -4 }, 2))

// sigmoid scales by its own derivative a (1 - a), which is 1/4 at most.
console.log('sigmoid at 0 gives', sigmoid.forward({ x: 0 }))
console.log('and hands back', sigmoid.backward({ x: 0 }, 2))

// A criterion stands at the end: it gives the error J and the first gradient of the backward pass.
const guess = { input: [0.5, 0.25], target: [1, 0] }
console.log('mse is', mse.forward(guess))
console.log('and starts the way back with', mse.backward(guess).input)

import { defineGate } from '../gates/define.ts'
import { type RowAttributes, rowCall } from '../gates/row.ts'
import type { Softmax } from '../gates/softmax.ts'
import type { Gate } from '../ir/gate.ts'

/**
 * The softmax of −x along `axis`, the last one by default.
 *
 * Shapes: x [...] → x.
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `softmin`.
 */
export const softmin: Gate<Softmax> = defineGate<Softmax, ['x'], RowAttributes>({
  name: 'softmin',
  operands: ['x'],
  role: 'mixer',
  call: rowCall('softmin'),
  expand: ({ gates, x, attributes: { axis } }) => gates.softmax(gates.negate(x), axis),
  equation: ({ x }) => String.raw`\operatorname{softmax}(-${x})`,
  // Expected values: torch 1.13, torch.nn.functional.softmin in f64.
  samples: [
    {
      x: [
        [1, -2, 0.5, 3],
        [0.25, -1, -4, 2],
      ],
      output: [
        [0.04372618170936281, 0.8782638372334198, 0.07209228587072534, 0.0059176951864922086],
        [0.013374432206045977, 0.04668135526042342, 0.9376200847076754, 0.002324127825855246],
      ],
    },
    {
      x: [
        [1, -2, 0.5, 3],
        [0.25, -1, -4, 2],
      ],
      with: [0],
      output: [
        [0.32082130082460697, 0.7310585786300049, 0.01098694263059318, 0.2689414213699951],
        [0.679178699175393, 0.2689414213699951, 0.9890130573694068, 0.7310585786300049],
      ],
    },
  ],
})

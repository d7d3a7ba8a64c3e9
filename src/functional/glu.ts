import { defineGate } from '../gates/define.ts'
import { type RowAttributes, rowCall } from '../gates/row.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface Glu {
  <S extends Shape, D extends DType>(x: Value<S, D>, axis?: number): Value<Shape, D>
}

/**
 * The first half of x along `axis`, the last one by default, times the sigmoid of the second half:
 * a gated linear unit.
 *
 * Shapes: x [..., 2n, ...] → [..., n, ...].
 * Throws: SHAPE where the axis cannot be halved, ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `glu`; Dauphin et al. 2017.
 */
export const glu: Gate<Glu> = defineGate<Glu, ['x'], RowAttributes>({
  name: 'glu',
  operands: ['x'],
  role: 'mixer',
  part: 'activation',
  call: rowCall('glu'),
  constraints: {
    C1: {
      code: 'SHAPE',
      rule: 'the axis can be halved',
      holds: ({ x, attributes: { axis } }) =>
        (x.shape[axis] ?? 0) % 2 === 0 || `axis ${axis} has ${x.shape[axis]} elements`,
      fix: 'make the layer before it twice as wide',
      broken: { x: 'f32[2, 3]' },
    },
  },
  shape: ({ x, attributes: { axis } }) => x.with(axis, (x[axis] ?? 0) / 2),
  expand: ({ gates, x, attributes: { axis } }) => {
    const half = (x.shape[axis] ?? 0) / 2
    const [passed, gate] = gates.split(x, [half, half], axis)
    return gates.multiply(passed, gates.sigmoid(gate))
  },
  equation: ({ x }) => String.raw`\operatorname{glu}(${x})`,
  // Expected values: torch 1.13, torch.nn.functional.glu in f64.
  samples: [
    {
      x: [
        [1, -2, 0.5, 3],
        [0.25, -1, -4, 2],
      ],
      output: [
        [0.6224593312018546, -1.9051482536448667],
        [0.00449655249052289, -0.8807970779778823],
      ],
    },
    {
      x: [
        [1, -2, 0.5, 3],
        [0.25, -1, -4, 2],
      ],
      with: [0],
      output: [[0.5621765008857981, -0.5378828427399902, 0.00899310498104578, 2.642391233933647]],
    },
  ],
})

import { SluiceError } from '../errors.ts'
import type { ComputeDType, DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { IndexDType } from './gather.ts'
import { checkPlaces } from './index-range.ts'

export interface OneHot {
  <S extends Shape, I extends DType, const C extends number, const D extends ComputeDType = 'f32'>(
    labels: IfDType<'oneHot: labels', I, IndexDType, Value<S, I>>,
    classes: C,
    options?: { readonly dtype?: D },
  ): Value<[...S, C], D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    oneHot<V extends Value, const C extends number, const T extends ComputeDType = 'f32'>(
      this: IfDType<'oneHot: labels', V['dtype'], IndexDType, V>,
      classes: C,
      options?: { readonly dtype?: T },
    ): Value<[...V['shape'], C], T>
  }
}

interface OneHotAttributes {
  readonly [name: string]: number | ComputeDType
  readonly classes: number
  readonly dtype: ComputeDType
}

/**
 * A 1 at the place that each label names, 0 elsewhere. No gradient passes.
 *
 * Shapes: labels [...], i32 or u32 from 0 to classes − 1 → [..., classes].
 * Throws: ATTRIBUTE for a number of classes that is none; INDEX, when it runs, for a label that is
 * not one of the classes.
 * Source: PyTorch `one_hot`, whose output is of an integer dtype.
 */
export const oneHot: Gate<OneHot> = defineGate<OneHot, ['labels'], OneHotAttributes>({
  name: 'oneHot',
  operands: ['labels'],
  role: 'stop',
  takes: 'integer',
  call: (labels: Value, classes: number, { dtype = 'f32' }: { dtype?: ComputeDType } = {}) => {
    checkClasses(classes)
    return { inputs: [labels], attributes: { classes, dtype } }
  },
  checkData: ({ labels, attributes: { classes } }) =>
    checkPlaces(labels, {
      gate: 'oneHot',
      operand: 'labels',
      element: 'label',
      length: classes,
      of: `there are ${classes} classes`,
      fix: 'correct the label, or make room for more classes',
    }),
  shape: ({ labels, attributes }) => [...labels, attributes.classes],
  dtype: ({ attributes }) => attributes.dtype,
  expand: ({ gates, labels, attributes: { classes, dtype } }) => {
    const places = gates.iota([...labels.shape, classes], -1, {
      dtype: labels.dtype === 'u32' ? 'u32' : 'i32',
    })
    return gates.cast(gates.equal(gates.reshape(labels, [...labels.shape, 1]), places), dtype)
  },
  equation: ({ labels, attributes }) =>
    String.raw`\operatorname{oneHot}(${labels}, ${attributes.classes})`,
  // Expected values: torch 1.13, torch.nn.functional.one_hot.
  samples: [
    {
      labels: [2, 0],
      with: [3],
      output: [
        [0, 0, 1],
        [1, 0, 0],
      ],
    },
    { labels: [[0], [1]], with: [2], output: [[[1, 0]], [[0, 1]]] },
    { labels: 1, with: [2, { dtype: 'bool' }], output: [false, true] },
  ],
})

function checkClasses(classes: number): void {
  if (Number.isSafeInteger(classes) && classes >= 0) return
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: 'oneHot: the number of classes is not a whole number',
    expected: 'a whole number, 0 or more',
    got: String(classes),
    fix: 'give the number of classes: oneHot(labels, 10)',
  })
}

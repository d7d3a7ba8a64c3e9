/**
 * Shapes as types. A literal shape is checked while the program is typed; a `number` axis stays
 * `number`, and a shape of unknown rank degrades to `Shape`, so nobody is forced to prove shapes.
 */
import type { Shape } from './shape.ts'

/** What an operand's type becomes when its shape cannot fit: no value is assignable to it. */
export interface ShapeError<Message extends string> {
  readonly shapeError: Message
}

/** The shape that `A` and `B` broadcast to by NumPy's rule; `never` where they cannot meet. */
export type Broadcast<A extends Shape, B extends Shape> = number extends A['length']
  ? Shape
  : number extends B['length']
    ? Shape
    : MeetFromEnd<A, B, []>

/** `Then` where `A` and `B` broadcast, else a ShapeError that reads like the run-time error. */
export type IfBroadcast<Gate extends string, A extends Shape, B extends Shape, Then> = [
  Broadcast<A, B>,
] extends [never]
  ? ShapeError<`${Gate}: shapes ${FormatShape<A>} and ${FormatShape<B>} do not broadcast`>
  : Then

/** `[4, 3]` as a string type. */
export type FormatShape<S extends Shape> = `[${JoinSizes<S>}]`

type JoinSizes<S extends Shape> = S extends readonly []
  ? ''
  : S extends readonly [infer Only extends number]
    ? `${Only}`
    : S extends readonly [infer First extends number, ...infer Rest extends Shape]
      ? `${First}, ${JoinSizes<Rest>}`
      : string

type MeetFromEnd<A extends Shape, B extends Shape, Met extends Shape> = A extends readonly [
  ...infer AFront extends Shape,
  infer ALast extends number,
]
  ? B extends readonly [...infer BFront extends Shape, infer BLast extends number]
    ? MeetAxis<ALast, BLast> extends infer Size extends number
      ? [Size] extends [never]
        ? never
        : MeetFromEnd<AFront, BFront, [Size, ...Met]>
      : never
    : [...A, ...Met]
  : [...B, ...Met]

type MeetAxis<A extends number, B extends number> = number extends A
  ? B extends 1
    ? number
    : number extends B
      ? number
      : B
  : number extends B
    ? A extends 1
      ? number
      : A
    : A extends B
      ? A
      : A extends 1
        ? B
        : B extends 1
          ? A
          : never

/** The shape of `a · b` by NumPy's matmul, `never` where inner sizes differ. */
export type MatmulShape<A extends Shape, B extends Shape> = number extends B['length']
  ? Shape
  : number extends A['length']
    ? Shape
    : A extends readonly [
          ...infer ABatch extends Shape,
          infer M extends number,
          infer K extends number,
        ]
      ? B extends readonly [
          ...infer BBatch extends Shape,
          infer L extends number,
          infer N extends number,
        ]
        ? SameSize<K, L> extends true
          ? Broadcast<ABatch, BBatch> extends infer Batch extends Shape
            ? [Batch] extends [never]
              ? never
              : [...Batch, M, N]
            : never
          : never
        : never
      : never

/** `Then` where `a · b` has a shape, else a ShapeError that reads like the run-time error. */
export type IfMatmul<A extends Shape, B extends Shape, Then> = [MatmulShape<A, B>] extends [never]
  ? ShapeError<`matmul: ${MatmulProblem<A, B>}`>
  : Then

type MatmulProblem<A extends Shape, B extends Shape> = A extends readonly [
  ...Shape,
  number,
  infer K extends number,
]
  ? B extends readonly [...Shape, infer L extends number, number]
    ? SameSize<K, L> extends true
      ? `batch axes of ${FormatShape<A>} and ${FormatShape<B>} do not broadcast`
      : `inner sizes differ, ${K} and ${L}`
    : `b ${FormatShape<B>} needs at least two axes`
  : `a ${FormatShape<A>} needs at least two axes`

type SameSize<A extends number, B extends number> = number extends A
  ? true
  : number extends B
    ? true
    : [A] extends [B]
      ? true
      : false

/** A reduction's shape is known where the axis is one literal from the front or -1; else Shape. */
export type ReduceShape<S extends Shape, Axis, Keep extends boolean> = Axis extends undefined
  ? Keep extends true
    ? Ones<S>
    : []
  : number extends S['length']
    ? Shape
    : Axis extends -1
      ? S extends readonly [...infer Front extends Shape, number]
        ? Keep extends true
          ? [...Front, 1]
          : Front
        : Shape
      : Axis extends 0
        ? S extends readonly [number, ...infer Rest extends Shape]
          ? Keep extends true
            ? [1, ...Rest]
            : Rest
          : Shape
        : Shape

type Ones<S extends Shape> = number extends S['length'] ? Shape : { [K in keyof S]: 1 }

/** `S` with size `N` at an axis that is a literal from the front or -1; else the rank is kept. */
export type ReplaceAxis<
  S extends Shape,
  Axis extends number,
  N extends number,
> = number extends Axis
  ? { [K in keyof S]: number }
  : number extends S['length']
    ? Shape
    : Axis extends -1
      ? S extends readonly [...infer Front extends Shape, number]
        ? [...Front, N]
        : Shape
      : `${Axis}` extends `-${string}`
        ? { [K in keyof S]: number }
        : { [K in keyof S]: K extends `${Axis}` ? N : S[K] }

/** Operations on single elements against PyTorch. */

import type { Value } from 'sluice'
import * as sluice from 'sluice'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/elementwise.json' with { type: 'json' }

type Unary = (x: Value) => Value
type Binary = (a: Value, b: Value) => Value

const { floor, ceil, trunc, round, frac, tan, atan, sinh, cosh, asinh, square, exp2 } = sluice
const { sinc, erfc, asin, acos, atanh, acosh, log2, log10, rsqrt, reciprocal } = sluice
const { isInf, atan2, hypot, logAddExp, remainder, fmod } = sluice

const unary: Readonly<Record<string, Unary>> = {
  ...{ floor, ceil, trunc, round, frac, tan, atan, sinh, cosh, asinh, square, exp2, sinc, erfc },
  ...{ asin, acos, atanh, acosh, log2, log10, rsqrt, reciprocal, isInf },
  ...{ isNaN: sluice.isNaN, isFinite: sluice.isFinite },
}
const binary: Readonly<Record<string, Binary>> = {
  ...{ atan2, hypot, logAddExp, remainder, fmod },
}

const builders: Readonly<Record<string, Build>> = {
  ...mapped(
    unary,
    (make): Build =>
      (given) =>
        make(given('x')),
  ),
  ...mapped(
    binary,
    (make): Build =>
      (given) =>
        make(given('a'), given('b')),
  ),
  roundDecimals: (given, options) => round(given('x'), options),
  logit: (given, options) => sluice.logit(given('x'), options),
  nanToNum: (given, options) => sluice.nanToNum(given('x'), options),
  lerp: (given) => sluice.lerp(given('start'), given('end'), given('weight')),
}

testRecording(recorded, builders)

function mapped<T>(
  table: Readonly<Record<string, T>>,
  toBuild: (make: T) => Build,
): Readonly<Record<string, Build>> {
  return Object.fromEntries(Object.entries(table).map(([name, make]) => [name, toBuild(make)]))
}

/** What gates of several operands say that have to be alike. */
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

/**
 * The constraints that operands, by name, have one shape and one dtype. `types` are one that they
 * may have, one of another shape and one of another dtype.
 */
export function alikeOperands<const N extends readonly [string, ...string[]], A>(
  names: N,
  [type, otherShape, otherDType]: readonly [string, string, string],
): { readonly [id in 'C1' | 'C2']: Constraint<N, A> } {
  const broken = (second: string) =>
    Object.fromEntries(names.map((name, index) => [name, index === 1 ? second : type]))
  return {
    C1: {
      rule: `${listed(names)} have the same shape`,
      holds: (context) => {
        const shapes = valuesOf(context, names).map(({ shape }) => shape)
        const isSame = shapes.every((shape) => sameShape(shape, shapes[0] ?? []))
        return isSame || `shapes ${shapes.map(formatShape).join(', ')} differ`
      },
      fix: 'reshape them: nothing is broadcast here, which would compare all with all',
      broken: broken(otherShape),
    },
    C2: oneDType<N, A>(names, broken(otherDType)),
  }
}

/** The constraint that operands, by name, have one dtype; `broken` are some that have not. */
export function oneDType<const N extends readonly [string, ...string[]], A>(
  names: N,
  broken: Constraint<N, A>['broken'],
): Constraint<N, A> {
  return {
    code: 'DTYPE',
    rule: `${listed(names)} have the same dtype`,
    holds: (context) => {
      const dtypes = valuesOf(context, names).map(({ dtype }) => dtype)
      return new Set(dtypes).size === 1 || `dtypes ${dtypes.join(', ')} do not mix`
    },
    fix: "convert one of them: cast(x, 'f32')",
    broken,
  }
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** The context of a constraint holds a value under each of the names. */
function valuesOf(context: object, names: readonly string[]): readonly Value[] {
  return names.flatMap((name) => (context as Readonly<Record<string, Value>>)[name] ?? [])
}

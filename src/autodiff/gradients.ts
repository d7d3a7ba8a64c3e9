/** Gradients as graph: `gradients` in reverse mode, `jvp` in forward mode. */
import { internalError, SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph, graph, inputName } from '../ir/graph.ts'
import { sameShape } from '../ir/shape.ts'
import { substitute } from '../ir/substitute.ts'
import { formatType, isSameValue, type Value } from '../ir/value.ts'
import { backpropagate } from './backpropagate.ts'

/**
 * dJ/dw for every w of `wrt`, each of w's shape, as values of a graph that can be printed,
 * compiled and differentiated again. Zeros where J does not depend on w.
 *
 * Throws: GRADIENT where J is not a floating-point scalar (give `upstream` then), where a w is
 * not floating point, or where a gate on the way has no backward rule.
 */
export function gradients<const W extends readonly Value[]>(
  J: Value,
  wrt: W,
  options: { readonly upstream?: Value } = {},
): { readonly [K in keyof W]: W[K] } {
  const upstream = options.upstream ?? seedOf(J)
  if (!sameShape(upstream.shape, J.shape) || upstream.dtype !== J.dtype) {
    throw new SluiceError({
      code: 'GRADIENT',
      what: 'gradients: upstream does not fit J',
      where: `value ${J}`,
      expected: `upstream of type ${formatType(J.type)}, as J has`,
      got: formatType(upstream.type),
      fix: 'give upstream the shape and dtype of J',
    })
  }
  for (const w of wrt) checkFloating(w, 'gradients')
  const { gradientOf } = backpropagate([J], [upstream], wrt)
  // Each gradient has the type of its w: backpropagate checks what every rule gives.
  return wrt.map((w) => gradientOf(w) ?? gates.zerosLike(w).asGradientOf(w)) as {
    readonly [K in keyof W]: W[K]
  }
}

/**
 * The derivative of `output` along `tangents`: Σ ∂output/∂w · tangent of w, of output's shape.
 *
 * A backward rule is linear in its upstream, so the gradient of the pulled-back gradients with
 * respect to that upstream, weighted by the tangents, is the push forward: no gate has two rules.
 */
export function jvp(output: Value, wrt: readonly Value[], tangents: readonly Value[]): Value {
  checkFloating(output, 'jvp')
  const upstream = freshInput('upstream', output, [output, ...tangents])
  const { gradientOf } = backpropagate([output], [upstream], wrt)
  const pairs = wrt.flatMap((w, index) => {
    const gradient = gradientOf(w)
    const tangent = tangents[index]
    if (!tangent || !sameShape(tangent.shape, w.shape) || tangent.dtype !== w.dtype) {
      throw new SluiceError({
        code: 'GRADIENT',
        what: `jvp: tangent ${index} does not fit its value`,
        where: `value ${w}`,
        expected: `a tangent of type ${formatType(w.type)}`,
        got: tangent ? formatType(tangent.type) : 'none',
        fix: 'give one tangent for each value, of its shape and dtype',
      })
    }
    return gradient ? [{ gradient, tangent }] : []
  })
  const pushed = backpropagate(
    pairs.map((pair) => pair.gradient),
    pairs.map((pair) => pair.tangent),
    [upstream],
  ).gradientOf(upstream)
  if (!pushed) return gates.zerosLike(output)
  // Linear rules leave no trace of the upstream; zeros in its place let dead branches go.
  const result = new Graph({ pushed })
  if (!result.inputs.some((application) => isSameValue(application, upstream))) return pushed
  const zeros = new Map([[upstream.application, [gates.zerosLike(upstream)]]])
  const resolved = substitute(result, zeros)(pushed)
  if (!sameShape(resolved.shape, output.shape)) throw internalError('jvp: the shape was lost')
  return resolved
}

function seedOf(J: Value): Value {
  checkFloating(J, 'gradients')
  if (J.shape.length === 0) {
    const one = gates.constant(1, { dtype: J.dtype === 'f64' ? 'f64' : 'f32' })
    return one.asGradientOf(J)
  }
  throw new SluiceError({
    code: 'GRADIENT',
    what: 'gradients: J is not a scalar',
    where: `value ${J}`,
    expected: 'a scalar J, whose gradient starts from dJ/dJ = 1',
    got: formatType(J.type),
    fix: 'reduce it (mean, sum), or give { upstream } of its shape',
  })
}

/** An input of the type of `like`, under a name that no input of the graph of `beside` has. */
function freshInput(name: string, like: Value, beside: readonly Value[]): Value {
  const taken = new Set(graph(beside).inputs.map(inputName))
  let free = name
  while (taken.has(free)) free += '′'
  return gates.input(free, like.shape, { dtype: like.dtype })
}

function checkFloating(value: Value, caller: string): void {
  if (isFloating(value.dtype)) return
  throw new SluiceError({
    code: 'GRADIENT',
    what: `${caller}: ${value.dtype} has no derivative`,
    where: `value ${value}`,
    expected: 'f32 or f64',
    got: formatType(value.type),
    fix: "cast it to 'f32' before the gates that are differentiated",
  })
}

/** The network that an explanation speaks of: operations, and the values between them. */
import type { Equation, Explanation } from '../explain/index.ts'
import { added } from '../explain/numbers.ts'
import type { Role } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import { type KnownLabels, labelLike } from './operation-label.ts'

export interface Network {
  /** In topological order; an open composite is followed by what is inside. */
  readonly operations: readonly Operation[]
  /** By name; a second name leads to the same value. */
  readonly values: ReadonlyMap<string, Flow>
  /** What states become, by the name of the state. */
  readonly updates: ReadonlyMap<string, Equation>
  readonly notes: readonly string[]
  /** The name of what the gradients are of. */
  readonly J: string | undefined
}

export interface Operation {
  /** `F3`; within an open composite `F7.2`. */
  readonly id: string
  readonly gate: string
  readonly role: Role | null
  readonly label: string
  /** Its equation and the part that it plays. */
  readonly hint: string
  readonly inputs: readonly OperationInput[]
  readonly outputs: readonly Flow[]
}

export interface OperationInput {
  readonly flow: Flow
  /** What comes back through this input; absent where nothing does. */
  readonly gradient: Returned | undefined
}

/** A gradient on its way back. */
export interface Returned {
  readonly name: string
  readonly value: Tensor | undefined
}

export type FlowKind = 'input' | 'parameter' | 'state' | 'constant' | 'result'

/** A value that flows along edges. */
export interface Flow {
  readonly name: string
  readonly kind: FlowKind
  readonly shape: Shape
  readonly value: Tensor | undefined
  /** Its further names: ŷ of z3. */
  readonly aliases: readonly string[]
  /** The key of a state: `0.weight`. */
  readonly key: string | undefined
}

/** Reads the network off the equations, so that pictures and equations call all things alike. */
export function networkOf(
  { given, equations, notes, J }: Explanation,
  keys: ReadonlyMap<string, string>,
): Network {
  const values = new Map<string, Flow>()
  const aliases = aliasesOf(equations)
  for (const { name, kind, shape, value } of given) {
    const own = { name, kind, shape, value, aliases: aliases.get(name) ?? [] }
    values.set(name, { ...own, key: keys.get(name) })
  }
  const returned = gradientsBack(equations)
  const labels: KnownLabels = new Map()
  const operations: Operation[] = []
  for (const equation of equations) {
    if (equation.phase !== 'forward') continue
    const [operand] = equation.operands
    const root = operand && values.get(operand.name)
    if (equation.gate === 'alias' && root) values.set(equation.output.name, root)
    else operations.push(operationOf(equation, { values, aliases, returned, labels }))
  }
  const updates = equations.filter(({ phase }) => phase === 'update')
  return {
    operations,
    values,
    updates: new Map(updates.map((equation) => [equation.output.name, equation])),
    notes,
    J: J?.name,
  }
}

interface Known {
  readonly values: Map<string, Flow>
  readonly aliases: ReadonlyMap<string, readonly string[]>
  readonly returned: ReadonlyMap<string, Returned>
  readonly labels: KnownLabels
}

function operationOf(equation: Equation, { values, aliases, returned, labels }: Known): Operation {
  const { id, gate, role, operands, output, outputs, numbers } = equation
  const inputs = operands.flatMap(({ name, operand, kind }): OperationInput[] => {
    const flow = values.get(name)
    // Numbers that stand in the equation itself are no values of their own.
    if (!flow || (kind === 'constant' && flow.kind !== 'constant')) return []
    return [{ flow, gradient: returned.get(edgeKey(id, operand)) }]
  })
  const made = (outputs ?? [output]).flatMap(({ name, shape }, index): Flow[] => {
    const known = values.get(name)
    if (known) return [known]
    if (name === '_') return []
    const value = outputs ? numbers?.values?.[index] : numbers?.value
    const flow: Flow = {
      ...{ name, kind: 'result', shape, value },
      ...{ aliases: aliases.get(name) ?? [], key: undefined },
    }
    values.set(name, flow)
    return [flow]
  })
  const label = labelLike(equation, labels)
  return {
    ...{ id, gate, role, label, inputs, outputs: made },
    // Written only for what is seen.
    get hint() {
      return `${id}: ${equation.text}\n${equation.part}`
    },
  }
}

/** The further names of each value, by its first. */
function aliasesOf(equations: readonly Equation[]): ReadonlyMap<string, readonly string[]> {
  const roots = new Map<string, string>()
  const aliases = new Map<string, string[]>()
  for (const equation of equations) {
    if (equation.gate !== 'alias' || equation.phase !== 'forward') continue
    const { output, operands } = equation
    const [of] = operands
    if (!of) continue
    const root = roots.get(of.name) ?? of.name
    roots.set(output.name, root)
    aliases.set(root, [...(aliases.get(root) ?? []), output.name])
  }
  return aliases
}

/** What comes back through each operand of each gate. */
function gradientsBack(equations: readonly Equation[]): ReadonlyMap<string, Returned> {
  const returned = new Map<string, Returned>()
  for (const { phase, of, operand, output, numbers } of equations) {
    if (phase !== 'backward' || of === undefined) continue
    // An edge says by itself through which gate its gradient came.
    const name = output.name.replace(/ \((?:via )?[^()]*\)$/, '')
    returned.set(edgeKey(of, operand), { name, value: numbers?.value })
  }
  return returned
}

function edgeKey(id: string, operand = ''): string {
  return `${id} ${operand}`
}

/** What comes back through several inputs together; without a number where one has none. */
export function together(shares: readonly Returned[]): Returned | undefined {
  const [first] = shares
  if (!first || shares.length === 1) return first
  const known = shares.flatMap(({ value }) => value ?? [])
  return { name: first.name, value: known.length === shares.length ? added(known) : undefined }
}

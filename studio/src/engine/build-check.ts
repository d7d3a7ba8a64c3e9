/** Checks a document by building it, and draws what of it fits. */
import { SluiceError, type Value } from 'sluice'
import { draw } from 'sluice/draw'
import {
  type BrokenEdge,
  type CheckedDocument,
  criterionPlace,
  type DocumentCheck,
  type DocumentPicture,
  type ValueCheck,
} from '../build/check.ts'
import {
  inputName,
  type ModelDocument,
  operandOf,
  operandsOf,
  outputName,
} from '../build/document.ts'
import { type BuiltValues, buildDocument } from './build-document.ts'
import type { Failure } from './protocol.ts'

/** Shapes along every edge, the first that does not fit, and a picture of what does. */
export function checkDocument(
  document: ModelDocument,
  failureOf: (error: unknown) => Failure,
): CheckedDocument {
  const built = buildDocument(document)
  const check = checkOf(document, built, failureOf)
  const picture = pictureOf(document, built)
  return picture ? { check, picture } : { check }
}

function checkOf(
  document: ModelDocument,
  { values, learned, broken }: BuiltValues,
  failureOf: (error: unknown) => Failure,
): DocumentCheck {
  const names = [inputName, ...document.steps.map(({ name }) => name)]
  const checks = names.map((name): readonly [string, ValueCheck] => {
    const value = values.get(name)
    if (!value) return [name, { state: broken?.name === name ? 'broken' : 'waits' }]
    const parameters = learned.get(name) ?? 0
    const isWhole = value.dtype === 'i32'
    return [name, { state: 'fits', shape: value.shape, isWhole, parameters }]
  })
  return {
    values: Object.fromEntries(checks),
    parameters: [...learned.values()].reduce((sum, count) => sum + count, 0),
    ...(broken && { broken: brokenEdge(document, broken, failureOf) }),
  }
}

function brokenEdge(
  document: ModelDocument,
  { name, error }: NonNullable<BuiltValues['broken']>,
  failureOf: (error: unknown) => Failure,
): BrokenEdge {
  const index = document.steps.findIndex((step) => step.name === name)
  const from = index < 0 ? outputName(document) : operandOf(document, index)
  const { title, details } = failureOf(error)
  // Where it was built is a line of the worker.
  const told = details.filter(([fact]) => fact !== 'where')
  return { from, to: name ?? criterionPlace, title, details: told }
}

/** The graph of J, or of all values that nothing takes yet. */
function pictureOf(document: ModelDocument, built: BuiltValues): DocumentPicture | undefined {
  const { question, values } = built
  const shown = question ? { J: question.J } : endsOf(document, values)
  if (Object.keys(shown).length === 0) return undefined
  try {
    const { diagram, scene } = draw(shown, { repeats: false, shapes: true })
    return { scene, ...placesOf(document, diagram) }
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'OPTION') return undefined // too large
    throw error
  }
}

function endsOf(
  document: ModelDocument,
  values: ReadonlyMap<string, Value>,
): Readonly<Record<string, Value>> {
  const taken = new Set(
    document.steps.flatMap(({ name }, index) =>
      values.has(name) ? operandsOf(document, index) : [],
    ),
  )
  return Object.fromEntries([...values].filter(([name]) => !taken.has(name)))
}

type DrawnDiagram = ReturnType<typeof draw>['diagram']

/** Which nodes belong to which step: what makes its value, and all that only leads there. */
function placesOf(
  document: ModelDocument,
  { nodes, edges }: DrawnDiagram,
): Pick<DocumentPicture, 'stepsOf' | 'edges' | 'makerOf'> {
  const names = new Set([inputName, ...document.steps.map(({ name }) => name)])
  const made = new Map<string, readonly string[]>()
  const makerOf: Record<string, string> = {}
  for (const { from, name = '' } of edges) {
    const own = name.split(' = ').filter((one) => names.has(one))
    if (own.length > 0) made.set(from, own)
    for (const one of own) makerOf[one] ??= from
  }
  for (const { id, label, variable } of nodes) {
    const own = label.split(' = ').filter((one) => names.has(one))
    if (own.length === 0 || variable === 'parameter' || variable === 'state') continue
    made.set(id, own)
    for (const one of own) makerOf[one] ??= id
  }
  const stepsOf = new Map(made)
  // Against the order of the diagram: what something leads to is known before it.
  for (const { id } of [...nodes].reverse()) {
    if (stepsOf.has(id)) continue
    const next = edges.find(({ from }) => from === id)?.to
    const steps = next === undefined ? undefined : stepsOf.get(next)
    if (steps) stepsOf.set(id, steps)
  }
  return { stepsOf: Object.fromEntries(stepsOf), makerOf, edges: edgesOf(edges, stepsOf, names) }
}

function edgesOf(
  edges: DrawnDiagram['edges'],
  stepsOf: ReadonlyMap<string, readonly string[]>,
  names: ReadonlySet<string>,
): DocumentPicture['edges'] {
  const found = edges.flatMap(({ id, from, to, name }) => {
    const after = (name ?? stepsOf.get(from)?.at(-1) ?? '')
      .split(' = ')
      .findLast((one) => names.has(one))
    const [before = criterionPlace] = stepsOf.get(to) ?? []
    if (after === undefined || before === after) return []
    return [[id, { after, before }] as const]
  })
  return Object.fromEntries(found)
}

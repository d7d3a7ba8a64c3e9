/** A document as the TypeScript that builds it, which runs with `sluice` and `sluice/nn` alone. */
import { callOf, factsOf, type StepKind } from './catalogue.ts'
import {
  type CriterionKind,
  inputName,
  type ModelDocument,
  operandOf,
  outputName,
  type Step,
} from './document.ts'
import type { Options } from './options.ts'

/** Layers that draw at random or keep statistics: they differ where they train. */
const trained: ReadonlySet<StepKind> = new Set(['dropout', 'batchNorm1d', 'batchNorm2d'])

/** The gate of a kind that has a parameter of its own. */
export const gateOf: Readonly<Partial<Record<StepKind, string>>> = {
  matmulParameter: 'matmul',
  addParameter: 'add',
  multiplyParameter: 'multiply',
}

/** Whether the graph is built by a training pass. */
export function hasPass({ steps }: ModelDocument): boolean {
  return steps.some(({ kind }) => trained.has(kind))
}

/**
 * A program of its own: the graph, random examples of the right shapes, and a short training. What
 * it prints first is the J that Learn shows, as precise as f32 is.
 */
export function toTypescript(document: ModelDocument): string {
  const used: Imports = { core: new Set(['compile', 'input', 'sgd']), layers: new Set() }
  const body = [
    inputLine(document),
    ...modelLines(document, used),
    ...criterionLines(document.criterion, used),
    ...feedLines(document, used),
    ...trainingLines(document),
  ]
  const layers = [...used.layers].sort().join(', ')
  const head = [
    `/** ${document.title.replaceAll('*/', '* /')} */`,
    wrapped(`import { ${[...used.core].sort(byName).join(', ')} } from 'sluice'`),
    ...(layers === '' ? [] : [wrapped(`import { ${layers} } from 'sluice/nn'`)]),
    '',
  ]
  return `${[...head, ...body].join('\n')}\n`
}

interface Imports {
  readonly core: Set<string>
  readonly layers: Set<string>
}

function byName(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1
}

function inputLine({ input: { shape, tokens } }: ModelDocument): string {
  const dtype = tokens === undefined ? '' : `, { dtype: 'i32' }`
  return `const ${inputName} = input('${inputName}', [${shape.join(', ')}]${dtype})`
}

function modelLines(document: ModelDocument, used: Imports): readonly string[] {
  const isRow = document.steps.every(
    (step, index) =>
      ['layer', 'activation'].includes(factsOf(step.kind).form) &&
      operandOf(document, index) === (document.steps[index - 1]?.name ?? inputName),
  )
  const pass: string[] = []
  if (hasPass(document)) {
    used.layers.add('trainingPass')
    pass.push(`const pass = trainingPass({ seed: ${document.seed} })`)
  }
  return isRow ? rowLines(document, used, pass) : graphLines(document, used, pass)
}

/** A chain of layers: one `sequential`. */
function rowLines(
  document: ModelDocument,
  used: Imports,
  pass: readonly string[],
): readonly string[] {
  used.layers.add('sequential')
  const stages = document.steps.map(({ kind, options }) => {
    used.layers.add(kind)
    return `  ${callText(kind, options)},`
  })
  const call = pass.length > 0 ? 'model.training(pass)' : 'model'
  return [
    ...['', 'const model = sequential(', ...stages, ')'],
    ...pass,
    `const yHat = ${call}(${inputName}).named('ŷ')`,
  ]
}

/** A graph of values: one line each, under their names. */
function graphLines(
  document: ModelDocument,
  used: Imports,
  pass: readonly string[],
): readonly string[] {
  let number = 1
  const lines = document.steps.flatMap((step, index) => {
    const operands = [operandOf(document, index), ...(step.other ? [step.other] : [])].join(', ')
    const made = expressionOf(step, { index, number, operands }, used)
    number += numbersOf(step.kind)
    return [...made.before, `const ${step.name} = ${made.text}.named('${step.name}')`]
  })
  return ['', ...pass, ...lines, `const yHat = ${outputName(document)}.named('ŷ')`]
}

/** How many numbers the symbols of a kind take: W1 and b1 are one, those of attention two. */
export function numbersOf(kind: StepKind): number {
  const { form, options } = factsOf(kind)
  if (form === 'parameter') return 1
  if (form !== 'layer' || kind === 'dropout' || options.length === 0) return 0
  if (kind === 'maxPool2d' || kind === 'avgPool2d') return 0
  return kind === 'multiheadAttention' ? 2 : 1
}

interface Where {
  readonly index: number
  readonly number: number
  readonly operands: string
}

function expressionOf(
  { kind, options }: Step,
  { index, number, operands }: Where,
  used: Imports,
): { readonly before: readonly string[]; readonly text: string } {
  const { form } = factsOf(kind)
  if (form === 'layer') {
    used.layers.add(kind)
    const place = numbersOf(kind) > 0 || kind === 'dropout' ? `.at('${index}', ${number})` : ''
    const training = trained.has(kind) ? '.training(pass)' : ''
    return { before: [], text: `${callText(kind, options)}${place}${training}(${operands})` }
  }
  if (form === 'parameter') {
    const { symbol, shape, init } = parameterOf(kind, options, number)
    const gate = gateOf[kind] ?? kind
    used.core.add('parameter').add(gate)
    const own = init === undefined ? '' : `, { init: ${init} }`
    const text = `const ${symbol} = parameter('${symbol}', [${shape.join(', ')}]${own})`
    return { before: [text], text: `${gate}(${operands}, ${symbol})` }
  }
  used.core.add(kind)
  return { before: [], text: `${kind}(${[operands, ...argumentTexts(kind, options)].join(', ')})` }
}

/** The new parameter of a step: its symbol and its shape. */
export function parameterOf(
  kind: StepKind,
  options: Options,
  number: number,
): { readonly symbol: string; readonly shape: readonly number[]; readonly init?: number } {
  const sizes = callOf(kind, options).values.map(Number)
  const letters: Readonly<Partial<Record<StepKind, string>>> = {
    matmulParameter: 'W',
    addParameter: 'b',
    multiplyParameter: 'g',
  }
  // Beginning at 0, as a row that is added does, a factor would let nothing through.
  const init = kind === 'multiplyParameter' ? { init: 1 } : {}
  return { symbol: `${letters[kind] ?? 'p'}${number}`, shape: sizes, ...init }
}

function callText(kind: StepKind, options: Options): string {
  return `${kind}(${argumentTexts(kind, options).join(', ')})`
}

function argumentTexts(kind: StepKind, options: Options): readonly string[] {
  const { values, named } = callOf(kind, options)
  const own = Object.entries(named).map(([name, value]) => `${name}: ${literal(value)}`)
  return [...values.map(literal), ...(own.length > 0 ? [`{ ${own.join(', ')} }`] : [])]
}

function literal(value: Options[string]): string {
  return typeof value === 'object' ? `[${value.join(', ')}]` : String(value)
}

function criterionLines(criterion: CriterionKind, used: Imports): readonly string[] {
  used.core.add(criterion)
  const target =
    criterion === 'crossEntropy'
      ? [
          '// For each row the number of its class.',
          `const y = input('y', yHat.shape.slice(0, 1), { dtype: 'i32' })`,
        ]
      : [`const y = input('y', yHat.shape)`]
  return ['', ...target, `const J = ${criterion}(yHat, y).named('J')`]
}

function feedLines({ input, criterion, seed }: ModelDocument, used: Imports): readonly string[] {
  used.core.add('randomKey')
  const drawn = (key: number, shape: string, below: string | undefined) => {
    used.core.add(below === undefined ? 'normal' : 'uniform')
    return below === undefined
      ? `await normal(randomKey(${key}), ${shape}).data()`
      : `await uniform(randomKey(${key}), ${shape}).multiply(${below}).cast('i32').data()`
  }
  const below = input.tokens === undefined ? undefined : String(input.tokens)
  const target: Readonly<Record<CriterionKind, () => string>> = {
    mse: () => drawn(seed + 1, 'y.shape', undefined),
    l1: () => drawn(seed + 1, 'y.shape', undefined),
    huber: () => drawn(seed + 1, 'y.shape', undefined),
    crossEntropy: () => drawn(seed + 1, 'y.shape', 'yHat.shape.at(-1) ?? 1'),
    bceWithLogits: () => {
      used.core.add('uniform')
      return `await uniform(randomKey(${seed + 1}), y.shape).multiply(2).floor().data()`
    },
  }
  return [
    ...['', '// Random examples of the right shapes, the same in every run.', 'const feeds = {'],
    `  ${inputName}: ${drawn(seed, `${inputName}.shape`, below)},`,
    `  y: ${target[criterion]()},`,
    '}',
  ]
}

function trainingLines(document: ModelDocument): readonly string[] {
  const own = 'sgd(J, { learningRate: 0.1 })'
  const updates = hasPass(document) ? `[...${own}, ...pass.updates]` : own
  return [
    ...['', '// Forward, backward and update are one graph, and one program runs it.'],
    `const updates = ${updates}`,
    `const step = await compile({ J }, { updates, seed: ${document.seed} })`,
    'for (let i = 1; i <= 100; i++) {',
    '  const error = await step.run(feeds).J.item()',
    `  if (i === 1 || i % 25 === 0) console.log(\`step \${i}: J = \${error.toFixed(6)}\`)`,
    '}',
  ]
}

/** A line that is too long, with each part of what is in its first braces on a line of its own. */
function wrapped(line: string): string {
  if (line.length <= 100) return line
  const [start, end] = [line.indexOf('{ ') + 1, line.lastIndexOf(' }')]
  const parts = line.slice(start, end).split(', ')
  return `${line.slice(0, start)}\n${parts.map((part) => `  ${part.trim()},`).join('\n')}\n${line.slice(end + 1)}`
}

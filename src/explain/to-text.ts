/** Lays an explanation out for a terminal. */
import { formatShape } from '../ir/shape.ts'
import type { Equation, EquationPhase, ExplanationContent, Given, Numbers } from './equation.ts'
import { type Layout, pad, tensorLines, widest, wrap } from './text-layout.ts'

export interface TextOptions {
  /** Columns of a line. Default 100. */
  readonly width?: number
  /** Significant digits of numbers. Default: those that the explanation was asked for, else 4. */
  readonly digits?: number
}

const phases: readonly EquationPhase[] = ['forward', 'backward', 'update']

/** Sections GIVEN, FORWARD, BACKWARD, UPDATE and PARTS, each where it has something to say. */
export function toText(content: ExplanationContent, options: TextOptions): string {
  const layout: Layout = { width: options.width ?? 100, digits: options.digits ?? 4 }
  const { J, given, equations, notes } = content
  const sections = phases.map((phase) => {
    const own = equations.filter((equation) => equation.phase === phase)
    const seed = `d${J?.name}/d${J?.name}`
    const isFirst = own.some(({ upstreams }) => upstreams?.includes(seed))
    const start = isFirst ? `, from ${seed} = 1` : ''
    return section(`${phase.toUpperCase()}${start}`, table(own, layout))
  })
  const parts = new Set(equations.filter(({ role }) => role !== null).map(({ part }) => part))
  if (countsElements(content)) parts.add(legendOfN)
  return [
    section('GIVEN', givenLines(given, layout)),
    ...sections,
    section(
      'PARTS',
      [...parts].flatMap((part) => wrap(part, layout, 2, 4)),
    ),
    ...notes.map((note) => wrap(note, layout, 0, 2)),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

const legendOfN =
  'n: the number of terms that the mean is taken over: its elements, or the labels of a crossEntropy'

/** Whether the n of a mean stands in an equation. */
function countsElements({ equations, given }: ExplanationContent): boolean {
  const isVariable = [...given, ...equations.map(({ output }) => output)].some(
    ({ name }) => name === 'n',
  )
  const letter = /(?<![\p{L}\p{N}_])n(?![\p{L}\p{N}_])/u
  return !isVariable && equations.some(({ text, phase }) => phase !== 'update' && letter.test(text))
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [heading, ...lines]
}

function givenLines(given: readonly Given[], layout: Layout): readonly string[] {
  if (given.every(({ value }) => value === undefined)) {
    const list = given.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ')
    return list === '' ? [] : wrap(list, layout, 2, 2)
  }
  const names = widest(given.map(({ name }) => name))
  const shapes = widest(given.map(({ shape }) => formatShape(shape)))
  return given.flatMap(({ name, shape, value }) => {
    const label = `  ${pad(name, names)}  ${pad(formatShape(shape), shapes)}`
    return value ? tensorLines(`${label}  `, value, layout) : [label.trimEnd()]
  })
}

function table(equations: readonly Equation[], layout: Layout): readonly string[] {
  const ids = widest(equations.map(({ id }) => id))
  const roles = widest(equations.map(roleText))
  const widestShapes = widest(equations.map((one) => one.shapes))
  const widestText = widest(equations.map((one) => one.text))
  const room = layout.width - ids - roles - 6
  // Where not all fits, what is wider than its share of the line gets a line of its own.
  const isNarrow = widestText + widestShapes <= room
  const shapes = isNarrow ? widestShapes : Math.min(widestShapes, Math.floor(layout.width / 3))
  const text = isNarrow ? widestText : Math.min(widestText, Math.max(20, room - shapes))
  return equations.flatMap((equation) => {
    const id = pad(equation.id, ids)
    const columns = [id, pad(equation.text, text), pad(equation.shapes, shapes), roleText(equation)]
    const line = columns.join('  ').trimEnd()
    const isNarrowRow = widest([equation.text]) <= text && widest([equation.shapes]) <= shapes
    const fits = isNarrowRow && widest([line]) <= layout.width
    const rest = `${equation.shapes}  ${roleText(equation)}`
    const head = fits
      ? [line]
      : [
          ...wrap(`${id}  ${equation.text}`, layout, 0, ids + 4),
          ...wrap(rest, layout, ids + 4, ids + 4),
        ]
    return [...head, ...numberLines(equation, layout, ' '.repeat(ids + 4))]
  })
}

function roleText({ gate, role }: Equation): string {
  return role === null ? gate : `${gate}: ${role}`
}

function numberLines(equation: Equation, layout: Layout, indent: string): readonly string[] {
  const { numbers, phase, output } = equation
  if (!numbers) return []
  const lines = (label: string, tensor: Numbers['value']) =>
    tensorLines(`${indent}${label}`, tensor, layout)
  if (phase === 'update') {
    const before = numbers.before ? lines('before  ', numbers.before) : []
    return [...before, ...lines('after   ', numbers.value)]
  }
  const worked = equation.substituted === undefined ? '' : `${equation.substituted} = `
  if (!numbers.upstreams) {
    const values = numbers.values ?? [numbers.value]
    const names = equation.outputs ?? [output]
    return values.flatMap((value, index) => lines(`${names[index]?.name} = ${worked}`, value))
  }
  const upstreams = numbers.upstreams.flatMap((upstream, index) =>
    lines(`upstream  ${equation.upstreams?.[index]} = `, upstream),
  )
  // A local gradient that is a number says so by itself.
  const isNamed = equation.local !== undefined && !/^[−\d.]+$/.test(equation.local)
  const own = `local     ${isNamed ? `${equation.local} = ` : ''}`
  return [
    ...upstreams,
    ...(numbers.local ? lines(own, numbers.local) : []),
    ...lines(`product   ${output.name} = ${worked}`, numbers.value),
  ]
}

/**
 * Routines as text for people and tests:
 *
 *     routine {
 *       x: input f32[12]
 *       W: state f32[6] "0.weight"
 *       t1: temporary f32[8]
 *       contract f32 batch [] rows [4] columns [2] depth [3] {  // matmul
 *         a = x[3i + k]
 *         b = W[2k + j]
 *         %0 = product f32
 *         store t1[2i + j] = %0
 *       }
 *       nest [4] {  // max, subtract
 *         over [2] {
 *           %0 = load t1[2i + j]
 *           %1 = reduce max f32 %0
 *         }
 *         …
 *       }
 *       check nest …
 *       commit nest …
 *       output J = t1
 *     }
 *
 * Axes are i, j, k … in the order of the loops, turn0, turn1 … the turns of the repeats around them,
 * the outermost first.
 * References count from %0 in each kernel, whatever their ids; one that nothing gives is %?.
 */
import type { Tensor } from '../ir/tensor.ts'
import { printElements, printNumber } from '../ir/tensor-text.ts'
import type { Value } from '../ir/value.ts'
import {
  type Access,
  type Buffer,
  type Contract,
  type Kernel,
  type LoadOperation,
  loadedDType,
  type Operation,
  type Ref,
  type Routine,
  type Running,
  type Scatter,
  type Sort,
  type Stage,
} from './routine.ts'

/** The whole routine as text, which ends with a line break. */
export function printRoutine(routine: Routine): string {
  const { buffers, kernels, checks, commits, outputs } = routine
  const lines = [
    ...buffers.map(bufferLine),
    ...kernels.flatMap((kernel) => kernelLines(kernel, { buffers })),
    ...checks.flatMap((kernel) => prefixed('check ', kernelLines(kernel, { buffers }))),
    ...commits.flatMap((kernel) => prefixed('commit ', kernelLines(kernel, { buffers }))),
    ...Object.entries(outputs).map(([name, at]) => `output ${name} = ${nameOf(buffers, at)}`),
  ]
  return `${block('routine', lines).join('\n')}\n`
}

/** One kernel of a routine as text, without a line break at its end. */
export function printKernel(kernel: Kernel, buffers: readonly Buffer[]): string {
  return kernelLines(kernel, { buffers }).join('\n')
}

interface Place {
  readonly buffers: readonly Buffer[]
  /** The references of the kernel so far, in the order in which they are given. */
  readonly refs: Map<Ref, number>
}

function bufferLine({ role, dtype, length, name }: Buffer): string {
  const line = `${name}: ${role.kind} ${dtype}[${length}]`
  if (role.kind === 'constant') return `${line} = ${contentsText(role.contents)}`
  const isRenamed = (role.kind === 'input' || role.kind === 'state') && role.key !== name
  return isRenamed ? `${line} ${JSON.stringify(role.key)}` : line
}

const shownElements = 8

function contentsText({ dtype, data }: Tensor): string {
  const shown = data.subarray(0, shownElements)
  const text = printElements({ dtype, shape: [shown.length], data: shown })
  return data.length > shownElements ? `${text.slice(0, -1)}, …]` : text
}

function kernelLines(kernel: Kernel, place: Omit<Place, 'refs'>): string[] {
  const here: Place = { ...place, refs: new Map() }
  const open = (head: string, lines: readonly string[]) => block(head, lines, kernel.gates)
  switch (kernel.kind) {
    case 'nest':
      return open(`nest ${list(kernel.points)}`, stagesLines(kernel.stages, here))
    case 'contract':
      return open(contractHead(kernel), contractLines(kernel, here))
    case 'scatter':
      return open(`scatter ${kernel.dtype} ${list(kernel.extents)}`, scatterLines(kernel, here))
    case 'running': {
      const { combine, dtype, points, length } = kernel
      const head = `running ${combine} ${dtype} ${list(points)} along ${length}`
      return open(head, runningLines(kernel, here))
    }
    case 'sort': {
      const { dtype, isDescending, points, length } = kernel
      const order = isDescending ? 'descending ' : ''
      return open(`sort ${order}${dtype} ${list(points)} along ${length}`, sortLines(kernel, here))
    }
    case 'repeat': {
      const head = `repeat ${kernel.count}${kernel.isReversed ? ' reversed' : ''}`
      return open(
        head,
        kernel.body.flatMap((inner) => kernelLines(inner, place)),
      )
    }
  }
}

function stagesLines(stages: readonly Stage[], place: Place): string[] {
  return stages.flatMap(({ extents, body }, at) => {
    const lines = body.map((operation) => operationLine(operation, place))
    // Of two stages without axes, the second has its own block, or they would read as one.
    const isPlain = extents.length === 0 && stages[at - 1]?.extents.length !== 0
    return isPlain ? lines : block(`over ${list(extents)}`, lines)
  })
}

function contractHead({ dtype, batch, rows, columns, depth }: Contract): string {
  const outer = `batch ${list(batch)} rows ${list(rows)}`
  return `contract ${dtype} ${outer} columns ${list(columns)} depth ${list(depth)}`
}

function contractLines(kernel: Contract, place: Place): string[] {
  const { batch, rows, columns, depth, a, b, epilogue } = kernel
  const names = axisNames(batch.length + rows.length + columns.length + depth.length)
  const inBatch = names.slice(0, batch.length)
  const ofRows = names.slice(batch.length, batch.length + rows.length)
  const ofDepth = names.slice(names.length - depth.length)
  const ofColumns = names.slice(batch.length + rows.length, names.length - depth.length)
  return [
    `a = ${accessText(a, place, [...inBatch, ...ofRows, ...ofDepth])}`,
    `b = ${accessText(b, place, [...inBatch, ...ofDepth, ...ofColumns])}`,
    ...epilogue.map((operation) => operationLine(operation, place)),
  ]
}

function scatterLines(
  { index, source, target, stride, length, combine }: Scatter,
  place: Place,
): string[] {
  const moved = accessText(target, place, undefined, [[stride, 'index']])
  return [
    `index = ${accessText(index, place)} where index < ${length}`,
    `${moved} ${combine === 'add' ? '+=' : '='} ${accessText(source, place)}`,
  ]
}

function runningLines({ source, factor, target }: Running, place: Place): string[] {
  return [
    ...(factor ? [`factor = ${accessText(factor, place)}`] : []),
    `${accessText(target, place)} = ${accessText(source, place)}`,
  ]
}

function sortLines({ count, source, values, indices }: Sort, place: Place): string[] {
  return [
    `source = ${accessText(source, place)}`,
    ...(values ? [`values of ${count} = ${accessText(values, place)}`] : []),
    ...(indices ? [`indices of ${count} = ${accessText(indices, place)}`] : []),
  ]
}

function operationLine(operation: Operation, place: Place): string {
  if (operation.op === 'checkFinite') return `checkFinite ${use(operation.x, place)}`
  if (operation.op === 'store') {
    const { access, stored, x } = operation
    const to = accessText(access, place) + viewText(access, stored, place)
    return `store ${to} = ${use(x, place)}`
  }
  const text = operationText(operation, place)
  const number = place.refs.size
  place.refs.set(operation.id, number)
  return `%${number} = ${text}`
}

function operationText(
  operation: Exclude<Operation, { op: 'store' | 'checkFinite' }>,
  place: Place,
): string {
  const { op, dtype } = operation
  const of = (...refs: readonly Ref[]): string => refs.map((ref) => use(ref, place)).join(', ')
  switch (op) {
    case 'load':
      return loadText(operation, place)
    case 'literal':
      return `literal ${dtype} ${printNumber(operation.value)}`
    case 'position': {
      const { strides, offset } = operation
      return `position ${dtype} ${affineText(termsOf(strides, axisNames(strides.length)), offset)}`
    }
    case 'unary':
      return `${operation.operation} ${dtype} ${of(operation.x)}`
    case 'binary':
      return `${operation.operation} ${dtype} ${of(operation.a, operation.b)}`
    case 'compare':
      return `${operation.operation} ${of(operation.a, operation.b)}`
    case 'select':
      return `select ${dtype} ${of(operation.condition, operation.a, operation.b)}`
    case 'cast':
      return `cast ${dtype} ${of(operation.x)}`
    case 'reduce':
      return `reduce ${operation.combine} ${dtype} ${of(operation.x)}`
    case 'randomBits':
      return `randomBits ${of(operation.a, operation.b, operation.position)}`
    case 'product':
      return `product ${dtype}`
  }
}

function loadText({ dtype, stored, access, at }: LoadOperation, place: Place): string {
  const moved: Term[] = at ? [[at.stride, use(at.index, place)]] : []
  const from = accessText(access, place, undefined, moved) + viewText(access, stored, place)
  const bound = at ? ` where ${use(at.index, place)} < ${at.length}` : ''
  // Else the buffer says it.
  const gives = loadedDType(stored) === dtype ? '' : ` gives ${dtype}`
  return `load ${from}${bound}${gives}`
}

/** ` as u16` where elements are read as another dtype than the buffer's. */
function viewText({ buffer }: Access, stored: string, { buffers }: Place): string {
  return buffers[buffer]?.dtype === stored ? '' : ` as ${stored}`
}

/** A coefficient and what it multiplies. */
type Term = readonly [coefficient: number, name: string]

function accessText(
  { buffer, offset, strides, turns }: Access,
  { buffers }: Place,
  axes: readonly string[] = axisNames(strides.length),
  moved: readonly Term[] = [],
): string {
  const turnNames = turns.map((_, depth) => `turn${depth}`)
  const terms = [...termsOf(strides, axes), ...termsOf(turns, turnNames), ...moved]
  return `${nameOf(buffers, buffer)}[${affineText(terms, offset)}]`
}

function termsOf(strides: readonly number[], names: readonly string[]): Term[] {
  return strides.map((stride, axis) => [stride, names[axis] ?? '?'])
}

/** `3i - j + 5`; `2·%4` where letters would run together. */
function affineText(terms: readonly Term[], offset: number): string {
  const texts = terms
    .filter(([coefficient]) => coefficient !== 0)
    .map(([coefficient, name]): Term => {
      const size = Math.abs(coefficient)
      const sign = /^[a-z]\d*$/.test(name) ? '' : '·'
      return [coefficient, size === 1 ? name : `${size}${sign}${name}`]
    })
  if (offset !== 0 || texts.length === 0) texts.push([offset, String(Math.abs(offset))])
  return texts
    .map(([coefficient, text], at) => {
      if (at === 0) return coefficient < 0 ? `-${text}` : text
      return coefficient < 0 ? ` - ${text}` : ` + ${text}`
    })
    .join('')
}

const axisLetters = [...'ijklmnopqrsuvwxyz']

function axisNames(count: number): string[] {
  return Array.from({ length: count }, (_, axis) => axisLetters[axis] ?? `i${axis}`)
}

function nameOf(buffers: readonly Buffer[], at: number): string {
  return buffers[at]?.name ?? `buffer?${at}`
}

function use(ref: Ref, { refs }: Place): string {
  return `%${refs.get(ref) ?? '?'}`
}

function list(numbers: readonly number[]): string {
  return `[${numbers.join(', ')}]`
}

const shownGates = 8

function block(head: string, lines: readonly string[], gates: readonly Value[] = []): string[] {
  const names = gates.slice(0, shownGates).map(({ gate }) => gate.name)
  if (gates.length > shownGates) names.push(`… ${gates.length - shownGates} more`)
  const comment = names.length > 0 ? `  // ${names.join(', ')}` : ''
  return [`${head} {${comment}`, ...lines.map((line) => `  ${line}`), '}']
}

function prefixed(prefix: string, [first = '', ...rest]: readonly string[]): string[] {
  return [prefix + first, ...rest]
}

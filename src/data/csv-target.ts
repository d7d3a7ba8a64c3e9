/** The target column of a table: class indices, or numbers. */
import { SluiceError } from '../errors.ts'
import { listed } from './cell-errors.ts'
import type { Dataset } from './dataset.ts'
import type { BuiltTable } from './table-builder.ts'

export interface TargetOptions {
  /** Default: a classification where the target is text, or few different whole numbers. */
  readonly task?: 'classification' | 'regression'
  /** What the classes are called, in the order of what the table says: 0, 1, 2 …, or a, b, c …. */
  readonly classNames?: readonly string[]
}

/** What a dataset says of its targets; `values` is how the table writes the classes. */
export interface TargetFacts extends Pick<Dataset, 'task' | 'targets' | 'classes'> {
  readonly values?: readonly string[]
}

export interface TargetColumn extends TargetOptions {
  readonly column: string
  readonly isNumeric: boolean
}

/** Up to so many different whole numbers are classes, if each stands for two examples at least. */
const mostWholeClasses = 20

/** More are no classes. */
export const mostClasses = 1000

/** What a target column holds: its different numbers in order, or its different texts. */
export interface TargetContents {
  readonly distinct: readonly number[]
  readonly texts: readonly string[]
  /** How many examples there are. */
  readonly length: number
}

/** A regression, or the classes and which of them each number, or code of a text, stands for. */
export type TargetKind =
  | { readonly task: 'regression' }
  | {
      readonly task: 'classification'
      readonly classes: readonly string[]
      readonly values?: readonly string[]
      readonly labels: ReadonlyMap<number, number>
    }

/** What a target column is. Throws DATA where there is only one class, or too many. */
export function targetKind(
  table: string,
  { distinct, texts, length }: TargetContents,
  { task, classNames, column, isNumeric }: TargetColumn,
): TargetKind {
  const isRegression =
    isNumeric && (task === undefined ? !areClasses(distinct, length) : task === 'regression')
  if (isRegression) return { task: 'regression' }
  const found = isNumeric ? distinct.map(String) : texts.toSorted()
  if (found.length < 2) throw oneClass(table, column, found, length)
  if (found.length > mostClasses) throw tooManyClasses(table, column, found.length)
  // Whole numbers that index the names need not all be there.
  const isIndexed =
    classNames && distinct.length > 0 && distinct.every((number) => number in classNames)
  if (classNames && !isIndexed && classNames.length !== found.length) {
    throw otherNames(table, column, found, classNames)
  }
  const labels = isNumeric
    ? new Map(distinct.map((number, place) => [number, isIndexed ? number : place]))
    : new Map(texts.map((text, code) => [code, found.indexOf(text)]))
  return {
    task: 'classification',
    classes: classNames ?? found,
    ...(classNames && { values: isIndexed ? classNames.map((_, label) => String(label)) : found }),
    labels,
  }
}

/** The targets, and what their classes are. Throws DATA as `targetKind`. */
export function readClasses(
  table: string,
  { targets, targetTexts, length }: Pick<BuiltTable, 'targets' | 'targetTexts' | 'length'>,
  options: TargetColumn,
): TargetFacts {
  const distinct = options.isNumeric ? [...new Set(targets)].toSorted((a, b) => a - b) : []
  const kind = targetKind(table, { distinct, texts: targetTexts, length }, options)
  if (kind.task === 'regression') {
    const numbers = { shape: [length, 1], dtype: 'f64', data: targets } as const
    return { task: 'regression', targets: numbers }
  }
  const { labels, ...facts } = kind
  const data = Int32Array.from(targets, (value) => labels.get(value) ?? 0) // every value has one
  return { ...facts, targets: { shape: [length], dtype: 'i32', data } }
}

function areClasses(distinct: readonly number[], length: number): boolean {
  return (
    distinct.length <= Math.min(mostWholeClasses, length / 2) && distinct.every(Number.isInteger)
  )
}

function oneClass(
  table: string,
  column: string,
  [only = '']: readonly string[],
  length: number,
): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${table}: there is only one class`,
    where: `target column "${column}"`,
    expected: 'two classes or more, to be told apart',
    got: `"${only}" in all ${length} examples`,
    fix: 'choose another target, or add examples of another class',
  })
}

function tooManyClasses(table: string, column: string, count: number): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${table}: there are too many classes`,
    where: `target column "${column}"`,
    expected: `at most ${mostClasses.toLocaleString('en')} classes`,
    got: `${count} different values`,
    fix: "choose another target, or task: 'regression' for numbers",
  })
}

function otherNames(
  table: string,
  column: string,
  found: readonly string[],
  classNames: readonly string[],
): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${table}: the class names do not fit the classes`,
    where: `target column "${column}"`,
    expected: `${found.length} names, for ${listed(found)}`,
    got: `${classNames.length} names: ${listed(classNames)}`,
    fix: 'name every class, in that order',
  })
}

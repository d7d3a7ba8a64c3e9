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

interface TargetColumn extends TargetOptions {
  readonly column: string
  readonly isNumeric: boolean
}

/** Up to so many different whole numbers are classes, if each stands for two examples at least. */
const mostWholeClasses = 20

/** The targets, and what their classes are. Throws DATA where there is only one class. */
export function readClasses(
  table: string,
  { targets, targetTexts, length }: Pick<BuiltTable, 'targets' | 'targetTexts' | 'length'>,
  { task, classNames, column, isNumeric }: TargetColumn,
): TargetFacts {
  const distinct = isNumeric ? [...new Set(targets)].toSorted((a, b) => a - b) : []
  const isRegression =
    isNumeric && (task === undefined ? !areClasses(distinct, length) : task === 'regression')
  if (isRegression) {
    const numbers = { shape: [length, 1], dtype: 'f64', data: targets } as const
    return { task: 'regression', targets: numbers }
  }
  const found = isNumeric ? distinct.map(String) : targetTexts.toSorted()
  if (found.length < 2) throw oneClass(table, column, found, length)
  if (found.length > 1000) throw tooManyClasses(table, column, found.length)
  // Whole numbers that index the names need not all be there.
  const isIndexed =
    classNames && distinct.length > 0 && distinct.every((number) => number in classNames)
  if (classNames && !isIndexed && classNames.length !== found.length) {
    throw otherNames(table, column, found, classNames)
  }
  const places = isNumeric
    ? new Map(distinct.map((number, place) => [number, isIndexed ? number : place]))
    : new Map(targetTexts.map((text, code) => [code, found.indexOf(text)]))
  const labels = Int32Array.from(targets, (value) => places.get(value) ?? 0) // every value has one
  return {
    task: 'classification',
    targets: { shape: [length], dtype: 'i32', data: labels },
    classes: classNames ?? found,
    ...(classNames && { values: isIndexed ? classNames.map((_, label) => String(label)) : found }),
  }
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
    expected: 'at most 1,000 classes',
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

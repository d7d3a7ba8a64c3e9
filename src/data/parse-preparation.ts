import { SluiceError } from '../errors.ts'
import { type FeatureColumn, inputCount } from './columns.ts'
import type { Preparation } from './preparation.ts'

/**
 * The preparation that JSON holds: what `JSON.stringify(preparation)` wrote, parsed.
 *
 * Throws: DATA, naming the first field that is none.
 *
 * @example
 * const preparation = parsePreparation(JSON.parse(await readFile('preparation.json', 'utf8')))
 */
export function parsePreparation(json: unknown): Preparation {
  const bad = firstBadField(json)
  if (bad === undefined) return json as Preparation // every field was looked at
  throw new SluiceError({
    code: 'DATA',
    what: 'parsePreparation: this is no preparation of data',
    where: bad,
    expected: 'the JSON of a Preparation, version 1',
    got: excerpt(json, bad),
    fix: 'save the model again with this version of the package',
  })
}

type Fields = Readonly<Record<string, unknown>>

function firstBadField(json: unknown): string | undefined {
  if (!isFields(json)) return 'the whole'
  const { format, version, columns, inputs, target } = json
  if (format !== 'sluice preparation') return 'format'
  if (version !== 1) return 'version'
  if (!isFields(columns)) return 'columns'
  const { features, hasHeader, hasMissing } = columns
  if (!Array.isArray(features) || !features.every(isFeature)) return 'columns.features'
  if (typeof columns.target !== 'string') return 'columns.target'
  if (columns.classValues !== undefined && !isTexts(columns.classValues)) {
    return 'columns.classValues'
  }
  if (typeof hasHeader !== 'boolean') return 'columns.hasHeader'
  if (typeof hasMissing !== 'boolean') return 'columns.hasMissing'
  const count = features.reduce((sum: number, column) => sum + inputCount(column), 0)
  if (!isScaling(inputs, count)) return 'inputs'
  if (hasMissing !== isNumbers(inputs.fill, count)) return 'inputs.fill'
  return isTarget(target) ? undefined : 'target'
}

function isFeature(column: unknown): column is FeatureColumn {
  if (!isFields(column) || typeof column.name !== 'string') return false
  return column.kind === 'number' || (column.kind === 'category' && isTexts(column.categories))
}

function isTarget(target: unknown): boolean {
  if (!isFields(target)) return false
  if (target.kind === 'classes') return isTexts(target.classes)
  const { mean } = target
  return target.kind === 'numbers' && Array.isArray(mean) && isScaling(target, mean.length)
}

function isScaling(scaling: unknown, count: number): scaling is Fields {
  return isFields(scaling) && isNumbers(scaling.mean, count) && isNumbers(scaling.scale, count)
}

function isNumbers(numbers: unknown, count: number): boolean {
  return Array.isArray(numbers) && numbers.length === count && numbers.every(Number.isFinite)
}

function isTexts(texts: unknown): texts is readonly string[] {
  return Array.isArray(texts) && texts.every((text) => typeof text === 'string')
}

function isFields(json: unknown): json is Fields {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function excerpt(json: unknown, path: string): string {
  let found = json
  if (path !== 'the whole') {
    for (const name of path.split('.')) found = isFields(found) ? found[name] : undefined
  }
  const text = JSON.stringify(found) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

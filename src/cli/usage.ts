/** Reading what was typed. Whatever is wrong with it is a usage error, which ends with code 2. */
import { nearest, SluiceError } from '../errors.ts'
import type { NestedArray } from '../ir/tensor.ts'

/** A SluiceError about what was typed, as against one about what was run. */
export class UsageError extends SluiceError {}

/**
 * Runs a check of what was typed; its SluiceErrors become usage errors, word for word. `where`
 * stands for the line of code that they name, which is none of the user's here.
 */
export function readTyped<T>(read: () => T, where?: string): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    const { code, what, expected, got, fix } = error
    throw new UsageError({ code, what, where: where ?? error.where, expected, got, fix })
  }
}

const greatestWidth = 65_536

/** `2,3,1` as the widths of layers. */
export function parseLayers(text: string): readonly number[] {
  const widths = parseWidths('--layers', text)
  if (widths.length >= 2) return widths
  throw new UsageError({
    code: 'OPTION',
    what: '--layers: there is only one width',
    expected: 'the width of the inputs, then of each layer, such as 2,3,1',
    got: `"${text}"`,
    fix: 'give two widths or more',
  })
}

/** `32` or `32,16` as the widths of hidden layers. */
export function parseHidden(text: string): readonly number[] {
  return parseWidths('--hidden', text)
}

function parseWidths(option: string, text: string): readonly number[] {
  const words = text.split(',').map((word) => word.trim())
  const bad = words.find((word) => !/^\d+$/.test(word) || !isWidth(Number(word)))
  if (bad === undefined) return words.map(Number)
  throw new UsageError({
    code: 'OPTION',
    what: `${option}: "${bad}" is not a width`,
    expected: `whole numbers from 1 to ${greatestWidth}, separated by commas, such as 2,3,1`,
    got: `"${text}"`,
    fix: 'give the width of each layer',
  })
}

function isWidth(width: number): boolean {
  return width >= 1 && width <= greatestWidth
}

/** A parser of whole numbers, for an option. */
export function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    const isWhole = /^-?\d+$/.test(text)
    if (isWhole && number >= least && number < 2 ** 32) return number
    throw new UsageError({
      code: 'OPTION',
      what: isWhole ? `${option} cannot be ${text}` : `${option}: "${text}" is not a whole number`,
      expected:
        number < 2 ** 32
          ? `a whole number, ${least} or more`
          : `a whole number up to ${2 ** 32 - 1}`,
      got: `"${text}"`,
      fix: `give ${option} ${Math.max(1, least)}, for example`,
    })
  }
}

/** `--learning-rate`: any number, also one that is too large, which training will tell. */
export function parseLearningRate(text: string): number {
  const number = readNumber(text)
  if (number > 0) return number
  throw new UsageError({
    code: 'OPTION',
    what: `--learning-rate: "${text}" is not a learning rate`,
    expected: 'a number above 0, such as 0.1',
    got: `"${text}"`,
    fix: 'leave it out for a rate that is known to work',
  })
}

/** `--weight-decay`, `--momentum`: a number from 0, up to but without `below`. */
export function numberBelow(
  option: string,
  below: number,
  example: number,
): (text: string) => number {
  return (text) => {
    const number = readNumber(text)
    if (number >= 0 && number < below) return number
    throw new UsageError({
      code: 'OPTION',
      what: `${option} cannot be ${text}`,
      expected: Number.isFinite(below)
        ? `a number from 0 up to, but without, ${below}`
        : 'a number, 0 or more',
      got: `"${text}"`,
      fix: `give ${option} ${example}, for example`,
    })
  }
}

/** `--held-out`: a share below 1, a number of examples, or 0 for none. */
export function parseHeldOut(text: string): number {
  const number = readNumber(text.replace(/%$/, '')) / (text.endsWith('%') ? 100 : 1)
  if (number >= 0 && (number < 1 || Number.isInteger(number))) return number
  throw new UsageError({
    code: 'OPTION',
    what: `--held-out: "${text}" is neither a share nor a number of examples`,
    expected: 'a share below 1 such as 0.2, a whole number of examples, or 0 for none',
    got: `"${text}"`,
    fix: 'give --held-out 0.2 for a fifth',
  })
}

/** `a,b,c`: names, as of columns. */
export function parseNames(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** `batch=4,steps=8`: sizes by the names of axes. */
export function parseSizes(text: string): Readonly<Record<string, number>> {
  const pairs = text.split(',').map((pair) => {
    const at = pair.lastIndexOf('=')
    return [pair.slice(0, Math.max(0, at)).trim(), pair.slice(at + 1).trim()] as const
  })
  const bad = pairs.find(([name, size]) => name === '' || !/^[1-9]\d{0,8}$/.test(size))
  if (!bad) return Object.fromEntries(pairs.map(([name, size]) => [name, Number(size)]))
  throw new UsageError({
    code: 'OPTION',
    what: `--size: "${bad.filter((part) => part !== '').join('=')}" says no size`,
    expected: 'names of axes and whole numbers from 1, such as batch=4,steps=8',
    got: `"${text}"`,
    fix: '`sluice summary` lists the axes of a file',
  })
}

/** NaN for what is no finite number. */
function readNumber(text: string): number {
  const number = Number(text)
  return text.trim() !== '' && Number.isFinite(number) ? number : Number.NaN
}

/**
 * The entry of a table by its name, with the nearest name where there is none. `or` is what else
 * could have been given.
 */
export function choose<T>(
  kind: string,
  name: string,
  table: Readonly<Record<string, T>>,
  or?: string,
): T {
  if (Object.hasOwn(table, name)) return table[name] as T // the line itself proves it
  const known = Object.keys(table)
  const near = nearest(name, known)
  throw new UsageError({
    code: 'NAME',
    what: `there is no ${kind} "${name}"`,
    // The nearest name says it; a list of all of them would hide it.
    expected: near ? undefined : listText(known) + (or ? `; or ${or}` : ''),
    got: `"${name}"`,
    fix: near ? `did you mean "${near}"?` : 'choose one of those',
  })
}

/** Names in lines of a bearable length. */
function listText(names: readonly string[]): string {
  const lines = ['']
  for (const name of names) {
    const line = lines.at(-1) ?? ''
    if (line.length + name.length > 76) lines.push(`${name}, `)
    else lines[lines.length - 1] = `${line}${name}, `
  }
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/,$/, '')
}

/** A number, or numbers in JSON: `3`, `-4`, `[[1, 2], [3, 4]]`, `true`. */
export function parseNumbers(option: string, text: string): NestedArray {
  const parsed = parseJson(
    option,
    text,
    'a number or an array of numbers, such as [[1, 2], [3, 4]]',
  )
  if (isNumbers(parsed)) return parsed
  throw notNumbers(option, text)
}

/** `--with`: a JSON list of further arguments. */
export function parseArguments(text: string): readonly unknown[] {
  const parsed = parseJson('--with', text, 'a JSON list, such as [{"axes": [0]}]')
  if (Array.isArray(parsed)) return parsed
  throw new UsageError({
    code: 'OPTION',
    what: '--with: not a list of arguments',
    expected: 'a JSON list, such as [{"axes": [0]}]',
    got: text,
    fix: `put it into brackets: [${text}]`,
  })
}

function parseJson(option: string, text: string, expected: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError({
      code: 'OPTION',
      what: `${option}: "${text}" cannot be read`,
      expected,
      got: `"${text}"`,
      fix: 'write numbers as in JSON, and put quotes around what holds spaces',
    })
  }
}

function isNumbers(parsed: unknown): parsed is NestedArray {
  if (Array.isArray(parsed)) return parsed.every(isNumbers)
  return typeof parsed === 'number' || typeof parsed === 'boolean'
}

function notNumbers(option: string, text: string): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: `${option}: there is something in it that is no number`,
    expected: 'a number or an array of numbers, such as [[1, 2], [3, 4]]',
    got: text,
    fix: 'leave only numbers and brackets',
  })
}

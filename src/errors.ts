/**
 * The one error class of the package. Every error says what went wrong, where, what was expected,
 * what was got and how to fix it, under a code that stays the same between versions.
 */

export type ErrorCode =
  | 'SHAPE'
  | 'DTYPE'
  | 'ATTRIBUTE'
  | 'INDEX'
  | 'NAME'
  | 'FEED'
  | 'STATE'
  | 'GRADIENT'
  | 'NONFINITE'
  | 'PARSE'
  | 'DATA'
  | 'FILE'
  | 'OPTION'
  | 'MEMORY'
  | 'THREADS'
  | 'INTERNAL'

export interface ErrorFacts {
  readonly code: ErrorCode
  /** One line: the gate or function, then what is wrong: `matmul: inner sizes differ`. */
  readonly what: string
  readonly where?: string | undefined
  readonly expected?: string | undefined
  readonly got?: string | undefined
  readonly fix?: string | undefined
}

/** An error with a stable `code` and five facts, which its message lists one per line. */
export class SluiceError extends Error {
  readonly code: ErrorCode
  readonly what: string
  readonly where: string | undefined
  readonly expected: string | undefined
  readonly got: string | undefined
  readonly fix: string | undefined

  constructor(facts: ErrorFacts) {
    super(messageOf(facts))
    this.name = 'SluiceError'
    this.code = facts.code
    this.what = facts.what
    this.where = facts.where
    this.expected = facts.expected
    this.got = facts.got
    this.fix = facts.fix
    // The message lists the facts already; a console that shows an error need not do so twice.
    for (const fact of ['code', 'what', 'where', 'expected', 'got', 'fix']) {
      Object.defineProperty(this, fact, { enumerable: false })
    }
  }
}

/** An error that is ours, not the user's: it carries what a report needs, such as printed IR. */
export function internalError(what: string, got?: string): SluiceError {
  return new SluiceError({ code: 'INTERNAL', what, got, fix: 'report this with the lines above' })
}

/**
 * The first line of the current stack outside this package, as `file.ts:line`, or undefined where
 * the engine's stack cannot be read.
 */
export function callSite(): string | undefined {
  for (const frame of deepStack().split('\n').slice(1)) {
    const place = /(?:\(|at |async )((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+):\d+\)?$/.exec(frame)
    const file = place?.[1]
    if (!file || file.includes('node:internal') || isOurs(file)) continue
    return `${file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)}:${place[2]}`
  }
  return undefined
}

/** A stack that is deep enough to leave the package; the engine's own limit is ten frames. */
function deepStack(): string {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 50
  const { stack = '' } = new Error()
  Error.stackTraceLimit = limit
  return stack
}

/** The word of `known` that is nearest to `word`, when it is near enough to be a slip. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.min(Math.max(2, Math.floor(word.length / 3)), word.length - 1) + 1
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/**
 * The entry of a table by its name. Throws NAME where there is none: `missing` says what that is,
 * such as `there is no optimizer`, and the nearest name is the fix.
 */
export function entryNamed<T>(
  table: Readonly<Record<string, T>>,
  name: string,
  missing: string,
): T {
  if (Object.hasOwn(table, name)) return table[name] as T // the line itself proves it
  const known = Object.keys(table)
  const near = nearest(name, known)
  throw new SluiceError({
    code: 'NAME',
    what: `${missing} "${name}"`,
    expected: known.join(', '),
    got: `"${name}"`,
    fix: near ? `did you mean "${near}"?` : 'choose one of those',
  })
}

function messageOf({ code, what, where, expected, got, fix }: ErrorFacts): string {
  const lines = [`${code} ${what}`]
  for (const [label, text] of Object.entries({ where, expected, got, fix })) {
    if (text !== undefined) {
      lines.push(`  ${label.padEnd(8)}  ${text.replaceAll('\n', `\n${' '.repeat(12)}`)}`)
    }
  }
  return lines.join('\n')
}

// Not new URL('.', …): bundlers take that for a file that they have to ship.
const packageRoot = new URL(import.meta.url).pathname.replace(/[^/]*$/, '')

function isOurs(file: string): boolean {
  const path = file.replace(/^file:\/\//, '')
  return path.startsWith(packageRoot) && !/\.test\.[jt]s$/.test(path)
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}

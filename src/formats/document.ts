/**
 * JSON documents of our own: each says its format and version, and a reader takes all versions up to its
 * own, making of each older one the next until it is at its own.
 */
import { damaged } from './damaged.ts'
import { parsePlainJson } from './strict-json.ts'

/** An object as JSON has it. */
export type DocumentFields = Readonly<Record<string, unknown>>

export interface DocumentKind {
  /** What stands under `format`: `sluice-graph`. */
  readonly format: string
  /** What errors call what it says: `its model`. */
  readonly subject: string
  /** The version that is written. */
  readonly version: number
  /** What makes of the fields of version n those of version n + 1, under n: one for each n ≥ 1. */
  readonly migrations: Readonly<Record<number, (fields: DocumentFields) => DocumentFields>>
  /** The version of a document from before `format` named the format; undefined for any other. */
  readonly unnamedVersion?: (fields: DocumentFields) => number | undefined
}

export interface ReadDocumentOptions {
  /** What errors call the file. */
  readonly name: string
  /** About how many bytes what is read may take. Default 2²⁵. */
  readonly memory?: number
  /** How many objects and lists may stand in each other. Default 64. */
  readonly depth?: number
}

/** The text of a document of the newest version; fields that are undefined stay out. */
export function writeDocument({ format, version }: DocumentKind, fields: DocumentFields): string {
  return JSON.stringify({ ...fields, format, version })
}

/**
 * The fields of a document as those of the newest version, without `format` and `version`.
 *
 * Throws: FILE for what is no JSON object, nests too deep or has a key twice, of another format, or of a
 * later version than this reader knows.
 */
export function readDocument(
  text: string,
  kind: DocumentKind,
  { name, memory, depth = 64 }: ReadDocumentOptions,
): DocumentFields {
  const options = { name, depth, ...(memory !== undefined && { memory }) }
  const document = parsePlainJson(text, options)
  const found = versionOf(document, kind)
  if (!isFields(document) || found === undefined) {
    throw damaged(`${name}: ${kind.subject} is no document of Sluice`, {
      expected: `an object with "format": "${kind.format}" and a version`,
      got: shortText(document),
      fix: 'give what Sluice wrote, unchanged',
    })
  }
  if (found > kind.version) {
    throw damaged(`${name}: ${kind.subject} is of a later version`, {
      expected: `version ${kind.version} or an earlier one`,
      got: `version ${found}`,
      fix: 'read it with the version of Sluice that saved it, or a later one',
    })
  }
  const { format, version, ...own } = document
  let fields: DocumentFields = own
  for (let at = found; at < kind.version; at++) fields = kind.migrations[at]?.(fields) ?? fields
  return fields
}

function versionOf(document: unknown, kind: DocumentKind): number | undefined {
  if (!isFields(document)) return undefined
  const { format, version } = document
  if (format !== kind.format) return kind.unnamedVersion?.(document)
  return Number.isSafeInteger(version) && Number(version) >= 1 ? Number(version) : undefined
}

/** Whether something read from JSON is an object. */
export function isFields(value: unknown): value is DocumentFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shortText(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

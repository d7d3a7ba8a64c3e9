/** Every block of TypeScript in the README and the documentation is typed and run. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { complaintsAbout, programsOf } from './support/documents.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const documents = [
  'README.md',
  ...readdirSync(`${root}docs`, { recursive: true })
    .map((name) => `docs/${name}`)
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .toSorted(),
]

test('every program of the documentation is well typed, runs, and prints what it says', async () => {
  const programs = documents.flatMap((name) =>
    programsOf(name, readFileSync(`${root}${name}`, 'utf8')),
  )
  expect(programs.length).toBeGreaterThan(4)
  expect(await complaintsAbout(programs, 'documents')).toEqual([])
})

const wrongLines: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['a name that is not there', ['import { tanhh } from "sluice"'], /^wrong\.md:2 TS\d+: .*tanhh/],
  ['an error', ['throw new Error("no such thing")'], /wrong-2 throws Error: no such thing/],
  ['another result', ['console.log(2 + 2) // → 5'], /wrong-2 does not print "5" but\n4/],
]

test.each(wrongLines)('%s is found', async (what, lines, complaint) => {
  const programs = programsOf('wrong.md', ['```ts', ...lines, '```'].join('\n'))
  const complaints = await complaintsAbout(programs, `wrong ${what}`)
  expect(complaints).toHaveLength(1)
  expect(complaints[0]).toMatch(complaint)
})

test('a block goes on with the one before it where the comment says so', () => {
  const text = '```ts\nconst a = 1\n```\n<!-- continued -->\n```ts\na\n```\n```ts\nb\n```'
  expect(programsOf('x.md', text).map(({ source }) => source.trim().split(/\n+/))).toEqual([
    ['const a = 1', 'a'],
    ['b'],
  ])
})

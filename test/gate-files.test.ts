/** What a gate's file must have beside the gate: its line in the registry and its typed method. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import '../src/methods.ts'
import { Value } from '../src/ir/value.ts'
import { registry } from './gates/registry.ts'

const files = ['../src/gates/', '../src/functional/']
  .map((path) => new URL(path, import.meta.url))
  .flatMap((folder) => readdirSync(folder).map((name) => ({ name, url: new URL(name, folder) })))
  .filter(({ name }) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map(({ name, url }) => ({ name, source: readFileSync(url, 'utf8') }))
  .filter(({ source }) => /^(export )?const \w+: Gate<[\s\S]*?> = \w+Gate[<(]/m.test(source))

test('every file that makes a gate has its line in the index', () => {
  const names = new Set(registry.map(({ name }) => name))
  const missing = files.filter(({ source }) => {
    const [, own = ''] = /^(?:export )?const (\w+): Gate</m.exec(source) ?? []
    const [, name = own] = /^export \{ \w+ as (\w+) \}/m.exec(source) ?? []
    return !names.has(name)
  })
  expect(missing.map(({ name }) => name)).toEqual([])
  expect(files.length).toBeGreaterThan(80)
})

test('every method that a gate becomes is declared in its file, so that it has a type', () => {
  const untyped = registry.flatMap(({ name, definition }) => {
    const isMethod = definition.operands.length > 0 && Object.hasOwn(Value.prototype, name)
    if (!isMethod) return []
    const own = files.find(({ source }) => isDeclaredIn(source, name))
    const [, block = ''] = /interface Value<S, D> \{([\s\S]*?)\n\}/.exec(own?.source ?? '') ?? []
    return new RegExp(`\\b${name}[<(:]`).test(block) ? [] : [name]
  })
  expect(untyped).toEqual([])
})

/** `var`, a word of the language, has another name in its file. */
function isDeclaredIn(source: string, name: string): boolean {
  return source.includes(`export const ${name}: Gate<`) || source.includes(` as ${name} }`)
}

/**
 * The table of docs/onnx.md is what the operators say of themselves. After a change to them,
 * `npx vitest run --project unit test/onnx-docs.test.ts -u` writes it again.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { operators } from '../src/onnx/operators/index.ts'

const path = fileURLToPath(new URL('../docs/onnx.md', import.meta.url))

test('the documentation lists every operator with its opsets and limits', async () => {
  const text = readFileSync(path, 'utf8')
  const [before, after] = [
    text.split('<!-- operators -->')[0],
    text.split('<!-- /operators -->')[1],
  ]
  expect(after).toBeDefined()
  const now = `${before}<!-- operators -->\n${table()}\n<!-- /operators -->${after}`
  await expect(now).toMatchFileSnapshot(path)
})

function table(): string {
  const rows = Object.entries(operators)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { from = 13, to = 22, limits = '' }]) => `| ${name} | ${from}–${to} | ${limits} |`)
  const count = `${rows.length} operators of the standard set are read.`
  return [count, '', '| operator | opsets | limits |', '|---|---|---|', ...rows].join('\n')
}

import { expect, test } from 'vitest'
import { highlighted } from './highlight.ts'

test('code is told apart, and none of it is lost', () => {
  const code = "/** A */\nconst x = input('x', [4, -2]) // 7"
  const parts = highlighted(code)
  expect(parts.map(({ text }) => text).join('')).toBe(code)
  expect(parts.filter(({ kind }) => kind !== 'plain')).toEqual([
    { text: '/** A */', kind: 'comment' },
    { text: 'const', kind: 'word' },
    { text: "'x'", kind: 'text' },
    { text: '4', kind: 'number' },
    { text: '-2', kind: 'number' },
    { text: '// 7', kind: 'comment' },
  ])
})

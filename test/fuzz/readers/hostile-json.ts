/** Graphs in JSON that were made to do harm: nesting, entries without end. */
import { type HostileCase, text } from './hostile-case.ts'

export function jsonCases(): readonly HostileCase[] {
  const target = 'graph json'
  const document = (graph: string) => text(`{"format":"sluice-graph","version":1,"graph":${graph}}`)
  const made = (title: string, content: () => string, isLong = false): HostileCase => ({
    ...{ title, target, isLong },
    make: () => text(content()),
  })
  const full = (shape: string) =>
    `{"applications":[{"gate":"input","attributes":{"shape":${shape},"dtype":"f32","name":"x"},"outputs":[{"dtype":"f32","shape":${shape}}]}],"outputs":{"x":0},"updates":[]}`
  return [
    made('15 MB of brackets', () => '['.repeat(1.5e7)),
    made('15 MB of objects', () => `[${'{},'.repeat(5e6)}{}]`),
    made('15 MB of lists', () => `[${'[],'.repeat(5e6)}[]]`),
    made('a number of 15 MB', () => '9'.repeat(1.5e7), true),
    made('a text of 15 MB', () => `"${'x'.repeat(1.5e7)}"`),
    made(
      'a million keys',
      () => `{${Array.from({ length: 1e6 }, (_, i) => `"${i}":0`).join(',')}}`,
      true,
    ),
    {
      title: 'a version of 2⁶⁰',
      target,
      make: () => text('{"format":"sluice-graph","version":1152921504606846976}'),
    },
    {
      title: 'an input of 2⁶⁰ elements',
      target,
      make: () => document(full('[1152921504606846976]')),
    },
    {
      title: 'an input of 2¹⁰⁰ elements, which take nothing until it is fed',
      target,
      isWhole: true,
      make: () => document(full(`[${2 ** 50},${2 ** 50}]`)),
    },
    {
      title: 'an input of 100,000 axes',
      target,
      make: () => document(full(`[${'1,'.repeat(99_999)}1]`)),
    },
    {
      title: 'a graph in a graph in a graph',
      target,
      make: () =>
        document('{"applications":[{"gate":"scan","attributes":{"body":{"graph":'.repeat(200)),
    },
  ]
}

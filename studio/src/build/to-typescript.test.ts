/** The code of a document runs, and comes to the J that the page shows. */
import * as sluice from 'sluice'
import * as nn from 'sluice/nn'
import { expect, test } from 'vitest'
import { poseOfDocument } from '../engine/build-document.ts'
import type { ModelDocument } from './document.ts'
import { insertStep } from './edit.ts'
import { firstDocument, starts } from './starts.ts'
import { toTypescript } from './to-typescript.ts'

type AsyncFunction = (...values: readonly unknown[]) => Promise<void>
const createAsync = (async () => {}).constructor as new (...texts: string[]) => AsyncFunction

/** Runs code whose imports are given to it, and gives what it prints. */
async function run(code: string): Promise<readonly string[]> {
  const printed: string[] = []
  const body = code
    .replace(/import \{([^}]*)\} from 'sluice'/, 'const {$1} = sluice')
    .replace(/import \{([^}]*)\} from 'sluice\/nn'/, 'const {$1} = nn')
  const program = new createAsync('sluice', 'nn', 'console', body)
  await program(sluice, nn, { log: (text: string) => printed.push(text) })
  return printed
}

async function shownJ(document: ModelDocument): Promise<number> {
  const { J, feeds, store } = await poseOfDocument(document)
  return J.item(feeds, { store, precision: 'f64' })
}

const [z2] = firstDocument.steps
const mixed: ModelDocument = {
  ...{ version: 1, title: 'Gates with parameters', input: { shape: [4, 3] }, seed: 5 },
  steps: [
    { name: 'u1', kind: 'matmulParameter', options: { rows: 3, columns: 4 } },
    { name: 'u2', kind: 'addParameter', options: { width: 4 } },
    { name: 'a', kind: 'leakyRelu', options: { negativeSlope: 0.2 } },
    { name: 'u3', kind: 'multiplyParameter', options: { width: 4 } },
    { name: 'm', kind: 'maximum', other: 'u1', options: {} },
    { name: 'n', kind: 'batchNorm1d', options: { channels: 4 } },
    { name: 'd', kind: 'dropout', options: { probability: 0.25 } },
    { name: 't', kind: 'transpose', options: { axes: [1, 0] } },
  ],
  criterion: 'huber',
}

test.each([
  ...Object.values(starts),
  mixed,
  { ...firstDocument, criterion: 'bceWithLogits' } as const,
  insertStep(firstDocument, { after: 'a2' }, { kind: 'dropout' }),
  ...(z2 ? [{ ...firstDocument, title: 'Two', steps: [z2], criterion: 'l1' } as const] : []),
])('$title: the code comes to the same J', async (document) => {
  const printed = await run(toTypescript(document))
  expect(printed).toHaveLength(5)
  const J = Number(/^step 1: J = (.*)$/.exec(printed[0] ?? '')?.[1])
  // f32 against f64, and six digits after the point.
  expect(J).toBeCloseTo(await shownJ(document), 5)
})

test('a chain is one sequential; lines are as in the examples', () => {
  expect(toTypescript(firstDocument)).toBe(`/** The [2, 3, 1] network */
import { compile, input, mse, normal, randomKey, sgd } from 'sluice'
import { linear, sequential, sigmoid } from 'sluice/nn'

const x = input('x', [4, 2])

const model = sequential(
  linear(2, 3),
  sigmoid(),
  linear(3, 1),
)
const yHat = model(x).named('ŷ')

const y = input('y', yHat.shape)
const J = mse(yHat, y).named('J')

// Random examples of the right shapes, the same in every run.
const feeds = {
  x: await normal(randomKey(1), x.shape).data(),
  y: await normal(randomKey(2), y.shape).data(),
}

// Forward, backward and update are one graph, and one program runs it.
const updates = sgd(J, { learningRate: 0.1 })
const step = await compile({ J }, { updates, seed: 1 })
for (let i = 1; i <= 100; i++) {
  const error = await step.run(feeds).J.item()
  if (i === 1 || i % 25 === 0) console.log(\`step \${i}: J = \${error.toFixed(6)}\`)
}
`)
})

test('a graph names every value', () => {
  const { attention } = starts
  const code = attention ? toTypescript(attention) : ''
  expect(code).toContain("const h5 = add(h4, h2).named('h5')")
  expect(code).toContain("const z4 = linear(8, 12).at('9', 8)(h7).named('z4')")
  for (const line of code.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
})

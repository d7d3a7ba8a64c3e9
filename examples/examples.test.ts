/** Every example runs to its end and prints what it promises. */
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, promisify } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'

const folder = new URL('.', import.meta.url)
const root = fileURLToPath(new URL('..', folder))

/**
 * Lines of each example that are there only if it has worked. Last digits are left open where
 * engines may differ in the last bit of exp and tanh.
 */
const tellingLines: Readonly<Record<string, readonly RegExp[]>> = {
  '01-one-gate.ts': [/^the gradient 2 comes back as \{ a: -8, b: 6 \}$/],
  '02-the-article-network.ts': [
    /^F6 +ŷ = z3 +\[4, 1\]/,
    /^B10 +dJ\/dW1 = xᵀ · dJ\/du1 +\[2, 4\]·\[4, 3\] → \[2, 3\]/,
    /^0⊕0, 0⊕1, 1⊕0, 1⊕1 = -?0\.0\d, (0\.9|1\.0)\d, (0\.9|1\.0)\d, -?0\.0\d$/,
  ],
  '03-your-own-gate.ts': [
    /^gradcheck passed$/,
    /^J = 0\.000\d+, answers 0\.0\d, 1\.00, 1\.00, 0\.0\d$/,
  ],
  '04-softmax-classifier.ts': [/^right on 3\d\d of 359 digits it never saw: 9[5-9]\.\d %$/],
  '05-scan-over-time.ts': [/^step 200: J = 0\.00\d+$/],
  '06-gradients-of-gradients.ts': [/^5 +\d\.\de-1\d +\d\.\de-2$/], // 12 digits and 2
  '07-transformer.ts': [/^she sells sea shells by the sea shore, she sells s$/],
  '08-draw.ts': [
    /^docs\/pictures\/network\.svg: The graph of J, \d+ × \d+$/,
    /^docs\/pictures\/multiply\.svg: The gate multiply, close up, \d+ × \d+$/,
  ],
  '09-save-and-resume.ts': [
    /^aborted at step 100, in epoch 13$/,
    /^went on to step 240: (9\d\.\d|100\.0) % right$/,
    /^the two files are the same, byte by byte$/,
    /^setosa \d+\.\d %, versicolor \d+\.\d %, virginica \d+\.\d %$/,
  ],
}

const examples = readdirSync(folder).filter((name) => /^\d\d-.+\.ts$/.test(name))

afterEach(() => {
  vi.restoreAllMocks()
})

test('every example has its telling lines', () => {
  expect(Object.keys(tellingLines)).toEqual(examples.toSorted())
})

describe.each(examples)('%s', (name) => {
  test('prints its telling lines', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    await import(new URL(name, folder).href)
    const printed = log.mock.calls.flatMap((call) => format(...call).split('\n'))
    for (const line of tellingLines[name] ?? []) {
      expect(printed).toContainEqual(expect.stringMatching(line))
    }
  })
})

test('npm run example runs one without a build', async () => {
  const args = ['run', '--silent', 'example', 'examples/01-one-gate.ts']
  const { stdout } = await promisify(execFile)('npm', args, { cwd: root })
  expect(stdout).toMatch(/^multiply 3 by -4: -12$/m)
})

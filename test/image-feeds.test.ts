/** Images as they lie in files: bytes, fed without being made into floats first. */
import { compile, input, interpreter } from 'sluice'
import { expect, test } from 'vitest'

const pixels = Uint8Array.of(0, 255, 128, 7)

test.each([
  ['compiled', {}],
  ['interpreted', { backend: interpreter }],
])('bytes go into an f32 input, or into a u8 input that casts them: %s', async (_, options) => {
  const floats = await compile({ y: input('x', [2, 2]).multiply(2) }, options)
  expect(await floats.run({ x: pixels }).y.array()).toEqual([
    [0, 510],
    [256, 14],
  ])
  const bytes = input('x', [2, 2], { dtype: 'u8' })
  const casting = await compile({ y: bytes.cast('f32').multiply(2) }, options)
  const rows = [
    [0, 255],
    [128, 7],
  ]
  for (const x of [pixels, rows]) {
    expect(await casting.run({ x }).y.array()).toEqual([
      [0, 510],
      [256, 14],
    ])
  }
  expect(() => casting.run({ x: [rows[0] ?? [], [256, 7]] })).toThrow(
    'FEED run: the feed of "x" does not fit: tensor: 256 does not fit u8',
  )
})

test('a repetition takes its steps from one array of bytes', async () => {
  const program = await compile({ y: input('x', [2]).multiply(2) })
  expect(await program.repeat(2, { x: pixels }).y.array()).toEqual([
    [0, 510],
    [256, 14],
  ])
})

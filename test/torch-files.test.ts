/**
 * Weights that PyTorch saved give its numbers here, and ours give ours there. vectors/pt/models.py made
 * the files, and says how.
 */
import { readFileSync } from 'node:fs'
import { evaluate, graph, input, tensor } from 'sluice'
import { loadStateDict, readTorch, stateDict } from 'sluice/formats'
import { describe, expect, test } from 'vitest'
import { there } from './support/recorded.ts'
import { savedModels } from './support/saved-models.ts'
import recorded from './vectors/pt/models.json' with { type: 'json' }

const folder = new URL('vectors/pt/', import.meta.url)

const names = ['mlp', 'cnn', 'lstm', 'encoder'] as const

function fileOf(name: string): Uint8Array {
  return readFileSync(new URL(`${name}.pt`, folder))
}

describe.each(names)('%s', (name) => {
  const model = savedModels[name]
  const file = readTorch(fileOf(name), { name: `${name}.pt` })

  test('gives the outputs that it has in PyTorch', () => {
    const { store } = loadStateDict(model, file.tensors)
    const { x: given, y: expected } = recorded[name]
    const x = input('x', given.shape)
    const y = model(x)
    const { outputs } = evaluate(graph({ y }), {
      feeds: { x: tensor(Float32Array.from(given.data), { shape: given.shape }) },
      states: store.contents,
    })
    const found = there(outputs.y)
    expect(found.shape).toEqual(expected.shape)
    const worst = Math.max(
      ...expected.data.map((number, i) => Math.abs(number - Number(found.data[i]))),
    )
    expect(worst).toBeLessThan(1e-5) // f32 on both sides; outputs are of the order of 1
  })

  test('goes back as PyTorch saved it, to the bit', () => {
    const { store } = loadStateDict(model, file.tensors)
    expect(stateDict(model, store)).toEqual(file.tensors)
  })
})

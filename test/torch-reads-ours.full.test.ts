/**
 * What is saved here loads in PyTorch: vectors/pt/load.py reads our safetensors into the modules of
 * vectors/pt/models.py, strictly, and what they give must be what ours do.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createStore, evaluate, graph, input, tensor } from 'sluice'
import { loadStateDict, readTorch, stateDict, writeSafetensors } from 'sluice/formats'
import { expect, test } from 'vitest'
import { there } from './support/recorded.ts'
import { type SavedModel, savedModels } from './support/saved-models.ts'
import recorded from './vectors/pt/models.json' with { type: 'json' }

const folder = new URL('vectors/pt/', import.meta.url)
const names: readonly SavedModel[] = ['mlp', 'cnn', 'lstm', 'encoder']

/** A Python that has PyTorch, where there is one. */
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import torch']).status === 0,
)

test('models that are saved here give the same outputs in PyTorch', (context) => {
  if (!python) return context.skip('neither python3 nor /usr/bin/python3 has torch')
  const place = mkdtempSync(join(tmpdir(), 'sluice-torch-'))
  try {
    const ours = Object.fromEntries(names.map((name) => [name, saveAndRun(name, place)]))
    const script = fileURLToPath(new URL('load.py', folder))
    const theirs: Record<string, number[]> = JSON.parse(
      execFileSync(python, [script, place], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
    for (const name of names) {
      const [own = [], other = []] = [ours[name], theirs[name]]
      expect(other).toHaveLength(own.length)
      const worst = Math.max(...own.map((number, index) => Math.abs(number - (other[index] ?? 9))))
      expect(worst, name).toBeLessThan(1e-5) // f32 on both sides; outputs are of the order of 1
    }
  } finally {
    rmSync(place, { recursive: true })
  }
})

/** Changes the weights that PyTorch saved, saves them here, and gives the model's outputs. */
function saveAndRun(name: SavedModel, place: string): readonly number[] {
  const model = savedModels[name]
  const file = readTorch(readFileSync(new URL(`${name}.pt`, folder)))
  const store = createStore()
  loadStateDict(model, file.tensors, { store })
  for (const { key, trainable } of store.states) {
    const { shape, data } = store.get(key)
    if (trainable) store.set(key, { shape, dtype: 'f32', data: Float32Array.from(data, halved) })
  }
  const tensors = stateDict(model, store)
  writeFileSync(join(place, `${name}.safetensors`), writeSafetensors(tensors))
  const { x: given } = recorded[name]
  const y = model(input('x', given.shape))
  const x = tensor(Float32Array.from(given.data), { shape: given.shape })
  const { outputs } = evaluate(graph({ y }), { feeds: { x }, states: store.contents })
  return Array.from(there(outputs.y).data, Number)
}

function halved(number: number | bigint): number {
  return Number(number) / 2 + 0.01
}

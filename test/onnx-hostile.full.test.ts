import { test } from 'vitest'
import { checkDamage, checkNumbers, files, nodes } from './support/onnx-damage.ts'

test('thousands of damaged files give errors that say what and where, or a graph', () => {
  checkDamage(files, 2000)
  checkDamage(nodes, 20_000)
  checkNumbers(20_000)
}, 300_000)

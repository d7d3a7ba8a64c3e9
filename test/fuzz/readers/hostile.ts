/** Files that somebody made to do harm: bombs, sizes beyond all memory, code, nesting. */
import type { HostileCase } from './hostile-case.ts'
import { jsonCases } from './hostile-json.ts'
import { numpyCases } from './hostile-numpy.ts'
import { onnxCases } from './hostile-onnx.ts'
import { safetensorsCases } from './hostile-safetensors.ts'
import { torchCases } from './hostile-torch.ts'

export const hostileCases: readonly HostileCase[] = [
  ...safetensorsCases(),
  ...numpyCases(),
  ...torchCases(),
  ...jsonCases(),
  ...onnxCases(),
]

/** The backends that run here: interpreter and wasm. XLA is in conformance.full.test.ts. */
import { describe } from 'vitest'
import { wasm } from '../src/backends/wasm/backend.ts'
import { interpreter } from '../src/compile.ts'
import { testConformance } from './support/conformance.ts'

describe.each([interpreter, wasm].map((backend) => [backend.name, backend] as const))(
  '%s',
  (_, backend) => {
    testConformance(backend)
  },
)

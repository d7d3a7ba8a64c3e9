/** The rows, in the order in which they run. */
import type { Row } from '../row.ts'
import { compileTime } from './compile-time.ts'
import { gradientRows } from './gradients.ts'
import { kernelRows } from './kernels.ts'
import { scalarChain } from './scalar-chain.ts'
import { scalarWork } from './scalar-work.ts'
import { threads } from './threads.ts'
import { trainingRows } from './training.ts'

export const rows: readonly Row[] = [
  ...trainingRows,
  ...kernelRows,
  ...gradientRows,
  scalarChain,
  scalarWork,
  compileTime,
  threads,
]

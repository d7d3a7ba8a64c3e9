/** The rows, in the order in which they run. */
import type { Row } from '../row.ts'
import { scalarChain } from './scalar-chain.ts'

export const rows: readonly Row[] = [scalarChain]

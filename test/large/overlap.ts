/**
 * `npm run large:overlap -- 40`: how much of reading is hidden behind the steps. The same
 * epoch with steps alone, from memory; with reading on this thread; and with reading on another. Each is
 * run thrice, in turns, and the best counts, as other programs come in between. In brackets: how long
 * this thread was busy. For Linux.
 */
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Batch, type ExampleStream, loader, streamCsv } from '../../src/data/index.ts'
import { mse, type Value } from '../../src/index.ts'
import { linear, relu, sequential } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { fit } from '../../src/train/index.ts'
import { writeLargeTable } from '../support/large-table.ts'

const path = join(tmpdir(), `sluice-overlap-${process.pid}.csv`)
try {
  await writeLargeTable(path, Number(process.argv[2] ?? 40) * 1e6)
  const { train } = await streamCsv(path, { target: 'y', windowBytes: 2 ** 22 })
  const held: Batch[] = []
  for await (const batch of train.batches({ size: 256, epoch: 1 })) held.push(batch)
  const inMemory: ExampleStream = {
    ...train,
    batches: () => ({
      length: held.length,
      async *[Symbol.asyncIterator]() {
        yield* held
      },
    }),
  }
  const ways = {
    'steps alone': inMemory,
    'reading in turn': train,
    'one worker': loader(train, { numWorkers: 1 }),
  }
  for (const width of [32, 64, 128]) {
    const best = new Map<string, Taken>()
    for (let round = 0; round < 3; round++) {
      for (const [way, examples] of Object.entries(ways)) {
        const taken = await epochOf(examples, width)
        const before = best.get(way) ?? taken
        const seconds = Math.min(taken.seconds, before.seconds)
        best.set(way, { seconds, busy: Math.min(taken.busy, before.busy) })
      }
    }
    const shown = [...best].map(
      ([way, { seconds, busy }]) => `${way} ${seconds.toFixed(2)} s (${busy.toFixed(2)} s)`,
    )
    console.log(`hidden layers of ${width}, ${width}: ${shown.join(', ')}`)
  }
} finally {
  await rm(path)
}

interface Taken {
  readonly seconds: number
  /** Of those, how long this thread had a core: what others take away does not count. */
  readonly busy: number
}

async function epochOf(train: ExampleStream, width: number): Promise<Taken> {
  const start = busySeconds()
  const inputs = train.inputs.shape[1] ?? 0
  const { seconds } = await fit({
    model: sequential(
      linear(inputs, width),
      relu(),
      linear(width, width),
      relu(),
      linear(width, 1),
    ),
    criterion: mse,
    optimizer: (J: Value) => adam(J, { learningRate: 0.001 }),
    ...{ train, epochs: 1, batchSize: 256, threads: 1 },
  })
  return { seconds, busy: busySeconds() - start }
}

/** As Linux counts it, in hundredths of a second. */
function busySeconds(): number {
  const fields = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8').split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}

/** Reads a block of a file again, and prepares the examples of one part: on any thread. */
import { type BlockTable, blockAt, type Part } from './block-table.ts'
import { type Division, type Picker, pickerOf } from './held-out.ts'
import { openSource, type Source, type SourceSpec } from './raw-block.ts'
import { type PreparedBlock, type PreparerSpec, RowPreparer } from './row-preparer.ts'

/** All that is needed to read a part of a file: plain data, which can be sent to other threads. */
export interface PartSpec {
  readonly source: SourceSpec
  readonly blocks: BlockTable
  readonly preparer: PreparerSpec
  readonly division: Division
  readonly part: Part
}

export interface BlockReader {
  read(block: number): Promise<PreparedBlock>
  close(): Promise<void>
}

/** Throws FILE where the file cannot be opened. */
export async function openBlockReader(spec: PartSpec): Promise<BlockReader> {
  const source = await openSource(spec.source)
  const preparer = new RowPreparer(spec.preparer)
  const pick = pickerOf(spec.division, spec.part)
  return {
    read: (block) => readBlock(block, { source, preparer, pick, blocks: spec.blocks }),
    close: () => source.close(),
  }
}

interface Tools {
  readonly source: Source
  readonly preparer: RowPreparer
  readonly pick: Picker
  readonly blocks: BlockTable
}

async function readBlock(
  index: number,
  { source, preparer, pick, blocks }: Tools,
): Promise<PreparedBlock> {
  const place = blockAt(blocks, index)
  const raw = await source.read(place)
  return preparer.prepare(raw, pick(place.first, raw.length))
}

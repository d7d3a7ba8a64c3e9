/** What tells datasets apart. */
import { ContentHash } from '../ir/content-hash.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Dataset } from './dataset.ts'

/** 16 digits that tell datasets apart. */
export function digestOf({ inputs, targets }: Dataset): string {
  const hash = new ContentHash()
  for (const tensor of [inputs, targets]) {
    hash.addText(`${tensor.dtype} ${tensor.shape.join()}`)
    addBytes(hash, tensor)
  }
  return hash.digest()
}

function addBytes(hash: ContentHash, { data }: Tensor): void {
  const isAligned = data.byteOffset % 4 === 0
  const words = isAligned ? data.byteLength >> 2 : 0
  if (words > 0) {
    for (const word of new Uint32Array(data.buffer, data.byteOffset, words)) hash.addWord(word)
  }
  const rest = new Uint8Array(data.buffer, data.byteOffset + 4 * words, data.byteLength - 4 * words)
  for (const byte of rest) hash.addWord(byte)
}

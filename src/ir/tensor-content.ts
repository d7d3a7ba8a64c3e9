/**
 * What a tensor holds, compared and hashed: shape, dtype and elements, where all NaN are one, and
 * 0 and -0 are two.
 */
import { ContentHash } from './content-hash.ts'
import { dtypes } from './dtype.ts'
import { sameShape } from './shape.ts'
import { numberAt, type Tensor } from './tensor.ts'

/** Whether two tensors have the same shape, dtype and elements. */
export function isSameTensor(a: Tensor, b: Tensor): boolean {
  if (a === b) return true
  if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) return false
  if (a.data.length !== b.data.length) return false
  for (let index = 0; index < a.data.length; index++) {
    if (Object.is(a.data[index], b.data[index])) continue
    // The bits of f16 and bf16 spell NaN in many ways.
    const isNaN16 = isHalf(a) && Object.is(numberAt(a, index), numberAt(b, index))
    if (!isNaN16) return false
  }
  return true
}

/** The hash of what a tensor holds, as 16 hexadecimal digits; see content-hash.ts for its odds. */
export function contentHash(tensor: Tensor): string {
  const hash = new ContentHash()
  hashTensor(tensor, hash)
  return hash.digest()
}

/** Adds what a tensor holds to a hash. */
export function hashTensor(tensor: Tensor, hash: ContentHash): void {
  const { dtype, shape, data } = tensor
  hash.addText(dtype)
  hash.addWord(shape.length)
  for (const size of shape) hash.addNumber(size)
  if (data instanceof Float64Array) {
    for (let index = 0; index < data.length; index++) hash.addNumber(data[index] as number) // inside
  } else if (isHalf(tensor)) {
    for (let index = 0; index < data.length; index++) {
      hash.addWord(Number.isNaN(numberAt(tensor, index)) ? 0x7fff : Number(data[index]))
    }
  } else if (dtypes[dtype].sizeBytes < 4) {
    for (let index = 0; index < data.length; index++) hash.addWord(Number(data[index]))
  } else {
    const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4)
    const isFloat = data instanceof Float32Array
    for (let index = 0; index < words.length; index++) {
      const word = words[index] as number // inside
      // Above the bits of infinity lie those of NaN.
      hash.addWord(isFloat && (word & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : word)
    }
  }
}

function isHalf({ dtype }: Tensor): boolean {
  return dtype === 'f16' || dtype === 'bf16'
}

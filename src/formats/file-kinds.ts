/** What a file is, told by its first bytes, for errors about one of another kind. */

/** First bytes of formats that are taken for each other most easily. */
const signatures: readonly (readonly [bytes: string, kind: string])[] = [
  ['\x89PNG', 'a PNG picture'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['%PDF', 'a PDF document'],
  ['PK\x03\x04', 'a ZIP archive, as the .pt files of PyTorch are'],
  ['\x89HDF', 'an HDF5 file, as the .h5 files of Keras are'],
  ['\x93NUMPY', 'an array of NumPy'],
  ['GGUF', 'a GGUF model'],
  ['\x1f\x8b', 'a gzip archive'],
  ['\x80', 'perhaps a Python pickle'],
]

/** What else a file is, told by how it begins. */
export function describeBeginning(bytes: Uint8Array): string {
  const known = signatures.find(([signature]) => beginOf(bytes).startsWith(signature))?.[1]
  return known ?? describeText(bytes) ?? 'a file of another kind'
}

/** What a text begins with; undefined for what is no text. */
export function describeText(bytes: Uint8Array): string | undefined {
  const begin = beginOf(bytes)
  if (!/^[\t\n\r -~]*$/.test(begin)) return undefined
  return `text that begins ${JSON.stringify(begin.slice(0, 16))}`
}

function beginOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 64))
}

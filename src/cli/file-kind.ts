/** What a file is, told by how it begins, and by its ending where that says nothing. */
import { open } from 'node:fs/promises'

/** The files that a network or weights may stand in. */
export type FileKind = 'safetensors' | 'onnx' | 'torch' | 'npz' | 'npy' | 'json' | 'graph' | 'other'

/** The kind of a file; `other` for one that cannot be read, which whoever reads it will say. */
export async function kindOfFile(path: string): Promise<FileKind> {
  return kindOf(await beginningOf(path), path)
}

/** The kind of a file that begins with these bytes. */
export function kindOf(bytes: Uint8Array, name: string): FileKind {
  const text = String.fromCharCode(...bytes.subarray(0, beginningBytes))
  if (text.startsWith('PK')) return archiveKind(text, name)
  if (text.startsWith('\x93NUMPY')) return 'npy'
  // Eight bytes of a length, then a header in JSON.
  if (text[8] === '{' && bytes.subarray(4, 8).every((byte) => byte === 0)) return 'safetensors'
  if (/^\s*graph\s*\{/.test(text)) return 'graph'
  if (/^\s*[[{]/.test(text)) return 'json'
  // All writers of ONNX begin with the field of its version, a small number.
  if (bytes[0] === 8 && (bytes[1] ?? 0) < 32) return 'onnx'
  return kindByEnding(name)
}

/** Both are archives: PyTorch's holds a pickle, NumPy's arrays. */
function archiveKind(text: string, name: string): FileKind {
  if (text.includes('data.pkl')) return 'torch'
  return text.includes('.npy') ? 'npz' : kindByEnding(name)
}

const endings: Readonly<Record<string, FileKind>> = {
  safetensors: 'safetensors',
  onnx: 'onnx',
  pt: 'torch',
  pth: 'torch',
  bin: 'torch',
  ckpt: 'torch',
  npz: 'npz',
  npy: 'npy',
  json: 'json',
}

/** The kind that a name ends in. */
function kindByEnding(name: string): FileKind {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  return (Object.hasOwn(endings, ending) ? endings[ending] : undefined) ?? 'other'
}

/** Enough for the name of an archive's first entry. */
const beginningBytes = 512

async function beginningOf(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r')
    try {
      const bytes = new Uint8Array(beginningBytes)
      const { bytesRead } = await file.read(bytes, 0, beginningBytes, 0)
      return bytes.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch {
    return new Uint8Array()
  }
}

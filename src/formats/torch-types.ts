/** The element types of PyTorch, by the names of their storages and of themselves. */
import type { DType } from '../ir/dtype.ts'

/** An element type; `untyped` is bytes whose type each tensor says itself. */
export type StorageType = DType | 'untyped'

export const storageTypes: Readonly<Record<string, StorageType>> = {
  'torch.FloatStorage': 'f32',
  'torch.DoubleStorage': 'f64',
  'torch.HalfStorage': 'f16',
  'torch.BFloat16Storage': 'bf16',
  'torch.LongStorage': 'i64',
  'torch.IntStorage': 'i32',
  'torch.ShortStorage': 'i16',
  'torch.CharStorage': 'i8',
  'torch.ByteStorage': 'u8',
  'torch.BoolStorage': 'bool',
  'torch.storage.UntypedStorage': 'untyped',
  'torch.storage._UntypedStorage': 'untyped',
}

export const elementTypes: Readonly<Record<string, DType>> = {
  'torch.float32': 'f32',
  'torch.float64': 'f64',
  'torch.float16': 'f16',
  'torch.bfloat16': 'bf16',
  'torch.int64': 'i64',
  'torch.int32': 'i32',
  'torch.int16': 'i16',
  'torch.int8': 'i8',
  'torch.uint64': 'u64',
  'torch.uint32': 'u32',
  'torch.uint16': 'u16',
  'torch.uint8': 'u8',
  'torch.bool': 'bool',
}

/** Storages of elements that have no dtype here, with what they are. */
export const otherStorages: Readonly<Record<string, string>> = {
  'torch.ComplexFloatStorage': 'complex numbers',
  'torch.ComplexDoubleStorage': 'complex numbers',
  'torch.ComplexHalfStorage': 'complex numbers',
  'torch.QInt8Storage': 'quantised integers',
  'torch.QUInt8Storage': 'quantised integers',
  'torch.QInt32Storage': 'quantised integers',
  'torch.QUInt4x2Storage': 'quantised integers',
  'torch.QUInt2x4Storage': 'quantised integers',
}

/** Safetensors that were made to do harm: lengths, headers that become large, sizes beyond all memory. */
import { type HostileCase, text } from './hostile-case.ts'

export function safetensorsCases(): readonly HostileCase[] {
  const target = 'safetensors'
  const entry = (index: number) => `"${index}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`
  const many = (count: number) =>
    `{${Array.from({ length: count }, (_, index) => entry(index)).join(',')}}`
  const huge =
    '{"a":{"dtype":"F64","shape":[1152921504606846976],"data_offsets":[0,1152921504606846976]}}'
  return [
    { title: 'a header of 2⁶⁰ bytes', target, make: () => withHeader(text('{}'), 2 ** 60) },
    { title: 'a tensor of 2⁶⁰ elements', target, make: () => withHeader(text(huge)) },
    {
      title: '200,000 tensors of nothing',
      isLong: true,
      target,
      make: () => withHeader(text(many(200_000))),
    },
    { title: '10 MB of brackets', target, make: () => withHeader(text(`{"a":${'['.repeat(1e7)}`)) },
    {
      title: '15 MB of blanks',
      target,
      isWhole: true,
      make: () => withHeader(text(`{${' '.repeat(1.5e7)}}`)),
    },
    {
      title: 'one key of 15 MB',
      target,
      make: () => withHeader(text(`{"${'k'.repeat(1.5e7)}":0}`)),
    },
    {
      title: 'a shape of 3 million sizes',
      isLong: true,
      target,
      make: () =>
        withHeader(
          text(`{"a":{"dtype":"U8","shape":[${'1,'.repeat(3e6)}1],"data_offsets":[0,1]}}`),
        ),
    },
    {
      title: 'metadata of a million keys',
      isLong: true,
      target,
      make: () =>
        withHeader(
          text(
            `{"__metadata__":{${Array.from({ length: 1e6 }, (_, i) => `"${i}":""`).join(',')}}}`,
          ),
        ),
    },
    {
      title: 'an index of a million tensors',
      isLong: true,
      target: 'sharded safetensors',
      make: () =>
        text(`{"weight_map":{${Array.from({ length: 1e6 }, (_, i) => `"${i}":"a"`).join(',')}}}`),
    },
  ]
}

function withHeader(header: Uint8Array, declared = header.length): Uint8Array {
  const bytes = new Uint8Array(8 + header.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(declared), true)
  bytes.set(header, 8)
  return bytes
}

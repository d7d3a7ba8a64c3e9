/**
 * The instructions that touch memory: opcode, operand types, result type, in letters (types.ts),
 * and the bytes that are touched, as a power of two. Those with a lane take its index too.
 * Source: WebAssembly Core Specification 2.0, 5.4.6, and the threads proposal.
 */

export const i32MemoryOpcodes = {
  load: [0x28, 'i', 'i', 2],
  load8S: [0x2c, 'i', 'i', 0],
  load8U: [0x2d, 'i', 'i', 0],
  load16S: [0x2e, 'i', 'i', 1],
  load16U: [0x2f, 'i', 'i', 1],
  store: [0x36, 'ii', '', 2],
  store8: [0x3a, 'ii', '', 0],
  store16: [0x3b, 'ii', '', 1],
  atomicLoad: [0xfe0010, 'i', 'i', 2],
  atomicStore: [0xfe0017, 'ii', '', 2],
  atomicAdd: [0xfe001e, 'ii', 'i', 2],
  atomicSub: [0xfe0025, 'ii', 'i', 2],
  atomicAnd: [0xfe002c, 'ii', 'i', 2],
  atomicOr: [0xfe0033, 'ii', 'i', 2],
  atomicXor: [0xfe003a, 'ii', 'i', 2],
  atomicExchange: [0xfe0041, 'ii', 'i', 2],
  /** Address, expected, replacement; gives what was there. */
  atomicCompareExchange: [0xfe0048, 'iii', 'i', 2],
  /** Address, expected, timeout in ns (−1: none); gives 0 woken, 1 not expected, 2 timed out. */
  atomicWait: [0xfe0001, 'iil', 'i', 2],
  /** Address, how many waiters to wake; gives how many were woken. */
  atomicNotify: [0xfe0000, 'ii', 'i', 2],
} as const

export const i64MemoryOpcodes = {
  load: [0x29, 'i', 'l', 3],
  store: [0x37, 'il', '', 3],
  atomicLoad: [0xfe0011, 'i', 'l', 3],
  atomicStore: [0xfe0018, 'il', '', 3],
  atomicAdd: [0xfe001f, 'il', 'l', 3],
} as const

export const f32MemoryOpcodes = {
  load: [0x2a, 'i', 'f', 2],
  store: [0x38, 'if', '', 2],
} as const

export const f64MemoryOpcodes = {
  load: [0x2b, 'i', 'd', 3],
  store: [0x39, 'id', '', 3],
} as const

export const v128MemoryOpcodes = {
  load: [0xfd0000, 'i', 'v', 4],
  load8x8S: [0xfd0001, 'i', 'v', 3],
  load8x8U: [0xfd0002, 'i', 'v', 3],
  load16x4S: [0xfd0003, 'i', 'v', 3],
  load16x4U: [0xfd0004, 'i', 'v', 3],
  load32x2S: [0xfd0005, 'i', 'v', 3],
  load32x2U: [0xfd0006, 'i', 'v', 3],
  load8Splat: [0xfd0007, 'i', 'v', 0],
  load16Splat: [0xfd0008, 'i', 'v', 1],
  load32Splat: [0xfd0009, 'i', 'v', 2],
  load64Splat: [0xfd000a, 'i', 'v', 3],
  store: [0xfd000b, 'iv', '', 4],
  load32Zero: [0xfd005c, 'i', 'v', 2],
  load64Zero: [0xfd005d, 'i', 'v', 3],
} as const

export const v128LaneMemoryOpcodes = {
  load8Lane: [0xfd0054, 'iv', 'v', 0],
  load16Lane: [0xfd0055, 'iv', 'v', 1],
  load32Lane: [0xfd0056, 'iv', 'v', 2],
  load64Lane: [0xfd0057, 'iv', 'v', 3],
  store8Lane: [0xfd0058, 'iv', '', 0],
  store16Lane: [0xfd0059, 'iv', '', 1],
  store32Lane: [0xfd005a, 'iv', '', 2],
  store64Lane: [0xfd005b, 'iv', '', 3],
} as const

/** Opcode, operand types, result type and the immediate bytes. */
export const memoryOpcodes = {
  /** In pages of 64 KiB. */
  size: [0x3f, '', 'i', [0]],
  /** By pages of 64 KiB; gives the former size, or −1 where it cannot grow. */
  grow: [0x40, 'i', 'i', [0]],
  /** To, from, bytes. */
  copy: [0xfc000a, 'iii', '', [0, 0]],
  /** To, byte value, bytes. */
  fill: [0xfc000b, 'iii', '', [0]],
  fence: [0xfe0003, '', '', [0]],
} as const

/** Opcode, operand types, result type and the number of lanes. */
export const laneOpcodes = {
  i8x16: {
    extractLaneS: [0xfd0015, 'v', 'i', 16],
    extractLaneU: [0xfd0016, 'v', 'i', 16],
    replaceLane: [0xfd0017, 'vi', 'v', 16],
  },
  i16x8: {
    extractLaneS: [0xfd0018, 'v', 'i', 8],
    extractLaneU: [0xfd0019, 'v', 'i', 8],
    replaceLane: [0xfd001a, 'vi', 'v', 8],
  },
  i32x4: { extractLane: [0xfd001b, 'v', 'i', 4], replaceLane: [0xfd001c, 'vi', 'v', 4] },
  i64x2: { extractLane: [0xfd001d, 'v', 'l', 2], replaceLane: [0xfd001e, 'vl', 'v', 2] },
  f32x4: { extractLane: [0xfd001f, 'v', 'f', 4], replaceLane: [0xfd0020, 'vf', 'v', 4] },
  f64x2: { extractLane: [0xfd0021, 'v', 'd', 2], replaceLane: [0xfd0022, 'vd', 'v', 2] },
} as const

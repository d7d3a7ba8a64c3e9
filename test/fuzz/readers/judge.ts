/** Whether a reader took a file as a reader must: in time, in memory, and with a clear error if with any. */
import { readFileSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { SluiceError } from '../../../src/errors.ts'
import type { Target } from './targets.ts'

export interface Verdict {
  /** What must not be; undefined where all is well. */
  readonly fault: string | undefined
  /** Bytes of elements that came of it. */
  readonly decodedBytes: number
  readonly isRead: boolean
}

/** Beyond the elements that are read, no more may be taken. */
const extraBytes = 64 * 2 ** 20

/** Of the processor, for a small file, and for each megabyte that is read or made. */
const limits = { seconds: 3, secondsOfMegabyte: 0.25 } as const

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Reads one file, and judges time and error. */
export async function judge(target: Target, bytes: Uint8Array, maxBytes: number): Promise<Verdict> {
  const before = process.cpuUsage()
  let decodedBytes = 0
  let fault: string | undefined
  let isRead = true
  try {
    decodedBytes = await target.read(bytes, { name: 'the fuzzed file', maxBytes })
  } catch (error) {
    isRead = false
    fault = faultOf(error)
  }
  const { user, system } = process.cpuUsage(before)
  const seconds = (user + system) / 1e6
  const allowed =
    limits.seconds + ((bytes.length + decodedBytes) / 2 ** 20) * limits.secondsOfMegabyte
  if (seconds > allowed) fault ??= `it took ${seconds.toFixed(1)} s; ${allowed.toFixed(1)} may be`
  return { fault, decodedBytes, isRead }
}

function faultOf(error: unknown): string | undefined {
  if (!(error instanceof SluiceError))
    return `threw ${error instanceof Error ? error.stack : error}`
  const isClear = error.code !== 'INTERNAL' && error.got !== undefined && error.fix !== undefined
  return isClear ? undefined : `threw what says too little: ${error.stack}`
}

/** Reads one file as `judge`, and judges the memory that was taken at most meanwhile. */
export async function judgeMemory(
  target: Target,
  bytes: Uint8Array,
  maxBytes: number,
): Promise<Verdict> {
  const measured = await peakOf(() => judge(target, bytes, maxBytes))
  const { result, peakBytes } = measured
  const extra = peakBytes - result.decodedBytes
  if (extra <= extraBytes || result.fault) return result
  const megabytes = Math.round(extra / 2 ** 20)
  return { ...result, fault: `it took ${megabytes} MB beside what it read; 64 may be` }
}

/** Runs something, and gives by how much the process was larger meanwhile, at most. */
export async function peakOf<T>(
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly peakBytes: number }> {
  collect()
  forgetPeak()
  const before = process.memoryUsage.rss()
  const result = await run()
  return { result, peakBytes: peak() - before }
}

/** Linux tells the peak since it was last told to forget it; elsewhere it is that of the whole process. */
function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // No such file on other systems: what was larger before then counts, so that faults are overlooked.
  }
}

function peak(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8')
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}

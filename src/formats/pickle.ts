/**
 * Python's pickles, read by a machine that can run nothing: it makes lists, dicts, texts and numbers,
 * and leaves it to its caller what a global is and what a call of it gives.
 *
 * Source: CPython, `Lib/pickletools.py`; protocols 2 to 5, without buffers beside the pickle.
 */

import type { PickleMachine, PickleRules, PickleValue } from './pickle-machine.ts'
import { broken, charge, memoryLimit } from './pickle-machine.ts'
import { operations } from './pickle-operations.ts'

/** What an operation leaves behind at least, on the stack or in the memo. */
const memoryOfOperation = 24

/** The value of a pickle. Throws FILE for what is none, or is more than data. */
export function readPickle(bytes: Uint8Array, rules: PickleRules): PickleValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const machine: PickleMachine = {
    ...{ bytes, view, rules, at: 0, stack: [], below: [], memo: new Map() },
    ...{ memory: memoryLimit, isAtEnd: false },
  }
  const [first, protocol = 0] = bytes
  if (first !== 0x80 || protocol < 2 || protocol > 5) {
    const got = bytes.length === 0 ? 'nothing' : `it begins with ${bytes.slice(0, 2).join(', ')}`
    throw broken(machine, 'a pickle of protocol 2 to 5', got)
  }
  while (!machine.isAtEnd) {
    const code = bytes[machine.at]
    if (code === undefined) throw broken(machine, 'more operations', 'the end of the pickle')
    const operation = operations[code]
    if (!operation) throw broken(machine, 'an operation that makes data', nameOf(code))
    machine.at++
    charge(machine, memoryOfOperation)
    operation(machine)
  }
  const [value, ...more] = machine.stack
  if (value !== undefined && more.length === 0 && machine.below.length === 0) return value
  throw broken(machine, 'one value at its end', `${machine.stack.length}, and open marks`)
}

/** Operations that Python has, and this machine does not. */
const refused: Readonly<Record<number, string>> = {
  105: 'INST, which makes an object of any class',
  111: 'OBJ, which makes an object of any class',
  130: 'EXT1, which calls what a registry holds',
  131: 'EXT2, which calls what a registry holds',
  132: 'EXT4, which calls what a registry holds',
  151: 'NEXT_BUFFER, of buffers beside the pickle',
  152: 'READONLY_BUFFER, of buffers beside the pickle',
}

function nameOf(code: number): string {
  return refused[code] ?? `operation ${code}, which is of no protocol from 2 to 5`
}

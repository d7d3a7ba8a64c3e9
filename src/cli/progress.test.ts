import { describe, expect, test } from 'vitest'
import type { Io } from './io.ts'
import { progressLine, sparkline } from './progress.ts'

describe('sparkline', () => {
  test('is as high as the numbers, from the least to the greatest', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█')
    expect(sparkline([4, 2, 1], 8)).toBe('█▃▁')
  })

  test('takes some of many numbers, the last one always', () => {
    expect(sparkline([8, 8, 8, 8, 8, 8, 8, 1], 4)).toBe('███▁')
  })

  test('is flat for equal numbers, and passes over what is no number', () => {
    expect(sparkline([2, 2, Number.NaN], 8)).toBe('▁▁')
    expect(sparkline([], 8)).toBe('')
  })
})

describe('a line of progress', () => {
  test('paints over on a terminal, at once and then not too often', () => {
    const { io, written } = recordingIo(true)
    const line = progressLine(io)
    line.showInTime(() => 'first')
    line.showInTime(() => 'too soon')
    line.show('second')
    line.end()
    expect(written()).toBe('\r\u001B[Kfirst\r\u001B[Ksecond\n')
  })

  test('is cut to the width that the terminal has just then', () => {
    const { io, written } = recordingIo(true)
    let columns = 10
    const narrowing: Io = {
      ...io,
      get columns() {
        return columns
      },
    }
    const line = progressLine(narrowing)
    line.show('0123456789')
    columns = 5
    line.show('0123456789')
    expect(written()).toBe('\r\u001B[K012345678\r\u001B[K0123')
  })

  test('is a line of its own elsewhere, and what comes soon after is left out', () => {
    const { io, written } = recordingIo(false)
    const line = progressLine(io)
    line.show('first')
    line.showInTime(() => 'too soon')
    line.clear()
    line.end()
    expect(written()).toBe('first\n')
  })
})

function recordingIo(isTerminal: boolean): { readonly io: Io; readonly written: () => string } {
  let text = ''
  const io: Io = {
    out: () => undefined,
    err: (more) => {
      text += more
    },
    terminals: { out: isTerminal, err: isTerminal },
    columns: 80,
    environment: {},
    onSignal: () => () => undefined,
  }
  return { io, written: () => text }
}

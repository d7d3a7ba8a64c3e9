import type { Diagram, Scene } from 'sluice/draw'
import { expect, test, vi } from 'vitest'
import type { LayoutAnswer, LayoutOrder } from './layout-protocol.ts'
import { createLayouter, type LayoutWorker } from './layouter.ts'

const diagram: Diagram = { title: '', description: '', nodes: [], edges: [], frames: [], notes: [] }
const scene: Scene = {
  ...{ width: 1, height: 1, title: '', description: '' },
  ...{ frames: [], lines: [], nodes: [], labels: [] },
}

/** Workers that answer when they are told to. */
function workers() {
  const started: { orders: LayoutOrder[]; ended: boolean; answer: (data: LayoutAnswer) => void }[] =
    []
  const start = (): LayoutWorker => {
    const target = new EventTarget()
    const own = {
      orders: [] as LayoutOrder[], // filled below
      ended: false,
      answer: (data: LayoutAnswer) => {
        target.dispatchEvent(Object.assign(new Event('message'), { data }))
      },
    }
    started.push(own)
    return {
      addEventListener: target.addEventListener.bind(target),
      postMessage: (order: LayoutOrder) => own.orders.push(order),
      terminate: () => {
        own.ended = true
      },
    }
  }
  return { started, start }
}

const patient = { deadlineMs: 60_000, onLate: () => {} }

test('a layout comes back from the worker', async () => {
  const { started, start } = workers()
  const placed = createLayouter(start).place(diagram, patient)
  started[0]?.answer({ id: 1, scene })
  expect(await placed).toEqual({ kind: 'placed', scene })
})

test('cancelling ends the worker at once, and another one takes the next order', async () => {
  const { started, start } = workers()
  const layouter = createLayouter(start)
  const first = layouter.place(diagram, patient)
  layouter.cancel()
  expect(await first).toEqual({ kind: 'cancelled' })
  expect(started.map(({ ended }) => ended)).toEqual([true, false])
  const second = layouter.place(diagram, patient)
  started[0]?.answer({ id: 1, scene }) // too late
  started[1]?.answer({ id: 2, scene })
  expect(await second).toEqual({ kind: 'placed', scene })
})

test('at the deadline it says so and goes on', async () => {
  vi.useFakeTimers()
  const { started, start } = workers()
  const onLate = vi.fn()
  const placed = createLayouter(start).place(diagram, { deadlineMs: 1000, onLate })
  vi.advanceTimersByTime(999)
  expect(onLate).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(onLate).toHaveBeenCalledOnce()
  started[0]?.answer({ id: 1, scene })
  expect((await placed).kind).toBe('placed')
  vi.useRealTimers()
})

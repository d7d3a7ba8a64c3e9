/** A long computation lets others have their turn now and then: signals, timers, the page. */

/** How long it may keep them waiting: less than anybody notices. */
const longestMs = 20

/**
 * A function that, called often with the time, seldom lets waiting events be handled, and else does
 * nothing.
 */
export function createTurns(): (now: number) => Promise<void> | undefined {
  let last = performance.now()
  return (now) => {
    if (now - last < longestMs) return undefined
    return nextTurn().then(() => {
      last = performance.now()
    })
  }
}

/** Resolves once the events that wait have been handled; timers in pages would wait 4 ms. */
function nextTurn(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve))
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}

import { describe, expect, test } from 'vitest'
import {
  dragged,
  fitView,
  homeHeight,
  homeView,
  revealed,
  scrolled,
  sightOf,
  zoomedAt,
} from './viewport.ts'

const scene = { width: 2000, height: 400 }
const place = { width: 800, height: 600 }

describe('at first', () => {
  test('a scene that would become too small to read keeps a legible size and begins at its left', () => {
    // 0.72 · 400 = 288 leaves 312 pixels above and below.
    expect(homeView(scene, place)).toEqual({ scale: 0.72, x: 0, y: 156 })
  })

  test('a small scene is hardly blown up, and stands in the middle', () => {
    const view = homeView({ width: 100, height: 100 }, place)
    expect(view.scale).toBe(1.1)
    expect(view.x).toBeCloseTo(345)
    expect(view.y).toBeCloseTo(245)
  })

  test('the height that it asks for is that of its first scale', () => {
    expect(homeHeight(scene, 800)).toBe(288) // 0.72 · 400
    expect(homeHeight(scene, 1800)).toBe(360) // 0.9 · 400
  })
})

test('fitted, all of it is in sight', () => {
  expect(fitView(scene, place)).toEqual({ scale: 0.4, x: 0, y: 220 })
})

test('zoomed, the point under the pointer stays there', () => {
  const view = { scale: 1, x: 10, y: 20 }
  const point = { x: 110, y: 70 } // (100, 50) of the scene
  expect(zoomedAt(view, 2, point)).toEqual({ scale: 2, x: -90, y: -30 })
  expect(zoomedAt(view, 1e9, point).scale).toBe(8)
})

describe('moved', () => {
  const view = { scale: 1, x: 0, y: 100 }

  test('a hand may drag until a little is left in sight', () => {
    expect(dragged(view, { x: -300, y: 50 }, { scene, place })).toEqual({
      scale: 1,
      x: -300,
      y: 150,
    })
    expect(dragged(view, { x: -1e6, y: 1e6 }, { scene, place })).toEqual({
      scale: 1,
      x: -1940,
      y: 540,
    })
  })

  test('a wheel moves no further than there is something to see, and not what is seen whole', () => {
    expect(scrolled(view, { x: -5000, y: -50 }, { scene, place })).toEqual({
      scale: 1,
      x: -1200,
      y: 100,
    })
    expect(scrolled(view, { x: 50, y: 0 }, { scene, place })).toEqual(view)
  })

  test('what was put further away by a hand comes back by a wheel step by step', () => {
    const away = { scale: 1, x: 300, y: 100 }
    expect(scrolled(away, { x: 40, y: 0 }, { scene, place })).toEqual(away)
    expect(scrolled(away, { x: -40, y: 0 }, { scene, place }).x).toBe(260)
  })
})

describe('brought into sight', () => {
  const view = { scale: 1, x: 0, y: 100 }

  test('what is seen stays, what is not comes to the middle', () => {
    const seen = { x: 300, y: 10, width: 100, height: 40 }
    expect(revealed(view, seen, { scene, place })).toEqual(view)
    const unseen = { x: 1500, y: 10, width: 100, height: 40 }
    expect(revealed(view, unseen, { scene, place })).toEqual({ scale: 1, x: -1150, y: 100 })
  })

  test('the ends of the scene come no further in than they need to', () => {
    const last = { x: 1900, y: 10, width: 100, height: 40 }
    expect(revealed(view, last, { scene, place }).x).toBe(-1200) // 800 − 2000
    const first = { x: 0, y: 10, width: 100, height: 40 }
    expect(revealed(view, first, { scene, place })).toEqual(view)
  })

  test('on demand it comes to the middle in any case', () => {
    const seen = { x: 300, y: 100, width: 100, height: 40 }
    const centred = revealed(view, seen, { scene, place, isCentred: true })
    expect(centred).toEqual({ scale: 1, x: 50, y: 180 })
  })
})

test('what is in sight is a box of the scene', () => {
  expect(sightOf({ scale: 2, x: -100, y: 60 }, place)).toEqual({
    x: 50,
    y: -30,
    width: 400,
    height: 300,
  })
})

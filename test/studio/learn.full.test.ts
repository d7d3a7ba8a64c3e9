/** Learn by keyboard alone, as an outline, as a quiz, and on a phone. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Studio, startStudio } from '../support/studio.ts'

let studio: Studio

beforeAll(async () => {
  studio = await startStudio()
}, 240_000) // a machine without a browser gets one first

afterAll(() => studio?.stop())

async function opened(path: string, viewport = { width: 1440, height: 900 }): Promise<Page> {
  const { page } = await studio.open({ path, viewport })
  await page.locator('.timeline').waitFor()
  return page
}

function arrivedAt(page: Page, id: string): Promise<void> {
  return page.locator(`.timeline [aria-current="step"]:text-is("${id}")`).waitFor()
}

function spoken(page: Page, text: string | RegExp): Promise<void> {
  return page.locator('[data-is="spoken"]').filter({ hasText: text }).waitFor({ state: 'attached' })
}

test('keys go to the ends, play and pause, and each step is spoken', async () => {
  const page = await opened('#/learn?model=multiply')
  await page.keyboard.press('End')
  await arrivedAt(page, 'B3')
  await spoken(page, 'B3, step 5 of 5: dJ/db = dJ/dz · a = 2 · 3 = 6')
  await page.keyboard.press('Home')
  await spoken(page, 'Before the first step')
  await page.getByLabel('Speed').selectOption('4')
  await page.getByRole('heading', { name: 'Multiply' }).click() // away from the field
  await page.keyboard.press(' ')
  await page.getByRole('button', { name: /^Pause/ }).waitFor()
  await page.keyboard.press(' ')
  await page.getByRole('button', { name: /^Play/ }).waitFor()
  await page.keyboard.press(' ')
  await arrivedAt(page, 'B3') // at the end it stops
  await page.getByRole('button', { name: /^Play/ }).waitFor()
  await page.context().close()
})

test('arrows follow the edges to a gate, enter goes to its step, escape comes back', async () => {
  const page = await opened('#/learn?step=1')
  await arrivedAt(page, 'F1')
  await page.keyboard.press('ArrowRight')
  await page.locator('.gate-card h2:has-text("add")').waitFor()
  await spoken(page, 'Selected: F2: z2 = u1 + b1')
  await page.keyboard.press('ArrowRight')
  await page.locator('.gate-card h2:has-text("sigmoid")').waitFor()
  await page.keyboard.press('Enter')
  await arrivedAt(page, 'F3')
  await page.keyboard.press('ArrowLeft')
  await page.locator('.gate-card').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.gate-card').waitFor({ state: 'detached' })
  await page.locator('[data-node]').nth(2).click() // the first matrix product
  await page.getByRole('button', { name: 'Go to B10' }).click()
  await arrivedAt(page, 'B10')
  await page.context().close()
})

test('a slash searches, a question mark lists the keys', async () => {
  const page = await opened('#/learn')
  await page.keyboard.press('/')
  await page.keyboard.type('dj/dw2')
  await page.locator('[role="option"][aria-selected="true"]:has-text("B5")').waitFor()
  await page.keyboard.press('Enter')
  await arrivedAt(page, 'B5')
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keys' })
  await dialog.waitFor()
  expect(await dialog.textContent()).toContain('along the edges of the graph')
  await page.keyboard.press('.') // belongs to the dialog
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await arrivedAt(page, 'B5')
  await page.context().close()
})

test('the outline is a tree that keys walk through, with values, gradients and the present step', async () => {
  const page = await opened('#/learn?step=17')
  await page.keyboard.press('o')
  const tree = page.getByRole('tree')
  await tree.waitFor()
  const now = tree.locator('[aria-current="step"]')
  expect(await now.textContent()).toContain('F1: u1 = x · W1') // B10 comes back through F1
  await tree.locator('[role="treeitem"]').first().focus()
  for (const key of ['ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowDown']) {
    await page.keyboard.press(key)
  }
  const focused = page.locator('[role="treeitem"]:focus')
  expect(await focused.getAttribute('aria-level')).toBe('3')
  expect(await focused.textContent()).toMatch(/W1.*−0\.32 … 0\.691.*dJ\/dW1 −0\.0393 … 0\.0451/)
  await page.keyboard.press('ArrowLeft') // to the gate that reads it
  await page.keyboard.press('Enter')
  await arrivedAt(page, 'F1')
  await page.keyboard.press('End')
  expect(await focused.textContent()).toContain('F7')
  await arrivedAt(page, 'F1') // the key is the tree's
  await page.context().close()
})

test('the coming number is predicted by keyboard alone: hidden, hinted, judged, counted', async () => {
  const page = await opened('#/learn?model=multiply&step=3')
  await page.getByRole('checkbox', { name: 'Predict' }).or(page.getByRole('switch')).first().focus()
  await page.keyboard.press(' ')
  const field = page.locator('.predict input')
  await field.waitFor()
  expect(await page.locator('.predict').textContent()).toContain('What is dJ/da?')
  expect(await page.locator('.factors .covered').count()).toBe(1)
  const said = page.locator('.predict [role="status"]')
  await field.and(page.locator(':focus')).waitFor()
  await page.keyboard.type('8')
  await page.keyboard.press('Enter')
  await said.filter({ hasText: '8 is not right yet' }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab') // Check, Hint
  await page.keyboard.press('Enter')
  await said.filter({ hasText: 'multiply is a switch' }).waitFor()
  await field.focus()
  await field.fill('−16/2')
  await page.keyboard.press('Enter')
  await said.filter({ hasText: 'Right: dJ/da is −8.' }).waitFor()
  await arrivedAt(page, 'B2')
  expect(await page.locator('[data-is="right"]').textContent()).toBe('0') // not at the first try
  await page.keyboard.press('Enter') // the next question
  await field.and(page.locator(':focus')).waitFor()
  await page.keyboard.type('6,0')
  await page.keyboard.press('Enter')
  await said.filter({ hasText: 'Right: dJ/db is 6.' }).waitFor()
  expect(await page.locator('[data-is="right"]').textContent()).toBe('1')
  expect(await page.locator('[data-is="asked"]').textContent()).toBe('2')
  await page.context().close()
})

test('on a phone graph, step, numbers and outline are tabs that arrows change', async () => {
  const page = await opened('#/learn?step=13', { width: 390, height: 844 })
  const tab = (name: string) => page.getByRole('tab', { name, exact: true })
  await page.locator('#learn-graph').waitFor()
  expect(await page.locator('.inspector .equation').isVisible()).toBe(false)
  await tab('Graph').focus()
  await page.keyboard.press('ArrowRight')
  await page.locator('.inspector .equation').waitFor()
  expect(await page.locator('#learn-graph').isVisible()).toBe(false)
  await page.keyboard.press('ArrowRight')
  await page.locator('.factors').waitFor()
  await page.keyboard.press('End')
  await page.getByRole('tree').waitFor()
  await arrivedAt(page, 'B6') // the keys were the tabs'
  await page.context().close()
})

test('large tensors are heat maps whose numbers keys read out', async () => {
  const page = await opened('#/learn?model=digits&step=1')
  const canvas = page.locator('.heat canvas').first()
  await canvas.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowDown')
  await page
    .locator('.heat .reading')
    .filter({ hasText: /^\[1, 1\] = / })
    .waitFor()
  await arrivedAt(page, 'F1')
  await page.context().close()
})

test('small tensors are walked cell by cell, with all digits', async () => {
  const page = await opened('#/learn?step=10')
  await page.locator('.factors td[tabindex="0"]').first().focus()
  await page.keyboard.press('ArrowDown')
  const cell = page.locator('td:focus')
  const [title, text] = [await cell.getAttribute('title'), await cell.textContent()]
  expect(title?.length).toBeGreaterThan(text?.length ?? 0)
  await page.context().close()
})

test('the brackets go from phase to phase, a chip to its step, and gradients appear dashed', async () => {
  const page = await opened('#/learn')
  for (const [key, id] of [
    [']', 'F7'],
    [']', 'B10'],
    ['[', 'F7'],
  ] as const) {
    await page.keyboard.press(key)
    await arrivedAt(page, id)
  }
  const known = page.locator('[data-kind="gradient"]:not(.unknown)')
  await expect.poll(() => known.count()).toBe(0)
  await page.getByRole('button', { name: 'B3', exact: true }).click()
  await arrivedAt(page, 'B3')
  await expect.poll(() => known.count()).toBe(3)
  const line = known.first().locator('path').first()
  expect(await line.evaluate((path) => getComputedStyle(path).strokeDasharray)).toMatch(/^5/)
  await page.context().close()
})

test('a link brings back model, seed and step; one that is broken shows a picture all the same', async () => {
  const page = await opened('#/learn?model=multiply&seed=2&step=4')
  await arrivedAt(page, 'B2')
  await page.keyboard.press(',')
  await arrivedAt(page, 'B1')
  expect(page.url()).toMatch(/#\/learn\?model=multiply&seed=2&step=3$/)
  await page.goto(`${studio.server.url}#/nowhere?step=x%`)
  await page.locator('.home [data-node]').first().waitFor()
  await page.goto(`${studio.server.url}#/learn?model=nothing`)
  expect(await page.getByRole('alert').textContent()).toMatch(/the gallery has no model "nothing"/)
  await page.context().close()
})

test('at the width of a phone nothing scrolls sideways but the graph', async () => {
  const page = await opened('#/learn?step=17', { width: 390, height: 844 })
  for (const name of ['Step', 'Numbers', 'Outline', 'Graph']) {
    await page.getByRole('tab', { name, exact: true }).click()
    await page.locator(`[aria-selected="true"]:text-is("${name}")`).waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBe(390)
  }
  await page.context().close()
})

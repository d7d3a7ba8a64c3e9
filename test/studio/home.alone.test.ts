/** How soon a visitor sees something. */
import { expect, test } from 'vitest'
import { startStudio } from '../support/studio.ts'

test('Home shows its network within two seconds', async () => {
  const studio = await startStudio()
  const times: number[] = []
  for (let trial = 0; trial < 3; trial++) {
    const start = performance.now()
    const { page } = await studio.open()
    await page.locator('.home [data-node]').first().waitFor()
    times.push(performance.now() - start)
    await page.context().close()
  }
  await studio.stop()
  expect(Math.min(...times)).toBeLessThan(2000) // others may be using the machine
})

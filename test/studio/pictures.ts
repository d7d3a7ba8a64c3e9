/** Makes the studio's pictures for the README: `npm run pictures`. */
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startStudio } from '../support/studio.ts'

const studio = await startStudio()
try {
  const learn = await studio.open({ path: '#/learn?model=network&seed=1&step=17' })
  await learn.page.waitForSelector('.inspector .katex')
  await learn.page.evaluate(() => document.fonts.ready)
  await write(learn.page, 'studio-learn')

  const train = await studio.open({ path: '#/train?dataset=moons' })
  await train.page.getByLabel('Pause at').fill('800')
  await train.page.getByRole('button', { name: 'Run', exact: true }).click()
  await train.page.locator('[data-is="iteration"]:text-is("800")').waitFor()
  await train.page.mouse.move(0, 0)
  await write(train.page, 'studio-train')

  const explore = await studio.open({ path: '#/explore?model=deep' })
  await explore.page.locator('.explore [role="treeitem"][aria-expanded="false"]').first().waitFor()
  await explore.page.locator('.explore [role="treeitem"] .sign').first().click()
  await explore.page.locator('.explore [role="treeitem"][aria-expanded="true"]').first().waitFor()
  await explore.page.mouse.move(0, 0)
  await write(explore.page, 'studio-explore')
} finally {
  await studio.stop()
}

async function write(page: Page, name: string): Promise<void> {
  const path = fileURLToPath(new URL(`../../docs/pictures/${name}.png`, import.meta.url))
  await page.screenshot({ path, animations: 'disabled' })
  console.log(`docs/pictures/${name}.png`)
}

import { describe, expect, test } from 'vitest'
import { drawings } from '../../test/support/drawings.ts'
import { themes } from './theme.ts'

describe.each(Object.entries(drawings))('the page of %s', (_, drawing) => {
  const html = drawing.toHtml()

  test('is one file that asks for nothing, the same every time', () => {
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html).not.toMatch(/\bsrc=|href=|url\(|@import|<link/)
    expect(drawing.toHtml()).toBe(html)
  })

  test('holds the SVG, and says in words what it shows', () => {
    expect(html).toContain('<svg xmlns="http://www.w3.org/2000/svg"')
    expect(html).toMatch(/<summary>In words<\/summary><p>\S/)
    // Every element that is opened is closed, names notwithstanding.
    for (const tag of ['svg', 'g', 'text', 'title', 'style', 'script', 'div', 'main']) {
      const opened = html.match(new RegExp(`<${tag}[ >]`, 'g')) ?? []
      expect([tag, html.match(new RegExp(`</${tag}>`, 'g'))?.length]).toEqual([tag, opened.length])
    }
  })
})

test('needs no script: without zoom there is none', () => {
  expect(drawings.network?.toHtml()).toContain('<script>')
  expect(drawings.network?.toHtml({ zoom: false })).not.toContain('<script')
})

test('the script is JavaScript', () => {
  const script = /<script>(.*)<\/script>/s.exec(drawings.network?.toHtml() ?? '')?.[1] ?? '('
  expect(() => new Function(script)).not.toThrow()
})

test('follows the theme of the reader or the one given, and prints black on white', () => {
  const auto = drawings.network?.toHtml() ?? ''
  const darkPage = `body{background:${themes.dark.background};`
  expect(auto).toContain(`@media (prefers-color-scheme:dark){:root`)
  expect(auto).toContain(darkPage)
  const dark = drawings.network?.toHtml({ theme: 'dark' }) ?? ''
  expect(dark).toContain(darkPage)
  expect(dark).not.toContain('prefers-color-scheme')
  expect(dark).toContain(`<style>@media print{.sluice .paper{fill:${themes.print.background}}`)
})

test('names are text of the page, not markup', () => {
  const html = drawings['awkward names']?.toHtml() ?? ''
  expect(html).toContain('a&lt;b&gt;&amp;amp;c')
  expect(html).not.toContain('a<b>')
})

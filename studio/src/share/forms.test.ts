import { expect, test } from 'vitest'
import { type FormName, fileName, forms } from './forms.ts'

function named(name: FormName, model: string, step: string | undefined): string {
  const form = forms.find((one) => one.name === name)
  return form ? fileName(form, model, step) : ''
}

test('files are named after the model and the step', () => {
  expect(named('svg', 'network', 'B4')).toBe('network-b4.svg')
  expect(named('svg', 'network', undefined)).toBe('network.svg')
  expect(named('tikz', 'network', 'B4')).toBe('network-b4.tex')
})

test('equations are those of all steps', () => {
  expect(named('latex', 'network', 'B4')).toBe('network-equations.tex')
})

test('a name is never a path, and never nothing', () => {
  expect(named('png', '../My model.json', undefined)).toBe('my-model-json.png')
  expect(named('png', '…', undefined)).toBe('model.png')
})

/** Colours. Black, blue and orange hold against each other for every kind of colour vision. */
import type { NodeKind } from './diagram.ts'
import type { SceneLine, TextClass } from './scene.ts'

export interface Theme {
  readonly background: string
  readonly texts: Readonly<Record<TextClass, string>>
  readonly lines: Readonly<Record<SceneLine['kind'], string>>
  readonly nodes: Readonly<Record<NodeKind, Paint>>
  readonly frame: Paint
}

export interface Paint {
  readonly fill: string
  readonly stroke: string
}

const light: Theme = {
  background: '#ffffff',
  texts: {
    label: '#1a1a1a',
    sign: '#1a1a1a',
    detail: '#4d4d4d',
    name: '#1a1a1a',
    forward: '#0072b2',
    gradient: '#b34700',
    local: '#5c5c5c',
    given: '#5c5c5c',
    shape: '#5c5c5c',
    equation: '#5c5c5c',
    note: '#4d4d4d',
  },
  lines: { forward: '#0072b2', gradient: '#b34700', update: '#3f7d3f' },
  nodes: {
    variable: { fill: '#fff3b8', stroke: '#b08a00' },
    constant: { fill: '#f2f2f2', stroke: '#8c8c8c' },
    operation: { fill: '#d6e9fa', stroke: '#2f75b5' },
    group: { fill: '#e4eefa', stroke: '#2f75b5' },
    update: { fill: '#e3f3e1', stroke: '#3f7d3f' },
  },
  frame: { fill: '#f7f9fc', stroke: '#9fb3c8' },
}

const dark: Theme = {
  background: '#0d1117',
  texts: {
    label: '#f0f3f6',
    sign: '#f0f3f6',
    detail: '#b7c0ca',
    name: '#f0f3f6',
    forward: '#79c0ff',
    gradient: '#ffa657',
    local: '#adb6c0',
    given: '#adb6c0',
    shape: '#adb6c0',
    equation: '#adb6c0',
    note: '#b7c0ca',
  },
  lines: { forward: '#79c0ff', gradient: '#ffa657', update: '#6fbf73' },
  nodes: {
    variable: { fill: '#4a3d05', stroke: '#d9b12e' },
    constant: { fill: '#2a2f36', stroke: '#8b949e' },
    operation: { fill: '#12365a', stroke: '#58a6ff' },
    group: { fill: '#102a45', stroke: '#58a6ff' },
    update: { fill: '#16351b', stroke: '#6fbf73' },
  },
  frame: { fill: '#141a22', stroke: '#3d4f63' },
}

const paper = { fill: '#ffffff', stroke: '#000000' } as const

/** Black on white; what tells kinds apart are forms, dashes and slanted letters. */
const print: Theme = {
  background: '#ffffff',
  texts: {
    label: '#000000',
    sign: '#000000',
    detail: '#000000',
    name: '#000000',
    forward: '#000000',
    gradient: '#000000',
    local: '#000000',
    given: '#595959',
    shape: '#000000',
    equation: '#000000',
    note: '#000000',
  },
  lines: { forward: '#000000', gradient: '#000000', update: '#000000' },
  nodes: {
    variable: { fill: '#e6e6e6', stroke: '#000000' },
    ...{ constant: paper, operation: paper, group: paper, update: paper },
  },
  frame: { fill: 'none', stroke: '#808080' },
}

export const themes: Readonly<Record<'light' | 'dark' | 'print', Theme>> = { light, dark, print }

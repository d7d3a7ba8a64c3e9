/** A scene of thousands of nodes for the view, by its own rule: layouts of that size take seconds. */
import type { Scene, SceneLabel, SceneLine, SceneNode } from 'sluice/draw'

const [stepX, stepY] = [150, 80]

/** `columns` × `rows` gates; each feeds the one to its right, and every third the one below that. */
export function wideScene(columns: number, rows: number): Scene {
  const nodes: SceneNode[] = []
  const labels: SceneLabel[] = []
  const lines: SceneLine[] = []
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const node = nodeAt(column, row)
      nodes.push(node)
      labels.push(labelOf(node))
      if (column + 1 < columns) lines.push(lineOf([column, row], [column + 1, row]))
      if (column + 1 < columns && row + 1 < rows && (column + row) % 3 === 0) {
        lines.push(lineOf([column, row], [column + 1, row + 1]))
      }
    }
  }
  const title = `${nodes.length} gates`
  const size = { width: columns * stepX, height: rows * stepY }
  return { ...size, title, description: title, frames: [], lines, nodes, labels }
}

type Cell = readonly [column: number, row: number]

function nodeAt(column: number, row: number): SceneNode {
  const isVariable = column === 0
  return {
    id: idOf(column, row),
    kind: isVariable ? 'variable' : 'operation',
    form: isVariable ? 'box' : 'pill',
    box: { x: column * stepX + 20, y: row * stepY + 20, width: 70, height: 34 },
    hint: `gate ${column}, ${row}`,
  }
}

function idOf(column: number, row: number): string {
  return `n${column}-${row}`
}

function labelOf({ id, box }: SceneNode): SceneLabel {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2 + 5]
  return {
    ...{ owner: id, of: 'node', box },
    texts: [{ text: id, class: 'label', x, y, anchor: 'middle', size: 13 }],
  }
}

function lineOf(from: Cell, to: Cell): SceneLine {
  const [one, other] = [nodeAt(...from).box, nodeAt(...to).box]
  const start = { x: one.x + one.width, y: one.y + one.height / 2 }
  const tip = { x: other.x, y: other.y + other.height / 2 }
  const middle = (start.x + tip.x) / 2
  const control = [
    { x: middle, y: start.y },
    { x: middle, y: tip.y },
  ] as const
  const ids = { from: idOf(...from), to: idOf(...to) }
  return {
    ...{ id: `${ids.from}→${ids.to}`, ...ids, kind: 'forward', start },
    ...{ path: [{ kind: 'curve', control, to: tip }], head: { tip, angle: 0 } },
  }
}

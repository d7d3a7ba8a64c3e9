/** JSON for people too: what fits in a line stands in one. */

const width = 100

/** Indented JSON; whatever fits within 100 columns, and each row of a tensor, takes one line. */
export function jsonText(value: unknown): string {
  // Once through JSON, so that what it leaves out or replaces is gone already.
  return lay(JSON.parse(JSON.stringify(value)), 0, '')
}

/** `before` is how many columns of the first line are taken. */
function lay(value: unknown, before: number, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inLine = lineOf(value)
  const isRow =
    Array.isArray(value) && value.every((item) => typeof item === 'number' || item === null)
  if (isRow || before + inLine.length < width) return inLine
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const items = value.map((item) => inner + lay(item, inner.length, inner))
    return `[\n${items.join(',\n')}\n${indent}]`
  }
  const items = Object.entries(value).map(([key, item]) => {
    const label = `${inner}${JSON.stringify(key)}: `
    return label + lay(item, label.length, inner)
  })
  return `{\n${items.join(',\n')}\n${indent}}`
}

function lineOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(lineOf).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const items = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${lineOf(item)}`,
  )
  return items.length === 0 ? '{}' : `{ ${items.join(', ')} }`
}

/**
 * A table as CSV: cells with a comma, a quote or a line break stand in quotes, lines end in \n.
 *
 * @example
 * formatCsv(['species', 'p'], [['setosa', 0.98]]) // 'species,p\nsetosa,0.98\n'
 */
export function formatCsv(
  header: readonly string[],
  rows: Iterable<readonly (string | number)[]>,
): string {
  const lines: string[] = [header.map(formatCell).join(',')]
  for (const row of rows) lines.push(row.map(formatCell).join(','))
  return `${lines.join('\n')}\n`
}

function formatCell(cell: string | number): string {
  const text = String(cell)
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Text for locales that have only ASCII: every character that we write has a spelling there. */

const spellings: Readonly<Record<string, string>> = {
  '−': '-',
  '·': '*',
  '×': 'x',
  '⊙': '*',
  '→': '->',
  '←': '<-',
  ŷ: 'y^',
  ᵀ: "'",
  '²': '^2',
  '∞': 'inf',
  '√': 'sqrt',
  '∂': 'd',
  '…': '...',
  '—': '-',
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
  '✓': 'ok',
  σ: 's',
  μ: 'u',
  '━': '#',
  '─': '-',
  '│': '|',
  '▁': '_',
  '▂': '.',
  '▃': '-',
  '▄': '~',
  '▅': '=',
  '▆': '+',
  '▇': '*',
  '█': '#',
  '░': '.',
  '▒': ':',
  '▓': '%',
}

const ours = new RegExp(`[${Object.keys(spellings).join('')}]`, 'u')

/** The text as it is, or spelled in ASCII where the locale says that there is nothing else. */
export function spelled(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  if (!isAscii(environment) || !ours.test(text)) return text
  return text.split('\n').map(spellLine).join('\n')
}

/** The first of the three that is set decides, as POSIX says; none says nothing. */
export function isAscii(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = environment
  const locale = LC_ALL || LC_CTYPE || LANG || 'C.UTF-8'
  return !/utf-?8/i.test(locale)
}

/** Columns stay in line: what a spelling is longer by, the next gap is shorter by. */
function spellLine(line: string): string {
  let owed = 0
  return line.replace(/ {2,}|[^ -~]/gu, (found) => {
    if (found.startsWith(' ')) {
      const cut = Math.min(owed, found.length - 1)
      owed -= cut
      return found.slice(cut)
    }
    const spelling = spellings[found] ?? found
    owed += spelling.length - 1
    return spelling
  })
}

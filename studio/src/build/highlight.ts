/** Code in parts, lightly told apart: comments, texts, words of the language, numbers. */
export interface CodePart {
  readonly text: string
  readonly kind: 'comment' | 'text' | 'word' | 'number' | 'plain'
}

const pattern =
  /(\/\*[\s\S]*?\*\/|\/\/[^\n]*)|('[^'\n]*'|"[^"\n]*"|`[^`]*`)|\b(const|let|import|from|await|for|if|true|false|null)\b|(?<![\w$])(-?\d+(?:\.\d+)?)/g

export function highlighted(code: string): readonly CodePart[] {
  const parts: CodePart[] = []
  let end = 0
  for (const match of code.matchAll(pattern)) {
    const [text, comment, quoted, word] = match
    if (match.index > end) parts.push({ text: code.slice(end, match.index), kind: 'plain' })
    const kind = comment ? 'comment' : quoted ? 'text' : word ? 'word' : 'number'
    parts.push({ text, kind })
    end = match.index + text.length
  }
  return end < code.length ? [...parts, { text: code.slice(end), kind: 'plain' }] : parts
}

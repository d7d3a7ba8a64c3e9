/** A table like those that people have: a header, an id, numbers, a word, and what to predict. */

/** 90 rows; `kind` is told by length and width, `price` is 3 · length + width, up to a little noise. */
export function flowersCsv(): string {
  const kinds = ['lily', 'rose', 'tulip']
  const colours = ['red', 'white']
  const rows = Array.from({ length: 90 }, (_, index) => {
    const kind = index % 3
    const wave = Math.sin(index * 7)
    const length = (10 + 4 * kind + wave).toFixed(2)
    const width = (3 - kind + Math.cos(index * 5) / 3).toFixed(2)
    const price = (3 * Number(length) + Number(width) + Math.sin(index * 11) / 2).toFixed(2)
    return [`f${index + 1}`, length, width, colours[index % 2], price, kinds[kind]].join(',')
  })
  return `id,length,width,colour,price,kind\n${rows.join('\n')}\n`
}

/** `--freeze`: which weights training leaves as they are. */
import { nearest } from '../errors.ts'
import { UsageError } from './usage.ts'

/**
 * The keys that are frozen, of those that were there before, in the order in which the network reads
 * them: all of them, those of the first layers, or those that match a pattern.
 *
 * Throws: OPTION where a pattern matches nothing, or there are fewer layers.
 */
export function frozenKeys(
  freeze: string | true | undefined,
  keys: readonly string[],
  name: string,
): readonly string[] {
  if (freeze === undefined) return []
  if (freeze === true || freeze === 'all') return keys
  if (/^\d+$/.test(freeze)) return ofFirstLayers(Number(freeze), keys, name)
  const patterns = freeze.split(',').map((pattern) => pattern.trim())
  const matched = new Set(patterns.flatMap((pattern) => matching(pattern, keys, name)))
  return keys.filter((key) => matched.has(key))
}

function ofFirstLayers(count: number, keys: readonly string[], name: string): readonly string[] {
  const layers = [...new Set(keys.map(layerOf))]
  if (count <= layers.length) {
    const first = new Set(layers.slice(0, count))
    return keys.filter((key) => first.has(layerOf(key)))
  }
  throw new UsageError({
    code: 'OPTION',
    what: `--freeze ${count}: there are fewer layers`,
    expected: `up to ${layers.length}, the layers of ${name} before the new head`,
    got: String(count),
    fix: 'give --freeze all for all of them',
  })
}

/** `layer1.0.conv1` of `layer1.0.conv1.weight`. */
function layerOf(key: string): string {
  return key.includes('.') ? key.slice(0, key.lastIndexOf('.')) : key
}

/** The keys that a pattern matches as a whole, or up to a dot; `*` stands for any text. */
function matching(pattern: string, keys: readonly string[], name: string): readonly string[] {
  const source = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  const expression = new RegExp(`^${source.join('.*')}(\\.|$)`)
  const found = keys.filter((key) => expression.test(key))
  if (found.length > 0) return found
  const layers = [...new Set(keys.map(layerOf))]
  const near = nearest(pattern, [...keys, ...layers])
  throw new UsageError({
    code: 'OPTION',
    what: `--freeze: nothing is called "${pattern}"`,
    expected: `layers of ${name}: ${layers.slice(0, 12).join(', ')}${layers.length > 12 ? ', …' : ''}`,
    got: `"${pattern}"`,
    fix: near ? `did you mean "${near}"?` : '`sluice summary` lists the layers',
  })
}

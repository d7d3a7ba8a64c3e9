/** Telling the kinds of attributes apart. */
import type { Attribute } from './gate.ts'
import { Graph } from './graph.ts'
import type { State } from './state.ts'
import { isTensor, type Tensor } from './tensor.ts'

export type ClassifiedAttribute =
  | { readonly kind: 'plain'; readonly plain: number | string | boolean | null }
  | { readonly kind: 'list'; readonly items: readonly Attribute[] }
  | { readonly kind: 'tensor'; readonly tensor: Tensor }
  | { readonly kind: 'graph'; readonly graph: Graph }
  | { readonly kind: 'state'; readonly state: State }

/** An attribute with its kind; undefined for what cannot be an attribute, such as a function. */
export function classifyAttribute(attribute: Attribute): ClassifiedAttribute | undefined {
  if (attribute instanceof Graph) return { kind: 'graph', graph: attribute }
  if (isList(attribute)) return { kind: 'list', items: attribute }
  if (isTensor(attribute)) return { kind: 'tensor', tensor: attribute }
  switch (typeof attribute) {
    case 'number':
    case 'string':
    case 'boolean':
      return { kind: 'plain', plain: attribute }
    case 'object':
      if (attribute === null) return { kind: 'plain', plain: attribute }
      return 'key' in attribute ? { kind: 'state', state: attribute } : undefined
    default:
      return undefined
  }
}

function isList(attribute: Attribute): attribute is readonly Attribute[] {
  return Array.isArray(attribute)
}

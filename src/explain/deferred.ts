/**
 * Plain data of which some is worked out when it is read: most equations of a large network are
 * listed and never looked at.
 */
import { freezeDeep } from './freeze-deep.ts'

/** What Node's console asks an object for. */
export const inspected: unique symbol = Symbol.for('nodejs.util.inspect.custom')

const hidden: unique symbol = Symbol('deferred')

interface Holder {
  readonly [hidden]: {
    readonly make: (key: string) => unknown
    made: Map<string, unknown> | undefined
  }
}

/**
 * An object with the properties of `known`, in their order; `later` stands for what `make` gives
 * when it is read for the first time. To whoever reads it, compares it or writes it as JSON, it is
 * the frozen object that it would be with all of it made at once.
 */
export function deferred(
  known: Readonly<Record<string, unknown>>,
  make: (key: string) => unknown,
): object {
  const result: Record<string, unknown> = {}
  for (const key in known) {
    const value = known[key]
    if (value === later) Object.defineProperty(result, key, descriptorOf(key))
    else if (value !== undefined) result[key] = freezeDeep(value)
  }
  Object.defineProperty(result, hidden, { value: { make, made: undefined } })
  Object.defineProperty(result, inspected, { value: complete })
  return Object.freeze(result)
}

/** Stands for what is made when it is read. */
export const later: unique symbol = Symbol('later')

/** By key: objects whose getters are the same function are of one form to the engine. */
const descriptors = new Map<string, PropertyDescriptor>()

function descriptorOf(key: string): PropertyDescriptor {
  const known = descriptors.get(key)
  if (known) return known
  const descriptor = {
    enumerable: true,
    get(this: Holder): unknown {
      const own = this[hidden]
      own.made ??= new Map()
      if (!own.made.has(key)) own.made.set(key, freezeDeep(own.make(key)))
      return own.made.get(key)
    },
  }
  descriptors.set(key, descriptor)
  return descriptor
}

/** A copy with everything made, for Node's console, which would show `[Getter]` else. */
function complete(this: object): object {
  return { ...this }
}

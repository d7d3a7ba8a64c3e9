/** Makes plain data read-only, all the way down. */

/** The data, frozen; what is frozen already is taken to be so throughout. */
export function freezeDeep<T>(data: T): T {
  // Typed arrays cannot be frozen; the tensors that hold them belong to the trace.
  if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data)) return data
  if (Object.isFrozen(data)) return data
  Object.freeze(data)
  // Nothing has inherited properties here, and a list of values would be made for every number.
  for (const key in data) freezeDeep(data[key])
  return data
}

import type { Feeds, Value } from 'sluice'

/** A graph with its cost, and the numbers that its first picture shows. */
export interface BuiltModel {
  readonly J: Value
  readonly feeds: Feeds
}

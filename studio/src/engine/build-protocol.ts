/** What the page asks the worker about a document that is being built: plain data. */
import type { CheckedDocument } from '../build/check.ts'
import type { ModelDocument } from '../build/document.ts'

export interface CheckRequest {
  readonly kind: 'check'
  readonly document: ModelDocument
}

export interface BuildReplies {
  readonly check: CheckedDocument
}

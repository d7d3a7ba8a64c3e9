/** Orders, quantiles and searching against PyTorch. */
import { argsort, kthvalue, median, quantile, searchsorted, sort, topk } from 'sluice'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/sort.json' with { type: 'json' }

const builders: Readonly<Record<string, Build>> = {
  sort: (given, { axis, descending }) => sort(given('x'), axis, { descending }),
  argsort: (given, { axis, descending }) => argsort(given('x'), axis, { descending }),
  topk: (given, { k, axis, largest }) => topk(given('x'), k, axis, { largest }),
  kthvalue: (given, { k, axis, keepDims }) => kthvalue(given('x'), k, axis, { keepDims }),
  median: (given, { axis }) => median(given('x'), axis ?? undefined),
  quantile: (given, { q, axis, ...options }) => quantile(given('x'), q, axis ?? undefined, options),
  searchsorted: (given, { right }) => searchsorted(given('sequence'), given('values'), { right }),
}

testRecording(recorded, builders)

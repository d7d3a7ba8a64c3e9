/** Reading and writing at places that other elements name, against PyTorch. */
import 'sluice'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/indexing.json' with { type: 'json' }

const builders: Readonly<Record<string, Build>> = {
  indexSelect: (given, { axis }) => given('x').indexSelect(given('index'), axis),
  takeAlongAxis: (given, { axis }) => given('x').takeAlongAxis(given('index'), axis),
  gather: (given, { axis }) => given('x').gather(given('index'), axis),
  scatterAdd: (given, { axis }) => given('x').scatterAdd(given('index'), given('source'), axis),
  scatter: (given, { axis }) => given('x').scatter(given('index'), given('source'), axis),
  indexAdd: (given, { axis, alpha }) =>
    given('x').indexAdd(given('index'), given('source'), axis, { alpha }),
  maskedFill: (given, { value = given('value') }) => given('x').maskedFill(given('mask'), value),
}

testRecording(recorded, builders)

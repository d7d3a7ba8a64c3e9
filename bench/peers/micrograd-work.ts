/** The hand-written scalars at the chain of gates: everything is built again each time. */
import { Scalar } from './micrograd.ts'
import { type LoadPeer, Unavailable } from './peer.ts'

export const loadMicrograd: LoadPeer = async () => (work) => {
  if (work.kind !== 'scalars') throw new Unavailable('knows scalars alone')
  const solve = () => {
    const wrt = [work.start, work.factor, work.term].map((number) => new Scalar(number))
    const [start, factor, term] = wrt as [Scalar, Scalar, Scalar] // three numbers above
    let end = start
    for (let gate = 0; gate < work.gates; gate++) {
      end = gate % 3 === 0 ? end.add(term) : gate % 3 === 1 ? end.multiply(factor) : end.tanh()
    }
    end.backward()
    return [end.data, ...wrt.map(({ gradient }) => gradient)]
  }
  return {
    run: (count) => {
      let end = 0
      for (let turn = 0; turn < count; turn++) end = solve()[0] ?? 0
      return end
    },
    sample: solve,
    facts: { nodes: work.gates + 3 },
  }
}

/** What one writes by hand for one network and no other: XOR's, in loops over flat arrays. */
import { floats } from '../works/fill.ts'
import type { Mlp } from '../works/work.ts'
import { type LoadPeer, type Prepared, Unavailable } from './peer.ts'

export const loadPlain: LoadPeer = async () => (work) => {
  if (work.kind === 'mlp' && work.loss === 'mse') return network(work)
  throw new Unavailable('written for XOR alone')
}

function network(work: Mlp): Prepared {
  const [inputs = 0, hidden = 0] = work.widths
  const [w1, b1, w2, b2] = work.parameters.map((array) => Float64Array.from(floats(array)))
  if (!w1 || !b1 || !w2 || !b2) throw new Error('XOR has four parameters')
  const [x, y] = work.inputs.map((array) => Float64Array.from(floats(array)))
  if (!x || !y) throw new Error('XOR has two inputs')
  const { batch } = work
  const rate = work.optimizer.learningRate
  const active = new Float64Array(hidden)
  const [dw1, db1, dw2] = [w1, b1, w2].map(({ length }) => new Float64Array(length))
  if (!dw1 || !db1 || !dw2) throw new Error('there is one gradient for each parameter')
  const step = (): number => {
    let [loss, db2] = [0, 0]
    dw1.fill(0)
    db1.fill(0)
    dw2.fill(0)
    for (let row = 0; row < batch; row++) {
      let z = at(b2, 0)
      for (let node = 0; node < hidden; node++) {
        let sum = at(b1, node)
        for (let i = 0; i < inputs; i++) sum += at(x, row * inputs + i) * at(w1, i * hidden + node)
        active[node] = 1 / (1 + Math.exp(-sum))
        z += at(active, node) * at(w2, node)
      }
      const output = 1 / (1 + Math.exp(-z))
      const error = output - at(y, row)
      loss += error * error
      const dz = ((2 * error) / batch) * output * (1 - output)
      db2 += dz
      for (let node = 0; node < hidden; node++) {
        const a = at(active, node)
        dw2[node] = at(dw2, node) + dz * a
        const slope = dz * at(w2, node) * a * (1 - a)
        db1[node] = at(db1, node) + slope
        for (let i = 0; i < inputs; i++) {
          const place = i * hidden + node
          dw1[place] = at(dw1, place) + slope * at(x, row * inputs + i)
        }
      }
    }
    descend(w1, dw1, rate)
    descend(b1, db1, rate)
    descend(w2, dw2, rate)
    b2[0] = at(b2, 0) - rate * db2
    return loss / batch
  }
  return {
    run: (count) => {
      let loss = 0
      for (let turn = 0; turn < count; turn++) loss = step()
      return loss
    },
  }
}

function descend(parameter: Float64Array, gradient: Float64Array, rate: number): void {
  for (let place = 0; place < parameter.length; place++) {
    parameter[place] = at(parameter, place) - rate * at(gradient, place)
  }
}

function at(array: Float64Array, place: number): number {
  return array[place] as number // every place above is inside its array
}

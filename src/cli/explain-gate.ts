import { explainGate, gateGraph } from '../explain/index.ts'
import { trace } from '../read.ts'
import { type Form, parseGateCall } from './gate-call.ts'
import { type Io, print, tableWidth } from './io.ts'
import { jsonText } from './json.ts'
import { readTyped } from './usage.ts'

/** `sluice explain multiply --a 3 --b -4 --upstream 2`. */
export async function explainGateNamed(
  io: Io,
  name: string,
  argv: readonly string[],
  asked: Form & { readonly values: boolean },
): Promise<void> {
  const { gate, call, form } = parseGateCall(io, { command: 'explain', name, argv })
  const { J, feeds } = readTyped(() => gateGraph(gate, call), `explain ${name}`)
  const hasNumbers = Object.values(call.operands).every((operand) => typeof operand !== 'string')
  const values = hasNumbers && asked.values ? await trace(J, feeds) : undefined
  const explanation = explainGate(gate, { ...call, ...(values && { values }) })
  if (form.json || asked.json) return io.out(`${jsonText(explanation)}\n`)
  if (form.latex || asked.latex) return io.out(`${explanation.toLatex()}\n`)
  print(io, `${explanation.toText({ width: tableWidth(io) })}\n`)
}

/** What is drawn, before anything has a place: nodes, edges and what is written at them. */
import type { EquationPhase } from '../explain/equation.ts'
import type { Role } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'

export interface Diagram {
  /** What the picture shows in a few words: `The graph of J`. */
  readonly title: string
  /** The same in sentences, for those who cannot see the picture. */
  readonly description: string
  /** In topological order of the drawn graph. */
  readonly nodes: readonly DiagramNode[]
  readonly edges: readonly DiagramEdge[]
  /** Layers and composites that are open: frames around the nodes that name them. */
  readonly frames: readonly DiagramFrame[]
  /** What is not shown, and why. */
  readonly notes: readonly string[]
}

export type NodeKind =
  | 'variable' // what is given or named: x, W1, y, J
  | 'constant' // a tensor of the graph itself
  | 'operation' // one gate
  | 'group' // a layer, a composite of several gates or a repeated block, folded into one node
  | 'update' // what a state becomes in the next step

export interface DiagramNode {
  /** Unique, the same in every run: `n0`, `n1` … */
  readonly id: string
  readonly kind: NodeKind
  /** What stands in the node: `W1`, `+`, `sigmoid`, `linear 0`. */
  readonly label: string
  /** A second, smaller line: `64 → 32` of a folded layer, `12 gates` of a folded block. */
  readonly detail?: string
  /** The name of the gate, of an operation. */
  readonly gate?: string
  /** The part that the gate plays in the backward pass, of an operation. */
  readonly role?: Role
  /** The equation of `explain` that it belongs to: `F3`, `U1`; in an open composite `F7.2`. */
  readonly equation?: string
  /** What kind of variable it is. */
  readonly variable?: 'input' | 'parameter' | 'state' | 'output'
  /** Of a variable or a constant; of others the shape stands at their edges. */
  readonly shape?: Shape
  /** In words, what a pointer that rests on it is told: the equation, the part that it plays. */
  readonly hint?: string
  /** How many equal blocks in a row the node stands for. */
  readonly times?: number
  /** The frame that it stands in. */
  readonly frame?: string
  /** Of the one that the picture points at: in which phase something happens there. */
  readonly active?: EquationPhase
}

export interface DiagramEdge {
  /** Unique, the same in every run: `e0`, `e1` … */
  readonly id: string
  readonly from: string
  readonly to: string
  /** The value that flows: `z2`; with its second names `z3 = ŷ`. */
  readonly name?: string
  /** How the gradient of the value is written, where one comes back: `dJ/dz2`. */
  readonly gradientName?: string
  readonly shape?: Shape
  /** Forward value, written above the edge. */
  readonly value?: NumberText
  /** Gradient that comes back through this edge, written below. */
  readonly gradient?: NumberText
  /** Close-up of one gate: its own derivative by this operand, and what was multiplied. */
  readonly closeUp?: CloseUp
  /** `update`: to a state from what it becomes. Default `forward`. */
  readonly phase: 'forward' | 'update'
  /** Of the one that the picture points at. */
  readonly active?: EquationPhase
}

/** The product that makes the downstream gradient: local × upstream. */
export interface CloseUp {
  /** The local gradient as a formula: `∂z/∂a = b`. */
  readonly local?: string
  readonly localValue?: NumberText
  /** The product in words or numbers: `dJ/da = −4 · 2 = −8`. */
  readonly product?: string
}

export interface DiagramFrame {
  /** Unique: `g0`, `g1` … */
  readonly id: string
  readonly label: string
  /** Whether it frames a layer of parameters' paths or the inside of a composite. */
  readonly kind: 'layer' | 'composite'
  /** The frame around it. */
  readonly parent?: string
}

/** The numbers of a tensor as short text. */
export interface NumberText {
  /** In one line: `0.731`, `[[1, 2], [3, 4]]`, or `−0.3 … 1.2` of a large one. */
  readonly text: string
  /** In rows of cells, where they are few enough to be a grid; one cell for a scalar. */
  readonly cells?: readonly (readonly string[])[]
}

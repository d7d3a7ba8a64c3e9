/** `explain`: the equations of a graph, forward, backward and update. */
import { backwardFrom, type EdgeGradient } from '../autodiff/index.ts'

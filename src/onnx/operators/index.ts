/** Every operator of ONNX that is read, by its name. */
import type { Family } from '../operator.ts'
import { activations } from './activations.ts'
import { arithmetic } from './arithmetic.ts'
import { contractions } from './contractions.ts'
import { control } from './control.ts'
import { convolutions } from './convolutions.ts'
import { images } from './images.ts'
import { indexing } from './indexing.ts'
import { losses } from './losses.ts'
import { normalizations } from './normalizations.ts'
import { pools } from './pools.ts'
import { quantization } from './quantization.ts'
import { recurrents } from './recurrent.ts'
import { reductions } from './reductions.ts'
import { sequences } from './sequences.ts'
import { shapes } from './shapes.ts'
import { sources } from './sources.ts'
import { unaries } from './unaries.ts'

export const operators: Family = {
  ...activations,
  ...arithmetic,
  ...contractions,
  ...control,
  ...convolutions,
  ...images,
  ...indexing,
  ...losses,
  ...normalizations,
  ...pools,
  ...quantization,
  ...recurrents,
  ...reductions,
  ...sequences,
  ...shapes,
  ...sources,
  ...unaries,
}

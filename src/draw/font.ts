/**
 * How wide text is, without a font at hand: the advance widths of DejaVu Sans, which is as wide as
 * Verdana and wider than Arial and Helvetica, so that text never outgrows the box measured for it.
 */

/** Thousandths of the font's size, and the characters that wide. */
const advances: readonly (readonly [number, string])[] = [
  [228, '′'],
  [246, '⁽⁾'],
  [275, "'"],
  [278, 'ijlı'],
  [285, 'ł'],
  [295, 'IJ'],
  [318, ' ,.·‘’'],
  [337, '/:;\\|'],
  [339, 'ι'],
  [353, 'f'],
  [361, '-'],
  [385, 'ᵀ'],
  [391, '()[]⌊⌋'],
  [393, 't'],
  [401, '!⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉'],
  [412, 'r'],
  [460, '"'],
  [500, '*_`‖–°§'],
  [518, '∂'],
  [519, '“”'],
  [521, 's'],
  [525, 'z'],
  [528, '⁻⁺'],
  [531, '?'],
  [541, 'ε'],
  [544, 'ζ'],
  [550, 'c'],
  [558, 'LξΓ'],
  [559, 'ν'],
  [576, 'F'],
  [578, 'χ'],
  [579, 'υ'],
  [580, 'k'],
  [590, 'κ•'],
  [592, 'vxyγλ'],
  [603, 'πτ'],
  [604, 'P'],
  [611, 'TY'],
  [612, 'oδθοø«»'],
  [613, 'a'],
  [616, 'e'],
  [630, 'ß'],
  [632, 'EΞΣ'],
  [634, 'hnuησ'],
  [635, 'Sbdgpqρđ'],
  [637, '$0123456789{}μ'],
  [638, '√'],
  [639, 'β'],
  [656, 'K'],
  [660, 'αφψ'],
  [669, '∇'],
  [674, '∑'],
  [685, 'AVΔΛ'],
  [686, 'XZ'],
  [687, 'B'],
  [695, 'R'],
  [699, 'C'],
  [732, 'U'],
  [749, 'N'],
  [752, 'HΠ'],
  [757, '∏'],
  [765, 'Ω'],
  [771, 'D'],
  [775, 'G'],
  [780, '&'],
  [788, 'OQΘΦΨ'],
  [818, 'w'],
  [834, '∞'],
  [838, '#+<=>^~ω×÷−±⊙⊗≈≤≥≠←→↔'],
  [863, 'M'],
  [951, '%'],
  [970, '½'],
  [975, 'm'],
  [982, 'æ'],
  [989, 'W'],
  [1000, '@…—'],
  [1023, 'œ'],
]

const widths = new Map(
  advances.flatMap(([width, characters]) =>
    [...characters].map((character) => [character, width] as const),
  ),
)

/** The families that pictures ask for, in this order. */
export const fontFamily = "'DejaVu Sans', Verdana, Arial, sans-serif"

/** The width of a line of text in pixels; never less than what a browser makes of it. */
export function widthOf(text: string, size: number): number {
  let sum = 0
  for (const character of text.normalize('NFC')) sum += advanceOf(character)
  return (sum * size) / 1000
}

function advanceOf(character: string): number {
  const known = widths.get(character)
  if (known !== undefined) return known
  if (/^\p{M}$/u.test(character)) return 0
  // An accent takes no room beside its letter; what else is not listed may come from any font.
  const [base = ''] = character.normalize('NFD')
  return widths.get(base) ?? widest
}

/** Of a character of an unknown font: emoji and ideographs are square, or a little wider. */
const widest = 1300

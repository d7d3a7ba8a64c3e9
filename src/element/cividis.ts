/**
 * Cividis, a scale of colours that looks the same to every kind of colour vision.
 *
 * Source: J. R. Nuñez, C. R. Anderton, R. S. Renslow, PLoS ONE 13(7), 2018; nine of its 256 colours.
 */
export type Colour = readonly [red: number, green: number, blue: number]

const colours: readonly Colour[] = [
  [0, 34, 78],
  [18, 53, 112],
  [59, 73, 108],
  [87, 93, 109],
  [112, 113, 115],
  [138, 134, 120],
  [165, 156, 116],
  [195, 179, 105],
  [254, 232, 56],
]

/** The colour of a share of 0 to 1; what is beyond counts as the nearer end, NaN as 0. */
export function cividis(share: number): Colour {
  const last = colours.length - 1
  const at = Math.min(Math.max(share || 0, 0), 1) * last
  const below = Math.min(Math.floor(at), last - 1)
  const [first, second] = [colours[below] ?? black, colours[below + 1] ?? black]
  const mix = (one: number, other: number) => Math.round(one + (other - one) * (at - below))
  return [mix(first[0], second[0]), mix(first[1], second[1]), mix(first[2], second[2])]
}

const black: Colour = [0, 0, 0]

export function cssOf([red, green, blue]: Colour): string {
  return `rgb(${red}, ${green}, ${blue})`
}

/** Whether white is easier to read on it than black, by WCAG's relative luminance. */
export function isDark([red, green, blue]: Colour): boolean {
  const linear = (part: number) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) < 0.179
}

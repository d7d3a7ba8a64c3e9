/** Rows of a tile of sums; its columns are two vectors. */
export const tileRows = 4

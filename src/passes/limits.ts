/** Operations of one kernel that passes make at most: what code generators compile well. */
export const largestBody = 400

/** Operations of one kernel at most that is made of others: what code generators compile well. */
export const largestBody = 400

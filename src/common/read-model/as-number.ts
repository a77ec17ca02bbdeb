/** For TypeORM: PostgreSQL's driver gives a bigint as text; positions, revisions and amounts fit a number. */
export const asNumber = { to: (value: number): number => value, from: Number };

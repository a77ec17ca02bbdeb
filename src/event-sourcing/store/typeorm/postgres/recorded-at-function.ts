/**
 * The time of the last flight or, inside one, its own: unlike a sub-select it sees what `hub_append` has done in the same
 * statement, as a volatile function looks at the tables afresh.
 */
export const CREATE_RECORDED_AT_FUNCTION = `
CREATE OR REPLACE FUNCTION hub_recorded_at() RETURNS timestamptz LANGUAGE sql VOLATILE
AS 'SELECT recorded_at FROM hub_head'`;

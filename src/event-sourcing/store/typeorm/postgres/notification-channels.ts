/** Where PostgreSQL tells of appends. */
export const APPENDS = 'hub_appends';
/** Where processes tell of other changes. */
export const ANNOUNCEMENTS = 'hub_announcements';

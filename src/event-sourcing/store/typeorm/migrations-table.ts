/** Where the migrations of the kit and of its features are recorded; apart from the application's own. */
export const MIGRATIONS_TABLE = 'hub_migrations';

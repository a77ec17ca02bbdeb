import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/**
 * The driver's own pool below a TypeORM data source. The log speaks to it directly: TypeORM prepares no statements,
 * and makes an object of every row.
 */
export function postgresPool(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly master: Pool }).master;
}

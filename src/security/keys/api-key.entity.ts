import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Rights } from '../../common/access/rights.js';

const asRights = {
  to: (rights: Rights): string => rights.toString(),
  from: (text: string): Rights => Rights.in(text),
};

/** PostgreSQL's driver gives a bigint as text. */
const asTime = {
  to: (time: Date | null): number | null => time && time.getTime(),
  from: (value: string | number | null): Date | null => (value === null ? null : new Date(+value)),
};

/** What is kept of a key: all but its secret, which nobody can be told again. */
@Entity('hub_api_keys')
export class ApiKey {
  @PrimaryColumn('text')
  id: string;

  /** Names its holder in the log, as `key:<name>`. No two keys in force have the same. */
  @Column('text')
  name: string;

  /** SHA-256 of the secret. */
  @Column('text', { name: 'secret_hash' })
  secretHash: string;

  @Column('text', { transformer: asRights })
  rights: Rights;

  @Column('bigint', { name: 'created_at', transformer: asTime })
  createdAt: Date;

  @Column('bigint', { name: 'expires_at', nullable: true, transformer: asTime })
  expiresAt: Date | null;

  @Column('bigint', { name: 'revoked_at', nullable: true, transformer: asTime })
  revokedAt: Date | null;

  /** Not the last time for sure: it is written every few minutes at the most. */
  @Column('bigint', { name: 'last_used_at', nullable: true, transformer: asTime })
  lastUsedAt: Date | null;
}

import { dataSourceOptions } from './data-source-options.js';
import { describeDatabase, parseDatabaseUrl } from './database-url.js';

describe('A database URL', () => {
  it.each([
    ['sqlite:data/hub.sqlite', 'data/hub.sqlite'],
    ['sqlite:/var/lib/hub.sqlite', '/var/lib/hub.sqlite'],
    ['sqlite:///var/lib/hub.sqlite', '/var/lib/hub.sqlite'],
    ['SQLITE:hub', 'hub'],
    [' sqlite:my hub.sqlite ', 'my hub.sqlite'],
  ])('%s names a SQLite file', (url, path) => {
    expect(parseDatabaseUrl(url)).toEqual({ kind: 'sqlite', path });
  });

  it.each([
    'postgres://db/hub',
    'postgresql://app:s3cret@db:5433/hub?sslmode=verify-full',
    'postgres://app:p%40ss%2Fword@[::1]:5432/hub',
  ])('%s names a PostgreSQL database', (url) => {
    expect(parseDatabaseUrl(url)).toEqual({ kind: 'postgres', url });
  });

  it.each([
    ['', /is empty/],
    ['hub.sqlite', /has no scheme/],
    ['mysql://u:s3cret@db/hub', /unknown scheme "mysql:"/],
    ['sqlite:', /names no SQLite file/],
    ['sqlite://', /names no SQLite file/],
    ['sqlite::memory:', /one connection only/],
    ['postgres://u:s3cret@db:port/hub', /not a PostgreSQL URL/],
    ['postgres://u:s3cret%zz@db/hub', /not a PostgreSQL URL/],
    ['postgres://u:s3cret/s3cret@db/hub', /not a PostgreSQL URL/],
    ['postgres://u:s3cret@db', /names no PostgreSQL database/],
    ['postgres:///hub', /names no PostgreSQL host/],
  ])('%s is refused with what to type, and without its password', (url, reason) => {
    const parse = () => parseDatabaseUrl(url);
    expect(parse).toThrow(reason);
    expect(parse).toThrow(/: type DATABASE_URL=sqlite:/);
    expect(parse).not.toThrow(/s3cret/);
  });

  it.each([
    ['sqlite:data/hub.sqlite', 'SQLite, data/hub.sqlite'],
    ['postgres://app:s3cret@db:5433/hub?sslmode=require', 'PostgreSQL, app@db:5433/hub'],
    ['postgres://db/hub?password=s3cret', 'PostgreSQL, db/hub'],
  ])('%s is shown without its password', (url, shown) => {
    expect(describeDatabase(parseDatabaseUrl(url))).toBe(shown);
  });
});

describe('The options of the data source', () => {
  it.each(['sqlite:hub', 'postgres://db/hub'])('never synchronise the schema of %s', (url) => {
    expect(dataSourceOptions(parseDatabaseUrl(url))).not.toHaveProperty('synchronize');
  });

  it('name the program and give up a connection in time', () => {
    expect(dataSourceOptions(parseDatabaseUrl('postgres://db/hub'))).toMatchObject({
      type: 'postgres',
      url: 'postgres://db/hub',
      applicationName: 'hindsight',
      connectTimeoutMS: 5_000,
    });
  });
});

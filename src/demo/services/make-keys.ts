import { NestFactory } from '@nestjs/core';
import { Rights } from '../../common/access/rights.js';
import { ApiKeys } from '../../security/keys/api-keys.js';
import { KeysModule } from './keys.module.js';

/**
 * Makes keys on the database of a hub, as `hub keys create` does.
 * @param rights what each may do, by its name
 * @returns their texts, by name
 */
export async function makeKeys<Name extends string>(
  database: string,
  rights: Readonly<Record<Name, string>>,
): Promise<Readonly<Record<Name, string>>> {
  const app = await NestFactory.createApplicationContext(KeysModule.on(database), {
    logger: ['warn', 'error'],
  });
  try {
    const texts: [string, string][] = [];
    for (const [name, text] of Object.entries<string>(rights)) {
      const key = await app.get(ApiKeys).create({ name, rights: Rights.in(text) });
      texts.push([name, key.text]);
    }
    return Object.fromEntries(texts) as Record<Name, string>;
  } finally {
    await app.close();
  }
}

import { v7 } from 'uuid';
import { InMemoryEventStore, SystemClock } from '../../event-sourcing/index.js';
import { readEventDetails } from './event-details.js';

describe('The effects of an event', () => {
  it('are all found, in pages that look at a few events each, however many share a correlation id', async () => {
    const store = new InMemoryEventStore(new SystemClock());
    const event = (causationId?: string) => ({
      ...{ id: v7(), type: 'parcel.sent', version: 1, data: {} },
      metadata: { correlationId: 'for ever', ...(causationId && { causationId }) },
    });
    const cause = event();
    const [first, second, third] = [1, 2, 3].map(() => event(cause.id));
    const others = () => [event(), event(), event(), event()];
    const log = [cause, first, ...others(), second, third, ...others(), ...others()];
    await store.append('parcel-1', 'none', log);
    for (const limit of [1, 2, 10]) {
      const found: string[] = [];
      let pages = 0;
      let cursor: string | null = null;
      do {
        const page = await readEventDetails(
          store,
          cause.id,
          { limit, ...(cursor && { cursor }) },
          undefined,
          3,
        );
        found.push(...page.effects.map(({ id }) => id));
        cursor = page.nextCursor;
        pages += 1;
      } while (cursor !== null);
      expect(found).toEqual([first.id, second.id, third.id]);
      expect(pages).toBeGreaterThanOrEqual(Math.floor(log.length / 3));
    }
  });
});

import { DomainEvent } from '../../src/event-sourcing/index.js';
import { until } from '../support/async.js';
import { bootKit } from '../support/booted-kit.js';

@DomainEvent('letter.posted')
class LetterPosted {}

describe('Publishing that nobody awaits', () => {
  it('is logged when it fails, and does not end the process', async () => {
    const kit = await bootKit();
    const unhandled: unknown[] = [];
    const note = (reason: unknown): number => unhandled.push(reason);
    process.on('unhandledRejection', note);

    kit.faulty.failNext('before the write');
    void kit.bus.publish(new LetterPosted());
    await until(() => kit.logs.errors.length > 0);
    await new Promise((resolve) => setImmediate(resolve));

    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(kit.logs.errors[0]).toContain('publish(LetterPosted) failed: The database is away.');
    await kit.app.close();
  });

  it('still rejects for who awaits it', async () => {
    const kit = await bootKit();
    kit.faulty.failNext('before the write');

    await expect(kit.bus.publish(new LetterPosted())).rejects.toThrow('The database is away.');
    await kit.app.close();
  });
});

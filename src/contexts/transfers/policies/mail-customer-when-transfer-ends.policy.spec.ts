import type { QueryBus } from '@nestjs/cqrs';
import { Money } from '../../../common/money/money.value-object.js';
import type { AggregateRepository } from '../../../event-sourcing/index.js';
import { specifyReactor } from '../../../event-sourcing/testing/index.js';
import { type Mail, Mailer } from '../mail/mailer.js';
import { FindCustomerAddress } from '../queries/find-customer-address.query.js';
import { Transfer } from '../transfer.aggregate.js';
import { TransferCompleted, TransferFailed, TransferRefunded } from '../transfer.events.js';
import { MailCustomerWhenTransferEnds } from './mail-customer-when-transfer-ends.policy.js';

const reason = { code: 'account-closed', message: 'It is closed.' };

class KeptMail extends Mailer {
  readonly sent: [mail: Mail, key: string][] = [];

  override send(mail: Mail, key: string): Promise<void> {
    this.sent.push([mail, key]);
    return Promise.resolve();
  }
}

/** Transfers that have ended as their ids say, and one customer. */
function policyWith(mailer: Mailer): MailCustomerWhenTransferEnds {
  const load = (id: string): Promise<Transfer> => {
    const [from, status] = id.split(' ');
    const at = new Date('2026-01-01T00:00:00Z');
    const amount = new Money(2_550, 'EUR');
    const terms = { from, to: 'b', amount, requestedAt: at, expiresAt: at, description: 'Rent' };
    const transfer = Transfer.request(id, terms);
    if (status === 'completed') transfer.complete();
    if (status === 'refunded') transfer.refund(reason);
    if (status === 'failed') transfer.fail(reason);
    return Promise.resolve(transfer);
  };
  const execute = ({ accountId }: FindCustomerAddress) =>
    Promise.resolve(accountId === 'a' ? 'ann@example.com' : undefined);
  return new MailCustomerWhenTransferEnds(
    { load } as unknown as AggregateRepository<Transfer>,
    { execute } as unknown as QueryBus,
    mailer,
  );
}

describe('When a transfer ends', () => {
  it.each([
    [new TransferCompleted('a completed'), 'Your transfer of 25.50 EUR has arrived'],
    [new TransferRefunded('a refunded', reason), 'Your transfer of 25.50 EUR was refunded'],
    [new TransferFailed('a failed', reason), 'Your transfer of 25.50 EUR has failed'],
  ])('the customer who pays gets one mail: %j', async (event, subject) => {
    const mailer = new KeptMail();
    await specifyReactor(policyWith(mailer)).when(event).then('mail');
    expect(mailer.sent).toHaveLength(1);
    const [[mail, key]] = mailer.sent;
    expect(mail).toMatchObject({ to: 'ann@example.com', subject });
    expect(mail.text).toContain('For:          Rent');
    expect(mail.text.includes(reason.message)).toBe('reason' in event);
    expect(key).toMatch(/^[\da-f-]{36}$/);
  });

  it('each of several gets a mail under a key of its own', async () => {
    const mailer = new KeptMail();
    await specifyReactor(policyWith(mailer))
      .when(new TransferCompleted('a completed'), new TransferFailed('a failed', reason))
      .then('mail', 'mail');
    expect(new Set(mailer.sent.map(([, key]) => key)).size).toBe(2);
  });

  it('nobody gets any where the owner of the account is no user, or there is no account', () =>
    specifyReactor(policyWith(new KeptMail())).when(new TransferCompleted('x completed')).then());
});

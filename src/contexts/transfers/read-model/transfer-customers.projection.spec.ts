import { recorded, specifyProjection } from '../../../event-sourcing/testing/index.js';
import { AccountOpened } from '../../accounts/account.events.js';
import { UserCreated, UserEmailChanged } from '../../users/user.events.js';
import { AccountOwner } from './account-owner.entity.js';
import { CreateTransferCustomers1764000000302 } from './create-transfer-customers.migration.js';
import { CustomerAddress } from './customer-address.entity.js';
import { TransferCustomersProjection } from './transfer-customers.projection.js';

const customers = specifyProjection(TransferCustomersProjection, {
  migrations: [CreateTransferCustomers1764000000302],
});

const ofUser = (id: string, event: object) => recorded(event, { stream: `user-${id}` });
const ofAccount = (id: string, event: object) => recorded(event, { stream: `account-${id}` });

const log = [
  ofUser('1', new UserCreated('ann', 'ann@example.com')),
  ofAccount('a', new AccountOpened('1', 'EUR')),
  ofUser('2', new UserCreated('ben', 'ben@example.com')),
  ofUser('1', new UserEmailChanged('ann@example.org')),
  ofAccount('b', new AccountOpened('1', 'USD')),
];

describe('What is known of customers', () => {
  it('is whose account is whose', () =>
    customers.given(...log).then(AccountOwner, [
      { accountId: 'a', owner: '1' },
      { accountId: 'b', owner: '1' },
    ]));

  it('is where they are written to now', () =>
    customers.given(...log).then(CustomerAddress, [
      { userId: '1', email: 'ann@example.org' },
      { userId: '2', email: 'ben@example.com' },
    ]));
});

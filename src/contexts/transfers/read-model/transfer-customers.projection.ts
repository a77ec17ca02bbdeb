import { aggregateIdOf, On, Projection, ProjectionContext } from '../../../event-sourcing/index.js';
import { AccountOpened } from '../../accounts/account.events.js';
import { UserCreated, UserEmailChanged } from '../../users/user.events.js';
import { AccountOwner } from './account-owner.entity.js';
import { CustomerAddress } from './customer-address.entity.js';

export const TRANSFER_CUSTOMERS = 'transfer-customers';

/** Keeps whose account is whose, and where they are written to. */
@Projection({
  name: TRANSFER_CUSTOMERS,
  version: 1,
  entities: [AccountOwner, CustomerAddress],
})
export class TransferCustomersProjection {
  @On(AccountOpened)
  async opened({ owner }: AccountOpened, { envelope, manager }: ProjectionContext): Promise<void> {
    await manager.insert(AccountOwner, { accountId: aggregateIdOf(envelope.stream), owner });
  }

  @On(UserCreated)
  async created({ email }: UserCreated, { envelope, manager }: ProjectionContext): Promise<void> {
    await manager.insert(CustomerAddress, { userId: aggregateIdOf(envelope.stream), email });
  }

  @On(UserEmailChanged)
  async moved(
    { email }: UserEmailChanged,
    { envelope, manager }: ProjectionContext,
  ): Promise<void> {
    await manager.update(CustomerAddress, { userId: aggregateIdOf(envelope.stream) }, { email });
  }
}

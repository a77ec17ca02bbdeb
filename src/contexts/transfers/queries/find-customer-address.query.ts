import { IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { readUpToDate } from '../../../common/read-model/read-up-to-date.js';
import { Processors } from '../../../event-sourcing/index.js';
import { AccountOwner } from '../read-model/account-owner.entity.js';
import { CustomerAddress } from '../read-model/customer-address.entity.js';
import { TRANSFER_CUSTOMERS } from '../read-model/transfer-customers.projection.js';

/** Where the owner of an account is written to; undefined where there is no such account, or its owner is no user. */
export class FindCustomerAddress extends Query<string | undefined> {
  constructor(readonly accountId: string) {
    super();
  }
}

@QueryHandler(FindCustomerAddress)
export class FindCustomerAddressHandler implements IQueryHandler<FindCustomerAddress> {
  constructor(
    @InjectRepository(AccountOwner) private readonly owners: Repository<AccountOwner>,
    @InjectRepository(CustomerAddress) private readonly addresses: Repository<CustomerAddress>,
    private readonly processors: Processors,
  ) {}

  execute({ accountId }: FindCustomerAddress): Promise<string | undefined> {
    return readUpToDate(this.processors, TRANSFER_CUSTOMERS, async () => {
      const account = await this.owners.findOneBy({ accountId });
      if (!account) return undefined;
      return (await this.addresses.findOneBy({ userId: account.owner }))?.email;
    });
  }
}

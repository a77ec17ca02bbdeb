import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysUnavailableError } from './api-key.errors.js';

/** Reads all keys there are or were. */
@Injectable()
export class ListApiKeys {
  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {}

  /**
   * By the time of their creation.
   * @throws ApiKeysUnavailableError
   */
  async execute(): Promise<readonly ApiKey[]> {
    return this.keys.find({ order: { createdAt: 'ASC', id: 'ASC' } }).catch((error: unknown) => {
      throw new ApiKeysUnavailableError(error);
    });
  }
}

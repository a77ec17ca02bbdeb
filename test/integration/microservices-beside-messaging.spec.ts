import { Controller, Injectable } from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import { EventSourcingModule } from '../../src/event-sourcing/index.js';
import { MessagingModule } from '../../src/messaging/index.js';
import { InMemoryBroker } from '../../src/messaging/testing/in-memory-broker.js';
import { until } from '../support/async.js';
import { typeOrmOn } from '../support/booted-kit.js';
import { CapturedLogs } from '../support/captured-logs.js';
import {
  arrivals,
  CreateArrivals1764000000903,
  structuredMessage,
} from '../support/consumer-world.js';
import { createDatabase } from '../support/databases.js';
import { freePort } from '../support/nats-server.js';

@Injectable()
@Controller()
class Sums {
  @MessagePattern('sum')
  sum(numbers: readonly number[]): number {
    return numbers.reduce((sum, number) => sum + number, 0);
  }
}

describe('An application with messaging', () => {
  it('answers patterns of @nestjs/microservices as well', async () => {
    const database = await createDatabase('sqlite');
    const broker = new InMemoryBroker();
    let arrived = 0;
    const module = await Test.createTestingModule({
      imports: [
        typeOrmOn(database),
        EventSourcingModule.forRoot(),
        EventSourcingModule.forFeature([], { migrations: [CreateArrivals1764000000903] }),
        MessagingModule.forRoot({ broker, relay: {}, consumer: { name: 'tests' } }),
      ],
      providers: [arrivals((nr) => void (arrived = nr))],
      controllers: [Sums],
    })
      .setLogger(new CapturedLogs())
      .compile();
    const options = { host: '127.0.0.1', port: await freePort() };
    const app = module.createNestApplication(new FastifyAdapter());
    app.connectMicroservice({ transport: Transport.TCP, options });
    await app.startAllMicroservices();
    await app.init();
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options });
    try {
      expect(await firstValueFrom(client.send<number>('sum', [1, 2, 3]))).toBe(6);
      broker.keep('parcel.parcel.moved', {}, structuredMessage(7, 'a'));
      await until(() => arrived === 7);
    } finally {
      await client.close();
      await app.close();
      await database.drop();
    }
  });
});

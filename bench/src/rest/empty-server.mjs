import { importRootPackage, kit, product } from '../product.mjs';

/* The other side of workload 7: Hindsight's HTTP edge with an endpoint that validates, answers and stores nothing. */

await importRootPackage('reflect-metadata');
const { Body, Controller, Module, Post, Res } = await importRootPackage('@nestjs/common');
const { NestFactory } = await importRootPackage('@nestjs/core');
const { announce } = await product('app.announcement.js');
const { configureApp } = await product('app.setup.js');
const { AppConfig } = await product('config/app-config.js');
const { entityTag } = await product('common/http/entity-tag.js');
const { HubHttpAdapter } = await product('common/http/hub-http.adapter.js');
const { CorrelatedLogger } = await product('common/correlation/correlated-logger.js');
const { CreateUserDto } = await product('contexts/users/http/create-user.dto.js');
const { UuidV7Generator } = await kit();

const ids = new UuidV7Generator();

class EmptyController {
  create({ username, email }, response) {
    const user = { id: ids.next(), username, email, status: 'active', revision: 1 };
    response.header('Location', `/api/v1/users/${user.id}`);
    response.header('ETag', entityTag(user.revision));
    return Promise.resolve(user);
  }
}
const create = EmptyController.prototype;
Controller('users')(EmptyController);
Post()(create, 'create', Object.getOwnPropertyDescriptor(create, 'create'));
Body()(create, 'create', 0);
Res({ passthrough: true })(create, 'create', 1);
// What a TypeScript compiler would note, and the validation goes by.
Reflect.defineMetadata('design:paramtypes', [CreateUserDto, Object], create, 'create');

class EmptyModule {}
Module({ controllers: [EmptyController] })(EmptyModule);

const config = AppConfig.fromEnvironment(process.env);
const logger = new CorrelatedLogger({ logLevels: ['fatal', ...config.logLevels] });
const app = await NestFactory.create(EmptyModule, new HubHttpAdapter(config), { logger });
configureApp(app);
app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
await app.listen(config.port, config.host);
announce(await app.getUrl(), config);

import { Module } from '@nestjs/common';
import { ParkedEventsController } from './parked-events.controller.js';
import { ProcessorsController } from './processors.controller.js';

/** Looks after processors over HTTP. There is no authentication: import it where only those can reach it who may. */
@Module({ controllers: [ProcessorsController, ParkedEventsController] })
export class OperationsModule {}

import { Module } from '@nestjs/common';
import { ParkedEventsController } from './processors/parked-events.controller.js';
import { ProjectionsController } from './projections/projections.controller.js';
import { ProcessorsController } from './processors/processors.controller.js';

/** Looks after processors and read models over HTTP. There is no authentication: import it where only those can reach it who may. */
@Module({ controllers: [ProcessorsController, ParkedEventsController, ProjectionsController] })
export class OperationsModule {}

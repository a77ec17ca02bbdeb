import { Module } from '@nestjs/common';
import { ParkedEventsController } from './processors/parked-events.controller.js';
import { ProjectionsController } from './projections/projections.controller.js';
import { ProcessorsController } from './processors/processors.controller.js';

/** Looks after processors and read models over HTTP. Where nobody is asked who they are, import it only where those alone can reach it who may. */
@Module({ controllers: [ProcessorsController, ParkedEventsController, ProjectionsController] })
export class OperationsModule {}

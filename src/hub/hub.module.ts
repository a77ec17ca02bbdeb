import { Module } from '@nestjs/common';
import { BatchesController } from './batches.controller.js';
import { EventsController } from './events.controller.js';
import { StreamsController } from './streams.controller.js';

/**
 * The log over HTTP, for services in any language: they append to streams of their own and read everyone's. Where
 * nobody is asked who they are, import it only where those alone can reach it who may.
 */
@Module({ controllers: [StreamsController, BatchesController, EventsController] })
export class HubModule {}
